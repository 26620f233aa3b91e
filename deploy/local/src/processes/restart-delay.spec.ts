import { describe, expect, it } from '@jest/globals';
import { RestartDelay } from './restart-delay.js';

describe('the wait before a process that died is started again', () => {
  it('doubles from a quarter of a second to half a minute', () => {
    const delay = new RestartDelay();
    expect(Array.from({ length: 9 }, () => delay.next(0))).toEqual([
      250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });

  it('begins anew after five seconds of health, and not before', () => {
    const delay = new RestartDelay();
    expect([delay.next(0), delay.next(4_999), delay.next(5_000), delay.next(0)]).toEqual([250, 500, 250, 500]);
  });
});
