import { createCalendar } from '@exchequer/calendar';
import {
  accountId,
  currencyId,
  DEFAULT_ANCHOR,
  limitName,
  nodeId,
  SECOND_MS,
  units,
  type Calendar,
  type CalendarUnit,
  type HoldId,
  type Instant,
  type LotId,
  type WindowSpec,
} from '@exchequer/kernel';
import type { Line } from '../bag.js';
import type {
  Authorize,
  Capture,
  Command,
  Configure,
  Correct,
  EndSession,
  Grant,
  LimitPolicy,
  NodePolicy,
  OpenSession,
  RecordUsage,
} from '../commands.js';
import { decide } from '../decide/decide.js';
import { nextDue, type DueCommand } from '../decide/due.js';
import { evolve } from '../evolve/evolve.js';
import type { Fact, FactType, HoldPlaced } from '../facts.js';
import { brokenInvariants } from '../invariants.js';
import type { Address } from '../memory/address-table.js';
import { isRefusal, type Refusal } from '../refusal.js';
import { AccountState } from '../state/account-state.js';
import type { LimitState } from '../state/limit-state.js';
import { readFact, storeFact } from '../stored/fact-codec.js';
import { storeState } from '../stored/store-state.js';

const realCalendar = createCalendar();
export const CREDIT = currencyId('credit');
export const ROOT = nodeId('org');

/** A fact with the instant at which it was booked. */
export interface Booked {
  readonly fact: Fact;
  readonly at: Instant;
}

/**
 * An account in a test: does what a host does and keeps every fact. After every command it checks the invariants, that
 * deciding touched nothing, and that deciding again comes to the same.
 */
export class Book {
  readonly booked: Booked[] = [];

  constructor(
    readonly state: AccountState = new AccountState(),
    readonly calendar: Calendar = realCalendar,
  ) {}

  /** Decides and books a command, what is due first; the command's own facts, or the refusal. */
  do(at: Instant, command: Command): readonly Fact[] | Refusal {
    this.advance(at);
    const before = this.text();
    const decision = decide(this.state, command, { at, calendar: this.calendar });
    if (decisionText(decide(this.state, command, { at, calendar: this.calendar })) !== decisionText(decision))
      throw new Error('deciding again came to something else');
    if (this.text() !== before) throw new Error('deciding changed the state');
    if (emptyIn(decision)) throw new Error(`a field is there and says nothing: ${decisionText(decision)}`);
    if (!isRefusal(decision)) this.book(at, decision);
    this.check();
    return decision;
  }

  /** As {@link do}, for commands that must pass. */
  must(at: Instant, command: Command): readonly Fact[] {
    const decision = this.do(at, command);
    if (isRefusal(decision)) throw new Error(`refused: ${decision.code}: ${decision.message}`);
    return decision;
  }

  /** As {@link do}, for commands that must be refused. */
  refused(at: Instant, command: Command): Refusal {
    this.advance(at);
    const before = this.text();
    const decision = this.do(at, command);
    if (!isRefusal(decision)) throw new Error(`not refused: ${decision.map((fact) => fact.type).join(', ')}`);
    if (this.text() !== before) throw new Error('a refusal changed the state');
    return decision;
  }

  /** Books everything that is due by `at`. */
  advance(at: Instant): readonly Fact[] {
    const facts: Fact[] = [];
    for (let due = this.due(at); due !== undefined; due = this.due(at)) {
      this.book(at, due.facts);
      facts.push(...due.facts);
      this.check();
    }
    return facts;
  }

  /** The first thing that is due by an instant. */
  due(at: Instant): DueCommand | undefined {
    return nextDue(this.state, { at, calendar: this.calendar });
  }

  /** Authorizes and gives back the hold. */
  hold(at: Instant, command: Authorize): HoldPlaced {
    return only(this.must(at, command), 'HoldPlaced');
  }

  lot(id: string) {
    const lot = this.state.lots.get(id as LotId);
    if (lot === undefined) throw new Error(`there is no lot ${id}`);
    return lot;
  }

  limit(node: string, name: string): LimitState {
    const limit = this.state.nodes.get(nodeId(node))?.limits.find((candidate) => candidate.name === name);
    if (limit === undefined) throw new Error(`there is no limit ${name} of ${node}`);
    return limit;
  }

  /** Corrects the charge at a place among the facts: gives so much back, or makes it cost what the lines say. */
  correction(place: number, to: Correct['to'], more: Partial<Correct> = {}): Correct {
    const { fact, at } = this.booked[place] ?? {};
    const isCharge = fact?.type === 'HoldCaptured' || fact?.type === 'CreditsDrawn';
    return {
      type: 'correct',
      of: factAddress(place),
      ...(isCharge && at !== undefined && { original: { fact, bookedAt: at } }),
      to,
      ...more,
    };
  }

  /** The places of all charges. */
  charges(): readonly number[] {
    return this.booked.flatMap(({ fact }, place) =>
      fact.type === 'HoldCaptured' || fact.type === 'CreditsDrawn' ? [place] : [],
    );
  }

  /** The whole state as text. */
  text(): string {
    return JSON.stringify(storeState(this.state));
  }

