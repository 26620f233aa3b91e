import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '@exchequer/testing';
import { KINDS_BOUND } from './plain-bound.js';
import { playTwice } from './play-twice.js';

/** Commands of all seeds together. `DIFFERENTIAL_COMMANDS=100000` plays more of them, `DIFFERENTIAL_SEED` others. */
const COMMANDS = Number(process.env['DIFFERENTIAL_COMMANDS'] ?? 10_000);
const COMMANDS_PER_HISTORY = 60;
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 1);
const SEEDS = Math.ceil(COMMANDS / COMMANDS_PER_HISTORY);

describe('the account and a plain one that counts with lists alone', () => {
  it(`decide ${String(COMMANDS)} random commands alike: the same facts, refusals and what binds`, () => {
    let passed = 0;
    let renewed = 0;
    const bound: string[] = [];
    for (let seed = SEED; seed < SEED + SEEDS; seed += 1) {
      const played = playTwice(seededRandom(seed), COMMANDS_PER_HISTORY);
      expect({ seed, differs: played.differs }).toEqual({ seed, differs: undefined });
      passed += played.passed;
      renewed += played.renewed;
      bound.push(...played.bound);
    }
    expect(passed).toBeGreaterThan(COMMANDS / 4);
    expect(renewed).toBeGreaterThan(COMMANDS / 2_000);
    const played = (kind: string): number => bound.filter((one) => one === kind).length;
    expect(KINDS_BOUND.filter((kind) => played(kind) < Math.floor(COMMANDS / 1_000))).toEqual([]);
  }, 600_000);
});
