import type { RateState } from '@exchequer/account';

/** What is counted in the window that begins at `from`. */
interface Count {
  readonly from: number;
  used: number;
}

/** What one rate counts: in the window that runs, and in those to come that calls were told to wait for. */
export class WindowCounts {
  private counts: Count[] = [];

  in(from: number): number {
    for (const count of this.counts) if (count.from === from) return count.used;
    return 0;
  }

  /**
   * Counts in a window.
   *
   * @param current the window that runs: those before it are over and forgotten.
   */
  add(from: number, units: number, current: number): void {
    const present = this.counts.find((count) => count.from === from);
    if (present !== undefined) {
      present.used += units;
      return;
    }
    this.counts = this.counts.filter((count) => count.from >= current);
    this.counts.push({ from, used: units });
  }
}

/** Minutes, hours and days of UTC all begin at a multiple of their length. */
export const windowStart = ({ lengthMs }: RateState, at: number): number => Math.floor(at / lengthMs) * lengthMs;

export const windowEnd = (rate: RateState, at: number): number => windowStart(rate, at) + rate.lengthMs;
