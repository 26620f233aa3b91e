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
import { NO_HASH, openLedger, sealEntry, type CommandRecord, type Ledger, type StoredFact } from '@exchequer/ledger';
import { streamOf } from '@exchequer/replica';
import { withScratchDirectory, type ScratchDirectory } from '@exchequer/testing';

const calendar = createCalendar();
const usd = currencyId('usd');

/** An account whose commands are decided and written to a ledger, one entry each. */
export class BookedAccount {
  private readonly state = new AccountState();
  private hash = NO_HASH;
  private revision = -1;

  constructor(
    private readonly ledger: Ledger,
    private readonly account: string,
  ) {}

  /** Opens the account with a pool of 100 usd at `org`, and `user/ada` below it. Two entries. */
  async open(at: Instant): Promise<void> {
    const ada = { node: nodeId('user/ada'), limits: [], overage: [], pooling: 'parent' as const };
    const currencies = [{ currency: usd, display: 2 }];
    const org = { node: nodeId('org'), limits: [], overage: [] };
    const account = accountId(this.account);
    await this.book(at, { type: 'configure', account, currencies, nodes: [org, ada], archive: [] });
    await this.book(at, { type: 'grant', node: nodeId('org'), currency: usd, amount: units(100n), layer: 'plan' });
  }

  /** A hold of so many whole dollars for ada, until 60 seconds later. */
  hold(at: Instant, dollars: bigint): Promise<void> {
    const lines = [{ currency: usd, amount: units(dollars) }];
    return this.book(at, {
      type: 'authorize',
      payer: nodeId('user/ada'),
      nodes: [],
      lines,
      accept: 'full',
      holdForMs: 60_000,
    });
  }

  /** Usage of so many whole dollars by ada. */
  use(at: Instant, dollars: bigint): Promise<void> {
    const lines = [{ currency: usd, amount: units(dollars) }];
    return this.book(at, { type: 'record', payer: nodeId('user/ada'), nodes: [], lines });
  }

  /** Facts that no command brought about. */
  forge(at: Instant, fact: StoredFact): Promise<void> {
    return this.append(at, [{ id: 'forged', contentHash: '', actor: 'spec', facts: [fact] }]);
  }

  private async book(at: Instant, command: Command): Promise<void> {
    const records: CommandRecord[] = [];
    for (
      let due = nextDue(this.state, { at, calendar });
      due !== undefined;
      due = nextDue(this.state, { at, calendar })
    )
      records.push(this.record(at, due.facts, 'due'));
    const decision = decide(this.state, command, { at, calendar });
    if (isRefusal(decision)) throw new Error(decision.message);
    records.push(this.record(at, decision));
    await this.append(at, records);
  }

  private record(at: Instant, facts: readonly Fact[], origin?: 'due'): CommandRecord {
    for (const fact of facts) evolve(this.state, fact, at);
    const id = `c-${String(this.revision + 1)}`;
    const stored = facts.map((fact) => storeFact(fact) as StoredFact);
    return { id, ...(origin !== undefined && { origin }), contentHash: '', actor: 'spec', facts: stored };
  }

  private async append(at: Instant, commands: readonly CommandRecord[]): Promise<void> {
    const sealed = sealEntry(this.hash, { at, commands });
    const { revision } = await this.ledger.append(streamOf(this.account), this.revision, [sealed]);
    this.revision = revision;
    this.hash = sealed.hash;
  }
}

/** Runs `use` with a ledger in a directory of its own. */
export const withLedger = <Result>(
  use: (ledger: Ledger, directory: ScratchDirectory) => Promise<Result>,
): Promise<Result> =>
  withScratchDirectory(async (directory) => {
    const ledger = openLedger(`lmdb:${directory.join('ledger')}`);
    try {
      return await use(ledger, directory);
    } finally {
      await ledger.close();
    }
  });
