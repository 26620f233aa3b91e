import type { Bus } from '@exchequer/bus';
import { BOUNDS, SUBJECTS } from '@exchequer/contracts';

/**
 * Hands refused requests on to `decisions.v1.<account>`, many in one message. The ledger knows nothing of a refusal; what
 * gets lost here is missing from the reports on refusals and from nothing else.
 */
export class RefusalPublisher {
  constructor(private readonly bus: Bus) {}

  publish(account: string, rows: readonly object[]): void {
    if (!this.bus.connected || rows.length === 0) return;
    const text = JSON.stringify(rows);
    if (Buffer.byteLength(text) <= BOUNDS.messageBytesMax) {
      this.bus.publish(SUBJECTS.decisions(account), text);
      return;
    }
    if (rows.length === 1) return;
    const half = rows.length >> 1;
    this.publish(account, rows.slice(0, half));
    this.publish(account, rows.slice(half));
  }
}
