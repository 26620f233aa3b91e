import { AccountState, CommandMemory, evolve, hadWaited, readFact, type Fact, type IdKind } from '@exchequer/account';
import { LearnedOutput } from '@exchequer/rating';
import {
  CommandJoiner,
  entryAddress,
  LedgerCorrupt,
  NO_HASH,
  NO_STREAM,
  type CommandRecord,
  type Entry,
  type RecordedCommand,
  type Revision,
} from '@exchequer/ledger';
import { FACT_SHAPES } from './fact-shapes.js';
import { learnFrom } from './learn-from.js';
import type { FactAddress } from './position.js';

/**
 * Which memory an id belongs to. What the clock brought about is not remembered, but for charges of usage that had waited for
 * an outcome: they are found by their usage, as other charges are.
 */
export function idKindOf(record: Pick<CommandRecord, 'origin' | 'facts'>): IdKind | undefined {
  if (record.origin === undefined) return 'command';
  if (record.origin === 'usage') return 'usage';
  return record.facts.some(({ type }) => type === 'HoldCaptured') ? 'usage' : undefined;
}

/** An account folded from its entries, with what is needed to go on: the memory of ids and the end of the stream. */
export class Replica {
  revision: Revision = NO_STREAM;
  hash: string = NO_HASH;
  /** The instant of the newest entry, in epoch milliseconds. */
  newestAt = Number.NEGATIVE_INFINITY;
  /** Where the newest fact lies. */
  last: FactAddress = { revision: NO_STREAM, index: -1 };
  private readonly joiner: CommandJoiner;

  constructor(
    readonly stream: string,
    readonly state: AccountState = new AccountState(),
    readonly memory: CommandMemory = new CommandMemory(),
    readonly learned: LearnedOutput = new LearnedOutput(),
  ) {
    this.joiner = new CommandJoiner(stream, FACT_SHAPES);
  }

  /** A command goes on in the next entry: here no snapshot can be taken. */
  get isBetweenParts(): boolean {
    return this.joiner.isOpen;
  }

  /**
   * Folds the next entry of the stream.
   *
   * @throws LedgerCorrupt when it does not follow on what was folded before.
   */
  fold(revision: Revision, entry: Entry): void {
    this.foldUntil(revision, entry, Number.POSITIVE_INFINITY);
  }

  /** As {@link fold}, but only the commands that begin at or before a fact. What is left out cannot be folded later. */
  foldUntil(revision: Revision, entry: Entry, lastFact: number): void {
    this.follow(revision, entry);
    let facts = 0;
    for (const command of this.joiner.join(revision, entry)) {
      const [begun] = command.spans;
      if (begun?.revision === revision && begun.firstIndex > lastFact) break;
      this.apply(command, entry.at);
      facts = endOf(command, revision);
    }
    if (facts > 0) this.last = { revision, index: facts - 1 };
    this.newestAt = entry.at;
  }

  private follow(revision: Revision, entry: Entry): void {
    const address = entryAddress(this.stream, revision);
    if (revision !== this.revision + 1)
      throw new LedgerCorrupt(address, `it does not follow on revision ${String(this.revision)}`);
    if (entry.previousHash !== this.hash) throw new LedgerCorrupt(address, 'it is not chained to the entry before it');
    this.revision = revision;
    this.hash = entry.hash;
  }

  private apply({ record, spans: [begun] }: RecordedCommand, at: number): void {
    const kind = idKindOf(record);
    if (kind !== undefined && begun !== undefined)
      this.memory.remember(kind, record.id, { revision: begun.revision, index: begun.firstIndex }, at);
    const { revision, firstIndex } = begun ?? { revision: this.revision, firstIndex: 0 };
    for (const [offset, stored] of record.facts.entries())
      this.take(readFact(stored), at, revision, firstIndex + offset);
  }

  /** Lays a fact, and where the ledger has it, onto the state; while there are estimates, also onto what they learn from. */
  take(fact: Fact, at: number, revision: number, index: number): void {
    const isCharge = fact.type === 'HoldCaptured' || fact.type === 'CreditsDrawn';
    const isLookedUp = isCharge && fact.provisional !== undefined;
    evolve(this.state, fact, at, isLookedUp ? { revision, index } : undefined);
    // What waited for an outcome was settled, and learned from, when the wait began.
    const isSettled = fact.type === 'OutcomeAwaited' || (isCharge && !hadWaited(fact));
    if (isSettled && this.state.estimating > 0) learnFrom(this.learned, fact);
  }
}

/** How many facts of an entry there are up to and with a command that ends there. */
function endOf({ spans }: RecordedCommand, revision: Revision): number {
  const last = spans.at(-1);
  return last?.revision === revision ? last.firstIndex + last.count : 0;
}
