import { readFact } from '@exchequer/account';
import {
  CommandJoiner,
  entryAddress,
  LedgerCorrupt,
  openEntry,
  type Entry,
  type Ledger,
  type RecordedCommand,
  type StoredEntry,
} from '@exchequer/ledger';
import { accountOfStream, FACT_SHAPES } from '@exchequer/replica';
import { projectFact, type AddRow } from '../rows/ledger-rows.js';
import type { LotDirectory } from '../rows/lot-directory.js';
import type { LastEntry } from './batch.js';

/** How far a stream was read. */
interface StreamReading {
  revision: number;
  readonly joiner: CommandJoiner;
}

/** An entry, and the commands that take effect with it. */
export interface ReadEntry extends LastEntry {
  readonly account: string;
  /** When it was booked, in epoch milliseconds. */
  readonly bookedAt: number;
  readonly commands: readonly RecordedCommand[];
}

/** Reads the entries of accounts in the order of the ledger, from any place on, and turns them into rows. */
export class EntryReader {
  readonly #streams = new Map<string, StreamReading>();

  constructor(
    private readonly ledger: Ledger,
    private readonly lots: LotDirectory,
  ) {}

  /** @throws LedgerCorrupt, UnknownVersion when the entry cannot be trusted or read. */
  async read(stored: StoredEntry): Promise<ReadEntry> {
    const { stream, revision, position } = stored;
    const account = accountOfStream(stream);
    if (account === undefined) throw new RangeError(`${stream} is no account`);
    const entry = openEntry(stream, revision, stored.bytes);
    const reading = this.#streams.get(stream) ?? (await this.#begin(stream, revision, entry));
    if (revision !== reading.revision + 1)
      throw new LedgerCorrupt(
        entryAddress(stream, revision),
        `it comes after revision ${String(reading.revision)} in the order of the ledger`,
      );
    const commands = reading.joiner.join(revision, entry);
    reading.revision = revision;
    return { account, stream, revision, position, hash: entry.hash, bookedAt: entry.at, commands };
  }

  /**
   * Adds the rows of an entry. Entries come here once each, in the order in which they were read.
   *
   * @throws UnknownFact, ProjectionBroken
   */
  project({ account, position, bookedAt, commands }: ReadEntry, add: AddRow): void {
    const booked = { account, position, booked_at: bookedAt };
    for (const { record, spans } of commands) {
      let next = 0;
      for (const { revision, firstIndex, count } of spans)
        for (let index = 0; index < count; index++) {
          const fact = record.facts[next++];
          if (fact !== undefined)
            projectFact(readFact(fact), { ...booked, revision, fact: firstIndex + index }, this.lots, add);
        }
    }
  }

  /** A stream that is taken up in the middle of a command is read from where that command begins. */
  async #begin(stream: string, revision: number, entry: Entry): Promise<StreamReading> {
    const before: Entry[] = [];
    for (let first = entry; first.resumes === true; first = before[0] ?? entry) {
      const earlier = await this.#entryAt(stream, revision - before.length - 1);
      before.unshift(earlier);
      if (earlier.commands.length > 1) break;
    }
    const joiner = new CommandJoiner(stream, FACT_SHAPES);
    for (const [index, earlier] of before.entries())
      joiner.join(revision - before.length + index, index === 0 ? beginning(earlier) : earlier);
    const reading = { revision: revision - 1, joiner };
    this.#streams.set(stream, reading);
    return reading;
  }

  async #entryAt(stream: string, revision: number): Promise<Entry> {
    for await (const { bytes } of this.ledger.read(stream, revision, 1)) return openEntry(stream, revision, bytes);
    throw new LedgerCorrupt(entryAddress(stream, revision), 'it is missing');
  }
}

/** An entry as one that begins: what its first command resumes has taken effect before, and is left out anyway. */
const beginning = ({ schemaVersion, previousHash, hash, at, commands, continues }: Entry): Entry => ({
  schemaVersion,
  previousHash,
  hash,
  at,
  commands,
  ...(continues !== undefined && { continues }),
});
