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
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = mostMs === undefined ? undefined : setTimeout(wake, mostMs);
        signal.addEventListener('abort', wake);
        this.#wake = wake;
      });
    this.#rung = false;
  }
}
