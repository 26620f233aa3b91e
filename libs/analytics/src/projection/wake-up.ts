/** Lets a loop sleep until something happens, and keeps what happened while it was awake. */
export class WakeUp {
  #rung = false;
  #wake: () => void = () => undefined;

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /** Resolves at a ring, also at one from before, after `mostMs`, or when `signal` aborts. */
  async wait(signal: AbortSignal, mostMs?: number): Promise<void> {
    if (!this.#rung && !signal.aborted)
      await new Promise<void>((resolve) => {
        const timer = mostMs === undefined ? undefined : setTimeout(resolve, mostMs);
        const wake = (): void => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
        this.#wake = () => {
          signal.removeEventListener('abort', wake);
          wake();
        };
      });
    this.#rung = false;
  }
}
