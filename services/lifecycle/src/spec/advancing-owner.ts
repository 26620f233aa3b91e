import type { Bus, BusSubscription } from '@exchequer/bus';
import { nextDueAt } from '@exchequer/account';
import { problem, SUBJECTS, type AdvanceReply } from '@exchequer/contracts';
import type { Clock } from '@exchequer/kernel';
import { formatPosition } from '@exchequer/replica';
import type { BookedAccount } from './booked-account.js';

/** The owner of one account, as far as `advance` goes. */
export class AdvancingOwner {
  /** How often it was asked. */
  asked = 0;
  /** While it is set every request is answered Unavailable. */
  isAway = false;
  private readonly subscription: BusSubscription;

  constructor(
    private readonly bus: Bus,
    private readonly booked: BookedAccount,
    private readonly clock: Clock,
  ) {
    this.subscription = bus.subscribe(SUBJECTS.owner('advance', booked.account), {}, ({ reply }) => {
      void this.answer().then((body) => bus.publish(reply ?? '', JSON.stringify(body)));
    });
  }

  /** Resolves when the server knows that it listens. */
  ready(): Promise<void> {
    return this.bus.flush();
  }

  stop(): void {
    this.subscription.stop();
  }

  private async answer(): Promise<object> {
    this.asked += 1;
    if (this.isAway) return { error: problem('Unavailable', 'The owner is away.') };
    const now = this.clock.now();
    await this.booked.advance(now);
    const next = nextDueAt(this.booked.state);
    const position = formatPosition(this.booked.account, { revision: this.booked.head.revision, index: 0 });
    return {
      decidedAt: new Date(now).toISOString(),
      position,
      ...(next !== undefined && { nextDueAt: new Date(next).toISOString() }),
    } satisfies AdvanceReply;
  }
}
