import type { ServerResponse } from 'node:http';
import { LIVE_BOUNDS } from './bounds.js';
import { News, sse, type Refusal } from './news.js';

/**
 * One open stream. What happens is gathered and told in beats; while the viewer does not read, it goes on being gathered,
 * so that a slow viewer misses moments and never grows a queue.
 */
export class Viewer {
  readonly #news = new News();
  readonly #heartbeat: NodeJS.Timeout;
  #beat: NodeJS.Timeout | undefined;
  #lastReadMs = Date.now();

  constructor(
    private readonly response: Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'writableNeedDrain' | 'on'>,
    account: string,
  ) {
    response.write(`retry: ${String(LIVE_BOUNDS.retryMs)}\n${sse('open', { account })}`);
    response.on('drain', () => {
      this.#lastReadMs = Date.now();
      this.#schedule();
    });
    this.#heartbeat = setInterval(() => {
      this.#stayAlive();
    }, LIVE_BOUNDS.heartbeatEveryMs);
    this.#heartbeat.unref();
  }

  appended(position: bigint): void {
    this.#news.appended(position);
    this.#schedule();
  }

  refused(rows: readonly Refusal[]): void {
    this.#news.refused(rows);
    this.#schedule();
  }

  /** Says good-bye: the browser comes back by itself. */
  close(): void {
    this.forget();
    this.response.end();
  }

  /** The connection is gone. */
  forget(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#beat);
  }

  #schedule(): void {
    if (this.#news.isEmpty) return;
    this.#beat ??= setTimeout(() => {
      this.#beat = undefined;
      if (!this.response.writableNeedDrain && !this.#news.isEmpty) this.response.write(this.#news.take());
    }, LIVE_BOUNDS.beatMs);
  }

  #stayAlive(): void {
    if (!this.response.writableNeedDrain) this.response.write(': still here\n\n');
    else if (Date.now() - this.#lastReadMs > LIVE_BOUNDS.silentMaxMs) this.response.destroy();
  }
}
