import type { RequestClient } from '@exchequer/bus';
import { HEADERS, isProblemReply, parseInstant, SUBJECTS, type AdvanceReply } from '@exchequer/contracts';
import type { Clock } from '@exchequer/kernel';
import type { DueTable } from './due-table.js';

/** How often it is looked whether something is due. An expiry is booked at most this much after its instant. */
const LOOK_EVERY_MS = 200;
const AT_ONCE_MAX = 64;
const ANSWER_WITHIN_MS = 5_000;
/** An account that could not be advanced is asked again after this. */
const AGAIN_AFTER_MS = 1_000;
const ACTOR = 'lifecycle';

/** Tells the owner of an account to do what is due, whenever something is. */
export class DueDriver {
  private timer: NodeJS.Timeout | undefined;
  private readonly asking = new Map<string, Promise<void>>();
  private readonly notBefore = new Map<string, number>();

  constructor(
    private readonly due: DueTable,
    private readonly requests: RequestClient,
    private readonly clock: Clock,
    private readonly onFault: (account: string, fault: unknown) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.asking.values());
  }

  /** Asks for what is due now. */
  look(): void {
    const now = this.clock.now();
    for (const account of this.due.dueBy(now)) {
      if (this.asking.size >= AT_ONCE_MAX) return;
      if (this.asking.has(account) || (this.notBefore.get(account) ?? 0) > now) continue;
      const asked = this.advance(account).finally(() => this.asking.delete(account));
      this.asking.set(account, asked);
    }
  }

  private async advance(account: string): Promise<void> {
    const headers = { [HEADERS.actor]: ACTOR, [HEADERS.deadline]: String(Date.now() + ANSWER_WITHIN_MS) };
    try {
      const subject = SUBJECTS.owner('advance', account);
      const reply = (await this.requests.request(subject, '{}', { headers, timeoutMs: ANSWER_WITHIN_MS })).json();
      if (isProblemReply(reply)) throw new Error(`${reply.error.code}: ${reply.error.message}`);
      const { nextDueAt } = reply as AdvanceReply;
      this.due.set(account, nextDueAt === undefined ? undefined : parseInstant(nextDueAt));
      this.notBefore.delete(account);
    } catch (fault) {
      this.notBefore.set(account, this.clock.now() + AGAIN_AFTER_MS);
      this.onFault(account, fault);
    }
  }
}
