import type { Bus } from '@exchequer/bus';
import { BOUNDS, SUBJECTS } from '@exchequer/contracts';
import type { Clock } from '@exchequer/kernel';
import type { RefusalRow } from './refusal-row.js';
import { RefusalSample } from './sample-refusals.js';

/** How often it is looked whether a second has ended in which refusals were counted only. */
const LOOK_EVERY_MS = 500;

/**
 * Hands refused requests on to `decisions.v1.<account>`, many in one message, and of very many a sample with the number
 * of the others. The ledger knows nothing of a refusal; what gets lost here is missing from the reports on refusals and
 * from nothing else.
 */
export class RefusalPublisher {
  private readonly sample = new RefusalSample();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly bus: Pick<Bus, 'connected' | 'publish'>,
    private readonly clock: Clock,
  ) {
    this.timer = setInterval(() => this.publishEnded(clock.now()), LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** Refusals that were counted and not handed on, since the process began. */
  get leftOut(): number {
    return this.sample.leftOut;
  }

  publish(account: string, rows: readonly RefusalRow[]): void {
    this.send(account, this.sample.take(account, rows, this.clock.now()));
  }

  /** Tells what is still only counted. */
  close(): void {
    clearInterval(this.timer);
    this.publishEnded(Number.POSITIVE_INFINITY);
  }

  private publishEnded(nowMs: number): void {
    for (const [account, rows] of this.sample.endedBy(nowMs)) this.send(account, rows);
  }

  private send(account: string, rows: readonly RefusalRow[]): void {
    if (!this.bus.connected || rows.length === 0) return;
    const text = JSON.stringify(rows);
    if (Buffer.byteLength(text) <= BOUNDS.messageBytesMax) {
      this.bus.publish(SUBJECTS.decisions(account), text);
      return;
    }
    if (rows.length === 1) return;
    const half = rows.length >> 1;
    this.send(account, rows.slice(0, half));
    this.send(account, rows.slice(half));
  }
}
