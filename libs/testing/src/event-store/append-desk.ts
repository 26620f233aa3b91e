import { setTimeout as wait } from 'node:timers/promises';
import type { AppendVerdict, EventLog, ExpectedRevision, ProposedEvent } from './event-log.js';
import type { EventStoreFaults } from './faults.js';

/** What becomes of one append: an answer, or none ever. */
export type AppendAnswer = SentAnswer | { readonly kind: 'silence' };

export type SentAnswer = AppendVerdict | { readonly kind: 'not-ready' } | { readonly kind: 'timeout' };

export interface AppendRequest {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
  /** The instant until which the sender waits. The server looks at it once, before it stores anything. */
  readonly deadlineMs: number;
}

const identityOf = (request: AppendRequest): string =>
  JSON.stringify([request.stream, request.expected, request.events.map((event) => event.id)]);

/** Takes in appends in the order in which they come, and answers each when its faults say so. */
export class AppendDesk {
  readonly #underway = new Set<string>();
  /** Requests taken in, repeats included. */
  received = 0;
  /** The most requests that were waiting for their answer at one time. */
  underwayMost = 0;

  constructor(
    readonly log: EventLog,
    readonly faults: EventStoreFaults,
    /** How long the sender of a dropped repeat waits for its time-out. */
    readonly droppedRepeatMs: number,
    readonly onStored: () => void,
    readonly onCut: () => void,
  ) {}

  async handle(request: AppendRequest): Promise<AppendAnswer> {
    this.received += 1;
    if (!this.faults.isReady) return { kind: 'not-ready' };
    if (request.deadlineMs <= Date.now()) return { kind: 'timeout' };
    const identity = identityOf(request);
    if (this.#underway.has(identity)) return this.#drop();
    this.#underway.add(identity);
    this.underwayMost = Math.max(this.underwayMost, this.#underway.size);
    try {
      return await this.#answer(request);
    } finally {
      this.#underway.delete(identity);
    }
  }

  /** The server does not answer a repeat of what is still on its way: it lets the sender run into its time-out. */
  async #drop(): Promise<AppendAnswer> {
    await wait(this.droppedRepeatMs, undefined, { ref: false });
    return { kind: 'timeout' };
  }

  async #answer(request: AppendRequest): Promise<AppendAnswer> {
    const fault = this.faults.take();
    if (fault?.kind === 'wrong-revision')
      return { kind: 'wrong-revision', current: this.log.lastRevision(request.stream) };
    const store = fault?.stored ?? true;
    const verdict = store ? this.#store(request) : undefined;
    if (fault !== undefined) {
      if (fault.how === 'cut') this.onCut();
      return { kind: 'silence' };
    }
    if (this.faults.slowMs > 0) await wait(this.faults.slowMs, undefined, { ref: false });
    return verdict ?? { kind: 'silence' };
  }

  #store({ stream, expected, events }: AppendRequest): AppendVerdict {
    const verdict = this.log.append(stream, expected, events, Date.now());
    if (verdict.kind === 'stored') this.onStored();
    return verdict;
  }
}
