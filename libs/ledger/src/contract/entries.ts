import { randomUUID } from 'node:crypto';
import { type CommandRecord, NO_HASH, sealEntry } from '../entry.js';
import type { Ledger, Revision, SealedEntry, StoredEntry } from '../port.js';

/** A name that no other spec uses, also on a server that keeps what former runs left. */
export const newStream = (): string => `account-${randomUUID()}`;

/** A command with one fact for each amount. */
export const drawn = (id: string, ...amounts: readonly string[]): CommandRecord => ({
  id,
  contentHash: `hash-of-${id}`,
  actor: 'ada',
  facts: amounts.map((amount) => ({ type: 'CreditsDrawn', amount })),
});

/** Entries of one command each, as many as there are ids, chained behind `previousHash`. */
export function chain<const Ids extends readonly string[]>(
  ids: Ids,
  previousHash: string = NO_HASH,
): { -readonly [Index in keyof Ids]: SealedEntry } {
  let hash = previousHash;
  const entries = ids.map((id) => {
    const sealed = sealEntry(hash, { at: 1_000, commands: [drawn(id, '12')] });
    hash = sealed.hash;
    return sealed;
  });
  return entries as { -readonly [Index in keyof Ids]: SealedEntry }; // one for each id
}

/** So many ids, `command-0` and on. */
export const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `command-${index}`);

/** An item that must be there. */
export function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${index}`);
  return item;
}

export async function everything(entries: AsyncIterable<StoredEntry>): Promise<StoredEntry[]> {
  const found: StoredEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

export const texts = (entries: readonly { readonly bytes: Uint8Array }[]): string[] =>
  entries.map(({ bytes }) => Buffer.from(bytes).toString());

/** What a stream holds, as text. */
export const stored = async (ledger: Ledger, stream: string, from: Revision = 0): Promise<string[]> =>
  texts(await everything(ledger.read(stream, from)));
