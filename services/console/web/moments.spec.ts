import { describe, expect, it } from '@jest/globals';
import { timeUntil } from './moments.js';

const NOW = Date.parse('2026-11-21T10:00:00Z');

describe('how long until an instant', () => {
  it.each([
    ['2026-11-21T10:00:45Z', 'in 45 s'],
    ['2026-11-21T10:01:59Z', 'in 119 s'],
    ['2026-11-21T10:02:00Z', 'in 2 min'],
    ['2026-11-21T19:30:00Z', 'in 9 h'],
    ['2026-11-30T10:00:00Z', 'in 9 d'],
    ['2026-11-21T10:00:00Z', 'now'],
    ['2026-11-21T09:00:00Z', 'now'],
  ])('%s is %s', (instant, words) => {
    expect(timeUntil(instant, NOW)).toBe(words);
  });
});
