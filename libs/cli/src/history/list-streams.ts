import type { Ledger } from '@exchequer/ledger';

/** Every stream of a ledger that has an entry, by name. Reads over the whole ledger. */
export async function listStreams(ledger: Ledger): Promise<readonly string[]> {
  const names = new Set<string>();
  const enough = new AbortController();
  for await (const { entries, caughtUp } of ledger.follow(undefined, '', enough.signal)) {
    for (const { stream } of entries) names.add(stream);
    if (caughtUp) break;
  }
  enough.abort();
  return [...names].sort();
}
