import { appendUntilKnown, LedgerUnavailable, NO_STREAM, WrongRevision, type SealedEntry } from '@exchequer/ledger';
import { HOST_BOUNDS } from './bounds.js';
import type { HostContext } from './host-context.js';

/** The stream of an account, as far as its writer makes it longer. */
export class DurableStream {
  constructor(
    private readonly account: string,
    private readonly stream: string,
    private readonly context: HostContext,
    /** Ends every waiting for an answer of the ledger. */
    private readonly stopping: AbortSignal,
  ) {}

  /**
   * Waits until it is known what became of entries that follow a revision.
   *
   * @returns true when they are stored, or (without entries) the stream still ends there. False: somebody else writes, or this
   *   writer is stopping.
   */
  async store(expected: number, entries: readonly SealedEntry[]): Promise<boolean> {
    const { account, stream, stopping } = this;
    const { ledger, log, timers, announce } = this.context;
    try {
      if (entries.length === 0) return (await this.headUntilKnown()) === expected;
      const options = {
        signal: stopping,
        withinMs: Number.POSITIVE_INFINITY,
        onRetry: (error: unknown) => this.noteRetry(error),
        wait: timers.wait,
      };
      const { position } = await appendUntilKnown(ledger, stream, expected, entries, options);
      announce(account, position);
      return true;
    } catch (error) {
      if (!(error instanceof WrongRevision)) log.error('an append failed', { account, error });
      return false;
    }
  }

  private async headUntilKnown(): Promise<number> {
    let delayMs: number = HOST_BOUNDS.retryDelayMinMs;
    for (;;) {
      try {
        return (await this.context.ledger.head(this.stream))?.revision ?? NO_STREAM;
      } catch (error) {
        if (!(error instanceof LedgerUnavailable) || this.stopping.aborted) throw error;
        this.noteRetry(error);
      }
      await this.context.timers.wait(delayMs);
      delayMs = Math.min(delayMs * 2, HOST_BOUNDS.retryDelayMaxMs);
    }
  }

  private noteRetry(error: unknown): void {
    this.context.log.warn('the ledger does not answer; asking again', { account: this.account, error });
  }
}
