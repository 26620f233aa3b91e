import {
  LedgerCorrupt,
  type FollowedBatch,
  type Head,
  closingHash,
  type Ledger,
  type Position,
} from '@exchequer/ledger';
import { ACCOUNT_STREAMS, accountOfStream } from '@exchequer/replica';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import type { DueTable } from './due-table.js';
import type { FollowedAccounts } from './followed-accounts.js';

const AGAIN_AFTER_MS = 1_000;

/** What the follower has seen since it was last asked. */
export class SeenHeads {
  private heads = new Map<string, Head>();

  note(stream: string, head: Head): void {
    this.heads.set(stream, head);
  }

  /** Takes back what was taken and could not be written down, where nothing newer was seen since. */
  noteOlder(stream: string, head: Head): void {
    if (!this.heads.has(stream)) this.heads.set(stream, head);
  }

  /** The newest head of each stream that has grown; they are forgotten with it. */
  take(): ReadonlyMap<string, Head> {
    const taken = this.heads;
    this.heads = new Map();
    return taken;
  }
}

/** Follows every account of the ledger: what is due next, and where each stream ends. */
export class LedgerFollower {
  private position: Position | undefined;
  private caughtUp = false;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  readonly heads = new SeenHeads();
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
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Writes down how far it has come. */
  async checkpoint(): Promise<void> {
    if (this.position !== undefined)
      await saveCheckpoint(this.ledger, { position: this.position, due: this.due.entries() });
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
