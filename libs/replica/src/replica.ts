import {
  AccountState,
  CommandMemory,
  evolve,
  readFact,
  type Address,
  type Fact,
  type IdKind,
  type StoredFact,
} from '@exchequer/account';
import { LedgerCorrupt, NO_HASH, NO_STREAM, type CommandRecord, type Entry, type Revision } from '@exchequer/ledger';
import type { FactAddress } from './position.js';

/** Which memory an id belongs to; what the clock brought about is not remembered. */
export function idKindOf(record: Pick<CommandRecord, 'origin'>): IdKind | undefined {
  if (record.origin === undefined) return 'command';
  return record.origin === 'usage' ? 'usage' : undefined;
}

/** A command that is not complete yet: the entry in which it began said that it goes on. */
interface Unfinished {
  readonly id: string;
  readonly address: Address;
  readonly facts: readonly StoredFact[];
}

/** An account folded from its entries, with what is needed to go on: the memory of ids and the end of the stream. */
export class Replica {
  revision: Revision = NO_STREAM;
  hash: string = NO_HASH;
  /** The instant of the newest entry, in epoch milliseconds. */
  newestAt = Number.NEGATIVE_INFINITY;
  /** Where the newest fact lies. */
  last: FactAddress = { revision: NO_STREAM, index: -1 };
  private unfinished: Unfinished | undefined;

  constructor(
    readonly stream: string,
    readonly state: AccountState = new AccountState(),
    readonly memory: CommandMemory = new CommandMemory(),
  ) {}

  /**
   * Folds the next entry of the stream.
   *
   * @throws LedgerCorrupt when it does not follow on what was folded before.
   */
  fold(revision: Revision, entry: Entry): void {
    this.follow(revision, entry);
    let first = 0;
    for (const [index, record] of entry.commands.entries()) {
      const goesOn = entry.continues === true && index === entry.commands.length - 1;
      this.foldCommand(revision, index, record, goesOn, entry.at);
      first += record.facts.length;
    }
    this.last = { revision, index: first - 1 };
    this.newestAt = entry.at;
  }

  /** Stops at a fact: everything up to and with it, nothing after. Whole commands only, as they take effect. */
  foldUntil(revision: Revision, entry: Entry, lastFact: number): void {
    const commands: CommandRecord[] = [];
    let first = 0;
    for (const record of entry.commands) {
      if (first > lastFact) break;
      commands.push(record);
      first += record.facts.length;
    }
    const { continues, ...whole } = entry;
    const cut = commands.length < entry.commands.length || continues === undefined;
    this.fold(revision, cut ? { ...whole, commands } : entry);
  }

  private follow(revision: Revision, entry: Entry): void {
    const address = `${this.stream}@${String(revision)}`;
    if (revision !== this.revision + 1)
      throw new LedgerCorrupt(address, `it does not follow on revision ${String(this.revision)}`);
    if (entry.previousHash !== this.hash) throw new LedgerCorrupt(address, 'it is not chained to the entry before it');
    this.revision = revision;
    this.hash = entry.hash;
  }

  private foldCommand(revision: Revision, index: number, record: CommandRecord, goesOn: boolean, at: number): void {
    const begun = record.resumes === true ? this.unfinished : undefined;
    if (record.resumes === true && begun?.id !== record.id)
      throw new LedgerCorrupt(
        `${this.stream}@${String(revision)}`,
        `it goes on with ${record.id}, which has not begun`,
      );
    // What was left unfinished and is not resumed was given up: it never took effect.
    this.unfinished = undefined;
    const address = begun?.address ?? { revision, index };
    const facts = begun === undefined ? record.facts : [...begun.facts, ...record.facts];
    if (goesOn) {
      this.unfinished = { id: record.id, address, facts };
      return;
    }
    const kind = idKindOf(record);
    if (kind !== undefined) this.memory.remember(kind, record.id, address, at);
    for (const fact of facts) evolve(this.state, readFact(fact), at);
  }
}

/** The facts of a stored command. */
export const factsOf = (record: CommandRecord): readonly Fact[] => record.facts.map(readFact);
