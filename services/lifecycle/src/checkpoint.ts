import type { Head, Ledger, Position } from '@exchequer/ledger';

/** The snapshot under which the follower's own place is kept. No stream has this name. */
const CHECKPOINT = 'lifecycle-checkpoint';
const VERSION = 2;

/**
 * How far the ledger was followed, what was due then, and which heads were not anchored yet: they would not be seen
 * again until their accounts grow. A cache: without it the ledger is followed from its beginning.
 */
export interface Checkpoint {
  readonly position: Position;
  readonly due: readonly (readonly [account: string, dueAt: number])[];
  readonly unanchored: readonly (readonly [stream: string, head: Head])[];
}

interface StoredCheckpoint extends Omit<Checkpoint, 'position'> {
  readonly version: number;
  readonly position: string;
}

export async function saveCheckpoint(ledger: Ledger, { position, due, unanchored }: Checkpoint): Promise<void> {
  const stored: StoredCheckpoint = { version: VERSION, position: String(position), due, unanchored };
  const bytes = Buffer.from(JSON.stringify(stored));
  await ledger.saveSnapshot(CHECKPOINT, { revision: 0, bytes });
}

/** Undefined when there is none, or none that this release can read. */
export async function loadCheckpoint(ledger: Ledger): Promise<Checkpoint | undefined> {
  const snapshot = await ledger.loadSnapshot(CHECKPOINT);
  if (snapshot === undefined) return undefined;
  try {
    const stored = JSON.parse(Buffer.from(snapshot.bytes).toString('utf8')) as StoredCheckpoint;
    if (stored.version !== VERSION) return undefined;
    return { position: BigInt(stored.position), due: stored.due, unanchored: stored.unanchored };
  } catch {
    return undefined;
  }
}
