import { describe, expect, it } from '@jest/globals';
import { contains, END_OF_TIME, START_OF_TIME } from './time.js';

describe('a span of time', () => {
  it('holds its beginning and not its end: a boundary belongs to the later side', () => {
    expect([9, 10, 19, 20].map((at) => contains({ from: 10, to: 20 }, at))).toEqual([false, true, true, false]);
  });

  it('holds nothing when it ends where it begins', () => expect(contains({ from: 10, to: 10 }, 10)).toBe(false));

  it('can hold every instant', () => {
    const ever = { from: START_OF_TIME, to: END_OF_TIME };
    expect(contains(ever, -8.64e15) && contains(ever, 0) && contains(ever, 8.64e15)).toBe(true);
  });
});
