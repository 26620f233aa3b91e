import { readFact, type HoldPlaced } from '@exchequer/account';
import { openEntry, readCommands, type Ledger } from '@exchequer/ledger';
import { FACT_SHAPES, loadReplica, streamOf, type FactAddress } from '@exchequer/replica';

/** An approval as the ledger has it. */
export interface FoundDecision {
  readonly placed: HoldPlaced;
  readonly decidedAt: number;
  /** Where the facts of its command begin. */
  readonly first: FactAddress;
}

const HOLD = /^h-[0-9a-z]+-([0-9a-z]+)$/;

/** The approval that placed a hold. Its id tells the instant, and instants grow along the stream: a few entries are read. */
export async function findByHold(ledger: Ledger, account: string, hold: string): Promise<FoundDecision | undefined> {
  const placedAt = Number.parseInt(HOLD.exec(hold)?.[1] ?? '', 36);
  if (Number.isNaN(placedAt)) return undefined;
  const stream = streamOf(account);
  const from = await firstRevisionAt(ledger, stream, placedAt);
  for await (const batch of readCommands(ledger, stream, from, { shapes: FACT_SHAPES })) {
    if (batch.at > placedAt) return undefined;
    for (const { record, spans } of batch.commands) {
      const placed = placedIn(record.facts);
      const [begun] = spans;
      if (placed?.hold === hold && begun !== undefined)
        return { placed, decidedAt: batch.at, first: { revision: begun.revision, index: begun.firstIndex } };
    }
  }
  return undefined;
}

/** The approval that a command brought about, as long as its id is remembered. */
export async function findByCommand(ledger: Ledger, account: string, id: string): Promise<FoundDecision | undefined> {
  const stream = streamOf(account);
  const { memory } = await loadReplica(ledger, stream);
  for (const { revision, index } of memory.candidates('command', id))
    for await (const batch of readCommands(ledger, stream, revision, { shapes: FACT_SHAPES })) {
      const found = batch.commands.find(
        ({ spans: [begun] }) => begun?.revision === revision && begun.firstIndex === index,
      );
      const placed = found?.record.id === id ? placedIn(found.record.facts) : undefined;
      if (placed !== undefined) return { placed, decidedAt: batch.at, first: { revision, index } };
      if (!batch.continues) break;
    }
  return undefined;
}

function placedIn(facts: readonly Parameters<typeof readFact>[0][]): HoldPlaced | undefined {
  const stored = facts.find((fact) => fact.type === 'HoldPlaced');
  const fact = stored === undefined ? undefined : readFact(stored);
  return fact?.type === 'HoldPlaced' ? fact : undefined;
}

/** The first entry that was decided at or after an instant. */
async function firstRevisionAt(ledger: Ledger, stream: string, at: number): Promise<number> {
  let low = 0;
  let high = (await ledger.head(stream))?.revision ?? 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await instantOf(ledger, stream, middle)) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function instantOf(ledger: Ledger, stream: string, revision: number): Promise<number> {
  for await (const { bytes } of ledger.read(stream, revision, 1)) return openEntry(stream, revision, bytes).at;
  return Number.POSITIVE_INFINITY;
}
