import {
  AccountState,
  decide,
  evolve,
  isRefusal,
  nextDue,
  storeFact,
  type Authorize,
  type Command,
  type Configure,
  type Correct,
  type Fact,
  type Grant,
  type HoldPlaced,
  type NodePolicy,
  type Particulars,
} from '@exchequer/account';
import { createCalendar } from '@exchequer/calendar';
import { accountId, amount, currencyId, nodeId, type CurrencyId } from '@exchequer/kernel';
import { NO_HASH, NO_STREAM, sealEntries, type CommandRecord, type Ledger, type StoredFact } from '@exchequer/ledger';
import { streamOf } from '@exchequer/replica';

/** The beginning of time in the specs: a Saturday. */
export const START = Date.UTC(2026, 10, 21, 10);
export const USD = currencyId('usd');
export const CREDIT = currencyId('credit');

/** Keeps one account in a ledger as its owner would: decides, appends, one entry for what is written at once. */
export class Bookkeeper {
  readonly state = new AccountState();
  readonly facts: Fact[] = [];
  readonly #bookedAt = new Map<Fact, number>();
  readonly #stream: string;
  readonly #calendar = createCalendar();
  #revision = NO_STREAM;
  #hash = NO_HASH;
  #commands = 0;
  #at = START;

  constructor(
    private readonly ledger: Ledger,
    readonly account = 'acme',
  ) {
    this.#stream = streamOf(account);
  }

