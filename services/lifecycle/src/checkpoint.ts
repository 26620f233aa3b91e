import type { Ledger, Position } from '@exchequer/ledger';

/** The snapshot under which the follower's own place is kept. No stream has this name. */
const CHECKPOINT = 'lifecycle-checkpoint';
const VERSION = 1;

/** How far the ledger was followed, and what was due then. A cache: without it the ledger is followed from its beginning. */
export interface Checkpoint {
  readonly position: Position;
  readonly due: readonly (readonly [account: string, dueAt: number])[];
}

export async function saveCheckpoint(ledger: Ledger, { position, due }: Checkpoint): Promise<void> {
  const bytes = Buffer.from(JSON.stringify({ version: VERSION, position: String(position), due }));
  await ledger.saveSnapshot(CHECKPOINT, { revision: 0, bytes });
}

/** Undefined when there is none, or none that this release can read. */
export async function loadCheckpoint(ledger: Ledger): Promise<Checkpoint | undefined> {
  const snapshot = await ledger.loadSnapshot(CHECKPOINT);
  if (snapshot === undefined) return undefined;
  try {
    const stored = JSON.parse(Buffer.from(snapshot.bytes).toString('utf8')) as {
      readonly version: number;
      readonly position: string;
      readonly due: Checkpoint['due'];
    };
    return stored.version === VERSION ? { position: BigInt(stored.position), due: stored.due } : undefined;
  } catch {
    return undefined;
  }
}
