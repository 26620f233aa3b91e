/** The wait before a process that died is started again, and what ends its growth. */
export const RESTART = {
  delayMinMs: 250,
  delayMaxMs: 30_000,
  /**
   * A process that was ready for so long has recovered: its next death counts as the first. Short, so that deaths from
   * outside do not add up to long waits, and longer than anything takes that fails by itself right after its start.
   */
  healthyAfterMs: 5_000,
} as const;

/** How long to wait before the next start of one process: a quarter of a second, doubling to half a minute. */
export class RestartDelay {
  #deaths = 0;

  /**
   * @param readyForMs how long the process was ready before it died; 0 when it never was.
   * @returns milliseconds.
   */
  next(readyForMs: number): number {
    if (readyForMs >= RESTART.healthyAfterMs) this.#deaths = 0;
    const delayMs = Math.min(RESTART.delayMaxMs, RESTART.delayMinMs * 2 ** this.#deaths);
    this.#deaths += 1;
    return delayMs;
  }
}