  /** Decides commands at one instant and appends what they bring about, as one entry unless `bytesMax` cuts it. */
  async write(at: number, commands: readonly Command[], bytesMax?: number): Promise<readonly Fact[]> {
    this.#at = Math.max(at, this.#at);
    const records: CommandRecord[] = [];
    const written: Fact[] = [];
    const take = (facts: readonly Fact[]): void => {
      for (const fact of facts) {
        evolve(this.state, fact, this.#at);
        this.#bookedAt.set(fact, this.#at);
      }
      written.push(...facts);
      records.push(this.#record(facts.map(storeFact)));
    };
    const moment = { at: this.#at, calendar: this.#calendar };
    for (const command of commands) {
      for (let due = nextDue(this.state, moment); due !== undefined; due = nextDue(this.state, moment)) take(due.facts);
      const decision = decide(this.state, command, moment);
      if (isRefusal(decision)) throw new Error(`refused: ${decision.message}`);
      take(decision);
    }
    this.facts.push(...written);
    await this.#append(records, bytesMax);
    return written;
  }

  /** Appends facts that no command of this release brings about. */
  async writeStored(facts: readonly StoredFact[]): Promise<void> {
    await this.#append([this.#record(facts)]);
  }

  /** The correction of what a usage event was charged. */
  correction(usageId: string, to: Correct['to'], more: Partial<Correct> = {}): Correct {
    const place = this.facts.findIndex((one) => one.type === 'CreditsDrawn' && one.usage?.id === usageId);
    const fact = this.facts[place];
    if (fact?.type !== 'CreditsDrawn') throw new Error(`there is no charge of ${usageId}`);
    const original = { fact, bookedAt: this.#bookedAt.get(fact) ?? START };
    return { type: 'correct', of: `${this.#stream}@0.${String(place)}`, original, to, ...more };
  }

  /** Authorizes and gives back the hold. */
  async hold(at: number, command: Command): Promise<HoldPlaced> {
    const placed = (await this.write(at, [command])).find((fact) => fact.type === 'HoldPlaced');
    if (placed === undefined) throw new Error('no hold was placed');
    return placed;
  }

  #record(facts: readonly StoredFact[]): CommandRecord {
    this.#commands += 1;
    return { id: `c-${String(this.#commands)}`, contentHash: '', actor: 'spec', facts };
  }

  async #append(records: readonly CommandRecord[], bytesMax?: number): Promise<void> {
    const sealed = sealEntries(this.#stream, this.#hash, this.#at, records, bytesMax);
    const { revision } = await this.ledger.append(this.#stream, this.#revision, sealed);
    this.#revision = revision;
    this.#hash = sealed.at(-1)?.hash ?? this.#hash;
  }
}

export const node = (id: string, parent?: string, more: Partial<NodePolicy> = {}): NodePolicy => ({
  node: nodeId(id),
  ...(parent !== undefined && { parent: nodeId(parent) }),
  limits: [],
  overage: [],
  ...more,
});

/** An organization with one project, one user and a key; the organization pays for all. */
export const open = (account = 'acme', more: readonly NodePolicy[] = []): Configure => ({
  type: 'configure',
  account: accountId(account),
  currencies: [
    { currency: USD, display: 2 },
    { currency: CREDIT, display: 0 },
  ],
  nodes: [
    node('org', undefined, { overage: [{ currency: USD, amount: amount(1_000_000n) }] }),
    node('project/chat', 'org', { pooling: 'own-then-parent' }),
    node('user/ada', 'org', { pooling: 'parent' }),
    node('key/k-7', 'org', { pooling: 'parent' }),
    ...more,
  ],
  archive: [],
});

export const grant = (
  to: string,
  nanoUnits: bigint,
  currency: CurrencyId = USD,
  more: Partial<Grant> = {},
): Command => ({
  type: 'grant',
  node: nodeId(to),
  currency,
  amount: amount(nanoUnits),
  layer: 'purchased',
  ...more,
});

export interface Call {
  readonly id: string;
  readonly cost: bigint;
  readonly input?: number;
  readonly output?: number;
  readonly payer?: string;
  readonly nodes?: readonly string[];
  readonly usedAt?: number;
  readonly source?: string;
  readonly more?: Partial<Particulars>;
  /** Why there is no price; `cost` counts for nothing then. */
  readonly unpriced?: string;
  /** Why there is no price; `cost` is at stated prices. */
  readonly provisional?: string;
  /** In nano-units: the market cost of a call with its own key, of which `cost` is charged. */
  readonly market?: bigint;
}

/** A usage event with its price, in two lines: a nano-unit for each input token, the rest for the output. */
export function call({
  id,
  cost,
  input = 10,
  output = 5,
  payer = 'project/chat',
  nodes = [],
  usedAt,
  ...rest
}: Call): Command {
  const forInput = cost < BigInt(input) ? cost : BigInt(input);
  const lines = [
    { meter: 'input_tokens', currency: USD, amount: amount(forInput) },
    { meter: 'output_tokens', currency: USD, amount: amount(cost - forInput) },
  ];
  return {
    type: 'record',
    payer: nodeId(payer),
    nodes: nodes.map(nodeId),
    ...(rest.unpriced === undefined
      ? { lines: rest.market !== undefined && cost === 0n ? [] : lines }
      : { unpriced: rest.unpriced }),
    ...(rest.provisional !== undefined && { provisional: rest.provisional }),
    ...(rest.market !== undefined && { market: [{ currency: USD, amount: amount(rest.market) }] }),
    usage: { source: rest.source ?? 'spec', id },
    ...(usedAt !== undefined && { usedAt }),
    particulars: { model: 'gpt-4o-mini', meters: { input_tokens: input, output_tokens: output }, ...rest.more },
  };
}

export const transfer = (from: string, to: string, nanoUnits: bigint): Command => ({
  type: 'transfer',
  from: nodeId(from),
  to: nodeId(to),
  currency: USD,
  amount: amount(nanoUnits),
});

export const authorize = (nanoUnits: bigint, payer = 'project/chat'): Authorize => ({
  type: 'authorize',
  payer: nodeId(payer),
  nodes: [],
  lines: [{ currency: USD, amount: amount(nanoUnits) }],
  accept: 'full',
  holdForMs: 60_000,
  particulars: { model: 'gpt-4o-mini', tags: { team: 'a' } },
});
