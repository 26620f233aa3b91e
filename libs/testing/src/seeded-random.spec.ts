import { describe, expect, it } from '@jest/globals';
import { seededRandom } from './seeded-random.js';

const draws = (seed: number, count = 5): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.integer(0, 100));
};

describe('chance with a seed', () => {
  it('repeats itself for the same seed', () => expect(draws(7)).toEqual(draws(7)));

  it('goes another way for another seed', () => expect(draws(7)).not.toEqual(draws(8)));

  it('stays the same from release to release', () => expect(draws(7)).toEqual([4, 16, 92, 95, 39]));

  it('reaches every value of a small range about equally often', () => {
    const random = seededRandom(1);
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 4_000; draw++) counts[random.integer(0, 4)]! += 1;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('keeps every item when it shuffles, and leaves the list alone', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = seededRandom(3).shuffle(items);
    expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });

  it('gives a fork a sequence of its own', () => {
    const random = seededRandom(5);
    const fork = random.fork();
    const expected = seededRandom(5);
    expected.fork();
    fork.bytes(1_000);
    expect(random.next()).toBe(expected.next());
  });

  it('refuses an empty range and an empty list', () => {
    const random = seededRandom(1);
    expect(() => random.integer(3, 3)).toThrow(RangeError);
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
