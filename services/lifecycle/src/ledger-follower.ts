import { LedgerCorrupt, type FollowedBatch, closingHash, type Ledger, type Position } from '@exchequer/ledger';
import { ACCOUNT_STREAMS, accountOfStream } from '@exchequer/replica';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import type { DueTable } from './due-table.js';
import type { FollowedAccounts } from './followed-accounts.js';
import { UnanchoredHeads } from './unanchored-heads.js';

const AGAIN_AFTER_MS = 1_000;

/** Follows every account of the ledger: what is due next, and where each stream ends. */
export class LedgerFollower {
  private position: Position | undefined;
  private caughtUp = false;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  readonly heads = new UnanchoredHeads();
  /** Accounts whose stream is damaged: left alone until the service starts anew. */
  readonly damaged = new Map<string, string>();

  constructor(
    private readonly ledger: Ledger,
    private readonly accounts: FollowedAccounts,
    private readonly due: DueTable,
    private readonly onFault: (fault: unknown) => void,
  ) {}

  get isCaughtUp(): boolean {
    return this.caughtUp;
  }

  async start(): Promise<void> {
    const checkpoint = await loadCheckpoint(this.ledger);
    this.position = checkpoint?.position;
    for (const [account, dueAt] of checkpoint?.due ?? []) this.due.set(account, dueAt);
    for (const [stream, head] of checkpoint?.unanchored ?? []) this.heads.note(stream, head);
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Writes down how far it has come, and what it has seen that is not anchored yet. */
  async checkpoint(): Promise<void> {
    const { position } = this;
    if (position === undefined) return;
    await saveCheckpoint(this.ledger, { position, due: this.due.entries(), unanchored: this.heads.entries() });
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    const stopped = (): boolean => signal.aborted;
    while (!stopped()) {
      try {
        for await (const batch of this.ledger.follow(this.position, ACCOUNT_STREAMS, signal)) {
          await this.take(batch);
          if (stopped()) break;
        }
      } catch (fault) {
        this.onFault(fault);
      }
      if (!stopped()) await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }

  private async take({ entries, position, caughtUp }: FollowedBatch): Promise<void> {
    for (const stored of entries) {
      const account = accountOfStream(stored.stream);
      if (account === undefined || this.damaged.has(account)) continue;
      try {
        this.due.set(account, await this.accounts.fold(stored));
        this.heads.note(stored.stream, { revision: stored.revision, hash: closingHash(stored.bytes) });
      } catch (fault) {
        if (!(fault instanceof LedgerCorrupt)) throw fault;
        this.damaged.set(account, fault.message);
        this.accounts.forget(stored.stream);
        this.onFault(fault);
      }
    }
    this.position = position ?? this.position;
    this.caughtUp = caughtUp;
  }
}
