import { nextLookAt } from '@exchequer/account';
import type { Instant } from '@exchequer/kernel';
import { openEntry, type Ledger, type StoredEntry } from '@exchequer/ledger';
import { encodeSnapshot, loadReplica, type Replica } from '@exchequer/replica';

/** Accounts whose replica is kept in memory; of the others only what is due next. */
const REPLICAS_MAX = 1_000;
/** A snapshot is worth its cost when a load is spared at least this many facts… */
const FACTS_BEFORE_SNAPSHOT = 5_000;
/** …and is not taken more often than this for one account. */
const SNAPSHOT_EVERY_MS = 30_000;

interface Followed {
  readonly replica: Replica;
  factsSinceSnapshot: number;
  snapshotAtMs: number;
}

/** Replicas of the accounts that have something new, folded off the hot path: for what is due, and for snapshots. */
export class FollowedAccounts {
  private readonly followed = new Map<string, Followed>();

  constructor(
    private readonly ledger: Ledger,
    private readonly monotonicMs: () => number,
  ) {}

  /**
   * Folds an entry of an account's stream. Entries that the replica has already are passed over.
   *
   * @returns when the account wants to be asked next.
   * @throws LedgerCorrupt when the stream is damaged.
   */
  async fold(stored: StoredEntry): Promise<Instant | undefined> {
    const account = await this.accountOf(stored.stream);
    const { replica } = account;
    if (stored.revision > replica.revision) {
      const entry = openEntry(stored.stream, stored.revision, stored.bytes);
      replica.fold(stored.revision, entry);
      replica.memory.forgetParts();
      for (const { facts } of entry.commands) account.factsSinceSnapshot += facts.length;
    }
    return nextLookAt(replica.state, replica.newestAt);
  }

  /** Forgets an account, so that it is loaded anew. */
  forget(stream: string): void {
    this.followed.delete(stream);
  }

  /** Takes the snapshots that are worth it. With `all`, of every account that has anything new. */
  async snapshot(all = false): Promise<number> {
    let taken = 0;
    for (const [stream, account] of this.followed) {
      const { replica, factsSinceSnapshot, snapshotAtMs } = account;
      const isWorth =
        factsSinceSnapshot >= FACTS_BEFORE_SNAPSHOT && this.monotonicMs() - snapshotAtMs >= SNAPSHOT_EVERY_MS;
      if (replica.isBetweenParts || !(isWorth || (all && factsSinceSnapshot > 0))) continue;
      await this.ledger.saveSnapshot(stream, encodeSnapshot(replica));
      account.factsSinceSnapshot = 0;
      account.snapshotAtMs = this.monotonicMs();
      taken += 1;
    }
    return taken;
  }

  private async accountOf(stream: string): Promise<Followed> {
    const known = this.followed.get(stream);
    if (known !== undefined) {
      // Kept in order of use, so that the one used longest ago leaves first.
      this.followed.delete(stream);
      this.followed.set(stream, known);
      return known;
    }
    const replica = await loadReplica(this.ledger, stream);
    const account = { replica, factsSinceSnapshot: 0, snapshotAtMs: Number.NEGATIVE_INFINITY };
    this.followed.set(stream, account);
    const [oldest] = this.followed.keys();
    if (this.followed.size > REPLICAS_MAX && oldest !== undefined) this.followed.delete(oldest);
    return account;
  }
}