  /** Another state, folded from the facts as they would be read from the ledger. */
  replayed(): AccountState {
    const state = new AccountState();
    for (const { fact, at } of this.booked) evolve(state, fromLedger(fact), at, chargeAddress(state));
    return state;
  }

  private book(at: Instant, facts: readonly Fact[]): void {
    for (const fact of facts) {
      sameFromLedger(fact);
      evolve(this.state, fact, at, chargeAddress(this.state));
      this.booked.push({ fact, at });
    }
  }

  private check(): void {
    const broken = brokenInvariants(this.state);
    if (broken.length > 0) throw new Error(broken.join('\n'));
  }
}

/** A decision as text, by which two can be compared. */
export const decisionText = (decision: readonly Fact[] | Refusal): string =>
  JSON.stringify(isRefusal(decision) ? decision : decision.map(storeFact), (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );

/** A fact as it is once it was written to the ledger and read again. */
const fromLedger = (fact: Fact): Fact => readFact(JSON.parse(JSON.stringify(storeFact(fact))) as never);

function sameFromLedger(fact: Fact): void {
  const read = fromLedger(fact);
  if (emptyIn(fact)) throw new Error(`a field is there and says nothing: ${fact.type} ${Object.keys(fact).join(' ')}`);
  if (decisionText([read]) !== decisionText([fact]) || emptyIn(read) || emptyIn(storeFact(fact)))
    throw new Error(`from the ledger it is another fact: ${decisionText([fact])}`);
}

/** A field that is undefined would be gone after the ledger, and so no longer the same. */
const emptyIn = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.values(value).some(emptyIn));

/** A stand-in for where the ledger has the next charge: told by the state alone, so that one that was restored says the same. */
export const chargeAddress = ({ nextCharge }: AccountState): Address => ({ revision: nextCharge, index: 0 });

/** A place among the facts of a book, as an address in its ledger, and back. */
export const factAddress = (place: number): string => `account-test@${String(place)}.0`;
export const factPlace = (address: string): number => Number(/^account-test@(\d+)\.0$/.exec(address)?.[1]);

/** The one fact of a type. */
export function only<Type extends FactType>(facts: readonly Fact[], type: Type): Extract<Fact, { type: Type }> {
  const found = facts.filter((fact): fact is Extract<Fact, { type: Type }> => fact.type === type);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${String(found.length)} facts of type ${type}`);
  return first;
}

/** Seconds since the test's beginning of time. */
export const t = (seconds: number): Instant => seconds * SECOND_MS;

export const credits = (whole: bigint, meter?: string): Line =>
  meter === undefined ? { currency: CREDIT, amount: units(whole) } : { meter, currency: CREDIT, amount: units(whole) };

export const node = (id: string, policy: Partial<Omit<NodePolicy, 'node'>> = {}): NodePolicy => ({
  node: nodeId(id),
  limits: [],
  overage: [],
  ...policy,
});

export const under = (
  parent: string,
  id: string,
  policy: Partial<Omit<NodePolicy, 'node' | 'parent'>> = {},
): NodePolicy => node(id, { parent: nodeId(parent), ...policy });

export const every = (unit: CalendarUnit, zone = 'UTC', anchor = DEFAULT_ANCHOR): WindowSpec => ({
  kind: 'calendar',
  unit,
  zone,
  anchor,
});

export const limit = (
  name: string,
  amount: bigint,
  window: WindowSpec,
  more: Partial<LimitPolicy> = {},
): LimitPolicy => ({
  name: limitName(name),
  currency: CREDIT,
  amount: units(amount),
  window,
  ...more,
});

export const configure = (...nodes: readonly NodePolicy[]): Configure => ({
  type: 'configure',
  account: accountId('test'),
  currencies: [{ currency: CREDIT, display: 2 }],
  nodes,
  archive: [],
});

export const grant = (to: string, amount: bigint, more: Partial<Grant> = {}): Grant => ({
  type: 'grant',
  node: nodeId(to),
  currency: CREDIT,
  amount: units(amount),
  layer: 'purchased',
  ...more,
});

export const authorize = (payer: string, amount: bigint, more: Partial<Authorize> = {}): Authorize => ({
  type: 'authorize',
  payer: nodeId(payer),
  nodes: [],
  lines: [credits(amount)],
  accept: 'full',
  holdForMs: t(60),
  ...more,
});

export const capture = (hold: HoldId, amount?: bigint, more: Partial<Capture> = {}): Capture => ({
  type: 'capture',
  hold,
  ...(amount !== undefined && { lines: [credits(amount)] }),
  ...more,
});

/** Opens a session of a minute, paid by a node or inside another session. */
export const openSession = (payer: string, amount: bigint, more: Partial<OpenSession> = {}): OpenSession => ({
  type: 'open-session',
  payer: nodeId(payer),
  nodes: [],
  lines: [credits(amount)],
  accept: 'full',
  lifeForMs: t(60),
  ...more,
});

export const endSession = (session: string): EndSession => ({ type: 'end-session', session: nodeId(session) });

export const record = (payer: string, amount: bigint, more: Partial<RecordUsage> = {}): RecordUsage => ({
  type: 'record',
  payer: nodeId(payer),
  nodes: [],
  lines: [credits(amount)],
  ...more,
});
