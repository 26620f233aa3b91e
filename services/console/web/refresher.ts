const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 10_000;

/**
 * Repeats a piece of work whenever it is asked for, never twice at once and never more often than it may; what is asked
 * for meanwhile is done once, afterwards. What fails is tried again, more and more slowly. While nobody sees the page it
 * waits.
 */
export class Refresher {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #isRunning = false;
  #isWanted = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly atMostEveryMs: number,
  ) {
    document.addEventListener('visibilitychange', () => {
      if (this.#isWanted) this.ask();
    });
  }

  /** Soon, or after a while. */
  ask(afterMs = 0): void {
    this.#isWanted = true;
    if (this.#isRunning || document.visibilityState === 'hidden') return;
    const dueMs = Math.max(Date.now() + afterMs, this.#lastMs + this.atMostEveryMs);
    if (this.#timer !== undefined && dueMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => void this.#run(), dueMs - Date.now());
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#isRunning = true;
    this.#isWanted = false;
    try {
      await this.work();
      this.#failures = 0;
    } catch {
      // The work has shown what is wrong; here it is only done again.
      this.#failures += 1;
    }
    this.#isRunning = false;
    this.#lastMs = Date.now();
    if (this.#failures > 0) this.ask(Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (this.#failures - 1)));
    else if (this.#isWanted) this.ask();
  }
}
