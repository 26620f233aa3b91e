import {
  AccountState,
  decide,
  evolve,
  isRefusal,
  nextDue,
  storeFact,
  type Command,
  type Fact,
} from '@exchequer/account';
import { createCalendar } from '@exchequer/calendar';
import { accountId, currencyId, nodeId, units, type Instant } from '@exchequer/kernel';
import { NO_HASH, NO_STREAM, sealEntry, type CommandRecord, type Head, type Ledger } from '@exchequer/ledger';
import { streamOf } from '@exchequer/replica';

const calendar = createCalendar();
const usd = currencyId('usd');
const org = nodeId('org');

/** An account as its owner keeps it: decided here, each command an entry of the ledger. */
export class BookedAccount {
  readonly stream: string;
  readonly state = new AccountState();
  private end: Head = { revision: NO_STREAM, hash: NO_HASH };

  constructor(
    private readonly ledger: Ledger,
    readonly account: string,
  ) {
    this.stream = streamOf(account);
  }

  /** The newest entry. */
  get head(): Head {
    return this.end;
  }

  /** Opens the account with a pool of 100 usd at `org`. Two entries. */
  async open(at: Instant): Promise<void> {
    const account = accountId(this.account);
    const nodes = [{ node: org, limits: [], overage: [] }];
    await this.book(at, {
      type: 'configure',
      account,
      currencies: [{ currency: usd, display: 2 }],
      nodes,
      archive: [],
    });
    await this.book(at, { type: 'grant', node: org, currency: usd, amount: units(100n), layer: 'plan' });
  }

  /** A hold of one dollar, for so long. */
  hold(at: Instant, holdForMs: number): Promise<void> {
    const lines = [{ currency: usd, amount: units(1n) }];
    return this.book(at, { type: 'authorize', payer: org, nodes: [], lines, accept: 'full', holdForMs });
  }

  /** Usage of one dollar. */
  use(at: Instant): Promise<void> {
    return this.book(at, { type: 'record', payer: org, nodes: [], lines: [{ currency: usd, amount: units(1n) }] });
  }

  /** Usage of one dollar at stated prices: it waits for its price. */
  useWithoutPrice(at: Instant): Promise<void> {
    const lines = [{ currency: usd, amount: units(1n) }];
    return this.book(at, { type: 'record', payer: org, nodes: [], lines, provisional: 'no card' });
  }

  /** Books what is due. True when there was something. */
  async advance(at: Instant): Promise<boolean> {
    const records = this.due(at);
    if (records.length > 0) await this.append(at, records);
    return records.length > 0;
  }

  /** An entry that no honest writer left: its hash does not fit its bytes. */
  async forge(): Promise<void> {
    const hash = 'f'.repeat(64);
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 1, at: 0, commands: [], previousHash: NO_HASH, hash }));
    const { revision } = await this.ledger.append(this.stream, this.end.revision, [{ bytes, hash }]);
    this.end = { revision, hash };
  }

  private async book(at: Instant, command: Command): Promise<void> {
    const due = this.due(at);
    const decision = decide(this.state, command, { at, calendar });
    if (isRefusal(decision)) throw new Error(decision.message);
    await this.append(at, [...due, this.record(at, `c-${String(this.end.revision + 1)}`, decision)]);
  }

  private due(at: Instant): readonly CommandRecord[] {
    const records: CommandRecord[] = [];
    for (
      let due = nextDue(this.state, { at, calendar });
      due !== undefined;
      due = nextDue(this.state, { at, calendar })
    )
      records.push({ ...this.record(at, due.id, due.facts), origin: 'due' });
    return records;
  }

  private record(at: Instant, id: string, facts: readonly Fact[]): CommandRecord {
    for (const fact of facts) evolve(this.state, fact, at);
    return { id, contentHash: '', actor: 'spec', facts: facts.map(storeFact) };
  }

  private async append(at: Instant, commands: readonly CommandRecord[]): Promise<void> {
    const sealed = sealEntry(this.end.hash, { at, commands });
    const { revision } = await this.ledger.append(this.stream, this.end.revision, [sealed]);
    this.end = { revision, hash: sealed.hash };
  }
}
