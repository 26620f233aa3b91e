import type { Instant } from '@exchequer/kernel';
import { type CommandRecord, type Entry, entryAddress, openEntry, type StoredFact } from './entry.js';
import { LedgerCorrupt } from './errors.js';
import { FactShapes } from './fact-shapes.js';
import type { Ledger, Position, Revision, StoredEntry } from './port.js';

/** Facts of one command that lie side by side in one entry. */
export interface FactSpan {
  readonly revision: Revision;
  /** Index of the first of them. In an entry facts are counted from 0 over all its commands. */
  readonly firstIndex: number;
  readonly count: number;
}

/** A command that took effect, whole, with the place of its facts. */
export interface RecordedCommand {
  readonly record: CommandRecord;
  /** One span, or as many as the command spans entries, in order. */
  readonly spans: readonly FactSpan[];
}

/** What one entry brought into effect. */
export interface CommandBatch {
  readonly revision: Revision;
  readonly position: Position;
  readonly hash: string;
  readonly at: Instant;
  /** Commands whose last fact is in this entry. */
  readonly commands: readonly RecordedCommand[];
  /** True when a command goes on in the next entry: a state taken here cannot be read on from without this entry. */
  readonly continues: boolean;
}

export interface ReadCommandsOptions {
  readonly shapes?: FactShapes;
  /** The hash of the entry before `from`, where it is known: the first entry is then held against it, too. */
  readonly previousHash?: string;
}

/** The address of a command's fact, `stream@revision.index`, for example `account-acme@48211.3`. */
export function factAddress(stream: string, command: RecordedCommand, factIndex: number): string {
  let left = factIndex;
  for (const { revision, firstIndex, count } of command.spans) {
    if (left < count) return `${entryAddress(stream, revision)}.${String(firstIndex + left)}`;
    left -= count;
  }
  throw new RangeError(`command ${command.record.id} has no fact ${String(factIndex)}`);
}

/** Joins the commands of entries that come one after the other. */
export class CommandJoiner {
  #begun: RecordedCommand | undefined;

  constructor(
    readonly stream: string,
    readonly shapes: FactShapes = new FactShapes(),
  ) {}

  /** True when a command was begun and has not ended yet. */
  get isOpen(): boolean {
    return this.#begun !== undefined;
  }

  /**
   * The commands that this entry completes. A command that was begun before and is not resumed here is dropped: it never
   * took effect.
   *
   * @throws LedgerCorrupt when the entry resumes what was not begun.
   */
  join(revision: Revision, entry: Entry): RecordedCommand[] {
    const begun = this.#begun;
    this.#begun = undefined;
    let firstIndex = 0;
    const commands = entry.commands.map((record): RecordedCommand => {
      const span = { revision, firstIndex, count: record.facts.length };
      firstIndex += span.count;
      return { record: this.#readable(record, span), spans: [span] };
    });
    if (entry.resumes === true) {
      const [rest] = commands;
      if (begun === undefined || rest?.record.id !== begun.record.id)
        throw new LedgerCorrupt(
          entryAddress(this.stream, revision),
          'it resumes a command that was not begun before it',
        );
      commands[0] = joined(begun, rest);
    }
    if (entry.continues === true) this.#begun = commands.pop();
    return commands;
  }

  #readable(record: CommandRecord, span: FactSpan): CommandRecord {
    let changed: StoredFact[] | undefined;
    for (const [index, fact] of record.facts.entries()) {
      const told = this.shapes.read(
        fact,
        () => `${entryAddress(this.stream, span.revision)}.${String(span.firstIndex + index)}`,
      );
      if (told === fact) continue;
      changed ??= [...record.facts];
      changed[index] = told;
    }
    return changed === undefined ? record : { ...record, facts: changed };
  }
}

const joined = (begun: RecordedCommand, rest: RecordedCommand): RecordedCommand => ({
  record: { ...begun.record, facts: [...begun.record.facts, ...rest.record.facts] },
  spans: [...begun.spans, ...rest.spans],
});

async function entryAt(ledger: Ledger, stream: string, revision: Revision): Promise<StoredEntry | undefined> {
  for await (const stored of ledger.read(stream, revision, 1)) return stored;
  return undefined;
}

/** Where to begin reading so that a command which goes on at `from` is read from its own beginning. */
async function beginningOf(ledger: Ledger, stream: string, from: Revision): Promise<Revision> {
  for (let start = from; start > 0; start--) {
    const before = await entryAt(ledger, stream, start - 1);
    if (before === undefined || openEntry(stream, start - 1, before.bytes).continues !== true) return start;
  }
  return 0;
}

/**
 * The commands that took effect at or after a revision, an entry at a time, in order. Checks on the way that every entry
 * is whole, chained to the one before, and at its place.
 *
 * @throws LedgerCorrupt, UnknownVersion naming the first entry that cannot be trusted. What came before it is right.
 */
export async function* readCommands(
  ledger: Ledger,
  stream: string,
  from: Revision = 0,
  options: ReadCommandsOptions = {},
): AsyncGenerator<CommandBatch> {
  const start = await beginningOf(ledger, stream, from);
  const joiner = new CommandJoiner(stream, options.shapes);
  let expected = start;
  let previousHash = start === from ? options.previousHash : undefined;
  for await (const { revision, position, bytes } of ledger.read(stream, start)) {
    if (revision !== expected) throw new LedgerCorrupt(entryAddress(stream, expected), 'it is missing');
    const entry = openEntry(stream, revision, bytes);
    if (previousHash !== undefined && entry.previousHash !== previousHash)
      throw new LedgerCorrupt(entryAddress(stream, revision), 'it is not chained to the entry before it');
    const commands = joiner.join(revision, entry);
    expected = revision + 1;
    previousHash = entry.hash;
    if (revision >= from)
      yield { revision, position, hash: entry.hash, at: entry.at, commands, continues: joiner.isOpen };
  }
}
