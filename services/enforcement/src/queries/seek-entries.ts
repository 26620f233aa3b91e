import { openEntry, type Ledger, type Revision } from '@exchequer/ledger';

/** How long others wait at most while a whole stream is looked through. */
const TURN_MAX_MS = 5;

/** What a field of a command or fact says: its id, the charge that it is of, or its hold. */
type Naming = { readonly id: string } | { readonly of: string } | { readonly hold: string };

/** Where to look: from an entry on, to the last one or to another. Both ends are included. */
interface Stretch {
  readonly revision: Revision;
  readonly until?: Revision;
}

/** The entries in which a text stands as a field, found by their bytes: reading each as JSON would take many times as long. */
export async function* entriesNaming(
  ledger: Ledger,
  stream: string,
  naming: Naming,
  { revision: from, until = Number.POSITIVE_INFINITY }: Stretch = { revision: 0 },
): AsyncIterable<Revision> {
  // As it stands within the braces of its object.
  const named = Buffer.from(JSON.stringify(naming).slice(1, -1));
  let turnBeganAtMs = performance.now();
  for await (const { revision, bytes } of ledger.read(stream, from, until - from + 1)) {
    if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(named)) yield revision;
    if (performance.now() - turnBeganAtMs < TURN_MAX_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    turnBeganAtMs = performance.now();
  }
}

/** The first entry that was decided at or after an instant; the last one where none was. */
export async function firstRevisionAt(ledger: Ledger, stream: string, at: number): Promise<Revision> {
  let low = 0;
  let high = (await ledger.head(stream))?.revision ?? 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await instantOf(ledger, stream, middle)) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function instantOf(ledger: Ledger, stream: string, revision: Revision): Promise<number> {
  for await (const { bytes } of ledger.read(stream, revision, 1)) return openEntry(stream, revision, bytes).at;
  return Number.POSITIVE_INFINITY;
}
