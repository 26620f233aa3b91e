import { describe, expect, it } from '@jest/globals';
import { World } from './world.js';

const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 200);
const STEPS = 500;

describe('a world in which the bus, the ledger and the processes fail in every way', () => {
  it(`keeps every invariant after each of ${String(STEPS)} steps, from ${String(SEEDS)} seeds`, async () => {
    let acknowledged = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const played = await new World(seed).play(STEPS);
      expect({ seed, step: played.steps, faults: played.faults }).toEqual({ seed, step: STEPS, faults: [] });
      acknowledged += played.acknowledged;
    }
    expect(acknowledged).toBeGreaterThan(SEEDS * 20);
  }, 600_000);

  it('is the same world again from the same seed', async () => {
    expect(await new World(7).play(300)).toEqual(await new World(7).play(300));
  });
});
