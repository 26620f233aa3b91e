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

/**
 * The approval that a command brought about. While its id is remembered it is looked up; an older one is looked for in all
 * of the stream, and of several under one id (an id may be used again after a day) the newest is meant.
 */
export async function findByCommand(ledger: Ledger, account: string, id: string): Promise<FoundDecision | undefined> {
  const stream = streamOf(account);
  const { memory } = await loadReplica(ledger, stream);
  for (const { revision, index } of memory.candidates('command', id)) {
    const found = (await approvalsFrom(ledger, stream, revision, id)).find(({ first }) => first.index === index);
    if (found !== undefined) return found;
  }
  let newest: FoundDecision | undefined;
  for (const revision of await entriesNaming(ledger, stream, id))
    newest = (await approvalsFrom(ledger, stream, revision, id)).at(-1) ?? newest;
  return newest;
}

/** The approvals of a command that begin in an entry. */
async function approvalsFrom(
  ledger: Ledger,
  stream: string,
  revision: number,
  id: string,
): Promise<readonly FoundDecision[]> {
  for await (const batch of readCommands(ledger, stream, revision, { shapes: FACT_SHAPES })) {
    const found = batch.commands.flatMap(({ record, spans: [begun] }): FoundDecision | readonly [] => {
      const placed = record.id === id && begun?.revision === revision ? placedIn(record.facts) : undefined;
      if (placed === undefined || begun === undefined) return [];
      return { placed, decidedAt: batch.at, first: { revision, index: begun.firstIndex } };
    });
    if (found.length > 0 || !batch.continues) return found;
  }
  return [];
}

/** How long others wait at most while a whole stream is looked through. */
const TURN_MAX_MS = 5;

/** The entries in which a text stands as an id, found by their bytes: reading each as JSON would take many times as long. */
async function entriesNaming(ledger: Ledger, stream: string, id: string): Promise<readonly number[]> {
  const named = Buffer.from(`"id":${JSON.stringify(id)}`);
  const revisions: number[] = [];
  let turnBeganAtMs = performance.now();
  for await (const { revision, bytes } of ledger.read(stream, 0)) {
    if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(named)) revisions.push(revision);
    if (performance.now() - turnBeganAtMs < TURN_MAX_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    turnBeganAtMs = performance.now();
  }
  return revisions;
}

function placedIn(facts: readonly Parameters<typeof readFact>[0][]): HoldPlaced | undefined {
  const stored = facts.find((fact) => fact.type === 'HoldPlaced');
  const fact = stored === undefined ? undefined : readFact(stored);
  return fact?.type === 'HoldPlaced' ? fact : undefined;
}

/** The first entry that was decided at or after an instant. */
export async function firstRevisionAt(ledger: Ledger, stream: string, at: number): Promise<number> {
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
