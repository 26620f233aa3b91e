import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS } from './time.js';
import { DEFAULT_ANCHOR } from './window.js';
import { formatLength, formatWindow } from './window-text.js';

describe('the text of a window', () => {
  it('is the one that a policy file takes', () => {
    const month = { kind: 'calendar', unit: 'month', zone: 'Europe/Berlin', anchor: DEFAULT_ANCHOR } as const;
    expect(formatWindow(month)).toBe('month Europe/Berlin');
    expect(formatWindow({ ...month, anchor: '2026-01-31T00:00' })).toBe('month Europe/Berlin from 2026-01-31T00:00');
    expect(formatWindow({ kind: 'rolling', lengthMs: 7 * DAY_MS })).toBe('rolling 7d');
    expect(formatWindow({ kind: 'sliding', lengthMs: 36 * HOUR_MS })).toBe('sliding 36h');
    expect(formatWindow({ kind: 'lifetime' })).toBe('lifetime');
  });

  it('has lengths in their largest whole unit', () =>
    expect([0, 1, 1_500, 4_000, 90_000, 5_400_000, DAY_MS].map(formatLength)).toEqual([
      '0ms',
      '1ms',
      '1500ms',
      '4s',
      '90s',
      '90m',
      '1d',
    ]));
});
