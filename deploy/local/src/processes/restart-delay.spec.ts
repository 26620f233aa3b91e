import { describe, expect, it } from '@jest/globals';
import { RestartDelay } from './restart-delay.js';

describe('the wait before a process that died is started again', () => {
  it('doubles from half a second to half a minute', () => {
    const delay = new RestartDelay();
    expect(Array.from({ length: 8 }, () => delay.next(0))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });

  it('begins anew after a minute of health, and not before', () => {
    const delay = new RestartDelay();
    expect([delay.next(0), delay.next(59_999), delay.next(60_000), delay.next(0)]).toEqual([500, 1_000, 500, 1_000]);
  });
});
