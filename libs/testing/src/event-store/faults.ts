/** What befalls one append. */
export type AppendFault =
  | { readonly kind: 'lost-answer'; readonly stored: boolean; readonly how: 'cut' | 'silence' }
  | { readonly kind: 'wrong-revision' };

/** Faults that a spec asks of the double. Each holds for one append or until it is taken back, as its name says. */
export class EventStoreFaults {
  #next: AppendFault[] = [];
  #slowMs = 0;
  #notReady = false;

  /**
   * The next append is stored, or is not, and its answer never comes: with `cut` all connections break, with `silence`
   * nothing at all happens. Called several times it befalls as many appends, one after the other.
   */
  outcomeUnknown(stored: boolean, how: 'cut' | 'silence' = 'cut'): void {
    this.#next.push({ kind: 'lost-answer', stored, how });
  }

  /** The next append is told that its stream ends elsewhere, whether it does or not. */
  wrongVersionNext(): void {
    this.#next.push({ kind: 'wrong-revision' });
  }

  /** From now on every answer to an append or a read comes so many milliseconds late; 0 ends it. */
  slow(ms: number): void {
    this.#slowMs = ms;
  }

  /** From now on, or no longer, the server says that it is not ready, as it does while it boots. */
  notReady(on = true): void {
    this.#notReady = on;
  }

  /** Takes back every fault. */
  clear(): void {
    this.#next = [];
    this.#slowMs = 0;
    this.#notReady = false;
  }

  /** The fault for the append that is being handled now. */
  take(): AppendFault | undefined {
    return this.#next.shift();
  }

  get isReady(): boolean {
    return !this.#notReady;
  }

  get slowMs(): number {
    return this.#slowMs;
  }
}
