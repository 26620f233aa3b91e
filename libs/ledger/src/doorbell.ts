/** Lets one loop sleep until something happens, and keeps what happened while it was awake. */
export class Doorbell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, at one that nobody waited for, after `mostMs`, or when `signal` aborts. */
  async wait(mostMs: number, signal?: AbortSignal): Promise<void> {
    if (!this.#rung && signal?.aborted !== true) await this.#sleep(mostMs, signal);
    this.#rung = false;
  }

  #sleep(mostMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, mostMs);
      signal?.addEventListener('abort', wake);
      this.#wake = wake;
    });
  }
}
