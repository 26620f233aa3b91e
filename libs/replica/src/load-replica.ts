import { brokenInvariants, CommandMemory } from '@exchequer/account';
import { closingHash, LedgerCorrupt, openEntry, type Ledger } from '@exchequer/ledger';
import type { IdShelf } from './ids/id-shelf.js';
import type { FactAddress } from './position.js';
import { Replica } from './replica.js';
import { decodeSnapshot } from './snapshot-codec.js';

/** What else the process has to do waits at most so long for a stream that is folded, or for one entry of it. */
const TURN_MAX_MS = 5;

/** The embedded ledger answers without ever waiting, so that a loop over it would keep everybody else waiting. */
class Turns {
  private begunAtMs = performance.now();

  async giveWhenDue(): Promise<void> {
    if (performance.now() - this.begunAtMs < TURN_MAX_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.begunAtMs = performance.now();
  }
}

/**
 * The account as it stands at the end of its stream: from the newest usable snapshot and the entries after it, else from
 * the first entry on.
 *
 * @param ids where full tables of ids are kept; without it they are forgotten, for readers that never ask for an old id.
 * @throws LedgerCorrupt when an entry is not what was written, or the state that follows breaks an invariant.
 */
export async function loadReplica(ledger: Ledger, stream: string, ids?: IdShelf): Promise<Replica> {
  const replica = (await fromSnapshot(ledger, stream, ids)) ?? emptyReplica(stream, ids);
  await catchUp(ledger, replica, ids);
  await ids?.open(replica);
  const [broken] = brokenInvariants(replica.state);
  if (broken !== undefined) throw new LedgerCorrupt(`${stream}@${String(replica.revision)}`, broken);
  return replica;
}

/** Folds what was appended since. */
export async function catchUp(ledger: Ledger, replica: Replica, ids?: IdShelf): Promise<void> {
  const turns = new Turns();
  let hasRoom = ids !== undefined;
  while (await foldUntilFull(ledger, replica, turns, hasRoom)) {
    // What cannot be put away now stays in memory, and whoever goes on with the replica tries again.
    await ids?.store(replica, replica.revision).catch(() => (hasRoom = false));
  }
  if (ids === undefined) replica.memory.forgetParts();
}

/** Folds to the end of the stream, or with `stops` until there is a table to be put away; true when there is one. */
async function foldUntilFull(ledger: Ledger, replica: Replica, turns: Turns, stops: boolean): Promise<boolean> {
  const { stream, memory } = replica;
  for await (const { revision, bytes } of ledger.read(stream, replica.revision + 1)) {
    replica.fold(revision, openEntry(stream, revision, bytes));
    if (stops && memory.hasFullTables) return true;
    await turns.giveWhenDue();
  }
  return false;
}

/**
 * The account as it stood with a fact: everything up to it, nothing after. From the newest snapshot where that is older,
 * else from the first entry on.
 *
 * @throws RangeError when the stream does not reach so far.
 */
export async function replicaUntil(ledger: Ledger, stream: string, until: FactAddress): Promise<Replica> {
  if (until.revision < 0) return new Replica(stream);
  const snapshot = await fromSnapshot(ledger, stream);
  const replica = snapshot !== undefined && snapshot.revision < until.revision ? snapshot : new Replica(stream);
  const turns = new Turns();
  for await (const { revision, bytes } of ledger.read(stream, replica.revision + 1)) {
    await turns.giveWhenDue();
    const entry = openEntry(stream, revision, bytes);
    if (revision < until.revision) replica.fold(revision, entry);
    else {
      replica.foldUntil(revision, entry, until.index);
      return replica;
    }
  }
  throw new RangeError(`${stream} has no revision ${String(until.revision)}`);
}

const emptyReplica = (stream: string, ids: IdShelf | undefined): Replica =>
  new Replica(stream, undefined, new CommandMemory([], ids?.tableIdsMax));

async function fromSnapshot(ledger: Ledger, stream: string, ids?: IdShelf): Promise<Replica | undefined> {
  const snapshot = await ledger.loadSnapshot(stream);
  const replica = snapshot === undefined ? undefined : decodeSnapshot(stream, snapshot, ids?.tableIdsMax);
  if (replica === undefined) return undefined;
  for await (const { bytes } of ledger.read(stream, replica.revision, 1))
    if (closingHash(bytes) === replica.hash) return replica;
  return undefined;
}
