import { describe, expect, it } from '@jest/globals';
import { formatDelay } from './delay-text.js';

describe('how long to wait', () => {
  it.each([
    [0, '0 ms'],
    [250, '250 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_500, '1.5 s'],
    [59_900, '59.9 s'],
    [60_000, '1 min'],
    [90_000, '1 min 30 s'],
    [120_000, '2 min'],
    [3_600_000, '1 h'],
    [3_900_000, '1 h 5 min'],
    [86_400_000, '1 d'],
    [93_600_000, '1 d 2 h'],
  ])('%d ms is told as %s', (ms, text) => expect(formatDelay(ms)).toBe(text));

  it.each([
    [1_001, '1.1 s'],
    [59_901, '1 min'],
    [60_001, '1 min 1 s'],
    [3_599_001, '1 h'],
    [3_600_001, '1 h 1 min'],
    [86_399_999, '1 d'],
  ])('never told shorter than it is: %d ms is %s', (ms, text) => expect(formatDelay(ms)).toBe(text));
});
