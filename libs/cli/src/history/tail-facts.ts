import { openEntry, type Ledger, type Position, type StoredEntry } from '@exchequer/ledger';

export { streamOf as accountStream } from '@exchequer/replica';

/** A fact with what the ledger says of it. */
export interface TailedFact {
  /** `stream@revision.index`. */
  readonly address: string;
  /** When it was decided. */
  readonly at: string;
  /** The id of the command that brought it about. */
  readonly command: string;
  readonly actor: string;
  readonly type: string;
  /** The rest of it, as it is stored: amounts in nano-units. */
  readonly fact: Readonly<Record<string, unknown>>;
}

/** Entries looked at first; twice as many each time that they have too few facts. */
const ENTRIES_LOOKED_AT = 8;

/** The newest `count` facts of a stream in their order, and the position of the newest entry. */
export async function lastFacts(
  ledger: Ledger,
  stream: string,
  count: number,
): Promise<{ readonly facts: readonly TailedFact[]; readonly position: Position | undefined }> {
  const head = (await ledger.head(stream))?.revision ?? -1;
  for (let looked = ENTRIES_LOOKED_AT; ; looked *= 2) {
    const from = Math.max(0, head + 1 - looked);
    const facts: TailedFact[] = [];
    let position: Position | undefined;
    for await (const stored of ledger.read(stream, from)) {
      facts.push(...factsOf(stored));
      position = stored.position;
    }
    if (facts.length >= count || from === 0) return { facts: count === 0 ? [] : facts.slice(-count), position };
  }
}

/** Each fact that a stream gets after a position, until `signal` aborts. */
export async function* followFacts(
  ledger: Ledger,
  stream: string,
  after: Position | undefined,
  signal: AbortSignal,
): AsyncGenerator<TailedFact> {
  for await (const { entries } of ledger.follow(after, stream, signal))
    for (const entry of entries) if (entry.stream === stream) yield* factsOf(entry);
}

function factsOf({ stream, revision, bytes }: StoredEntry): readonly TailedFact[] {
  const entry = openEntry(stream, revision, bytes);
  const at = new Date(entry.at).toISOString();
  const facts = entry.commands.flatMap((command) => command.facts.map((fact) => ({ command, fact })));
  return facts.map(({ command, fact: { type, ...fact } }, index) => ({
    address: `${stream}@${String(revision)}.${String(index)}`,
    at,
    command: command.id,
    actor: command.actor,
    type,
    fact,
  }));
}
