import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, MINUTE_MS, nodeId } from '@exchequer/kernel';
import type { RatePer } from '../facts.js';
import { NodeState } from './node-state.js';
import { RateState } from './rate-state.js';

const org = new NodeState(nodeId('org'), 'organization', undefined, 'own');
const rate = (models?: readonly string[], per: RatePer['per'] = 'minute') =>
  new RateState(org, 'requests', models, per, 5, 'refuse', 0, 0);

describe('a rate', () => {
  it('is told from the others of its node by what it counts, not by how much or in which order', () => {
    expect(rate().name).toBe('requests/minute');
    expect(rate(['o3', 'gpt-4o*']).name).toBe('requests/minute of gpt-4o*, o3');
    expect(rate(['gpt-4o*', 'o3']).name).toBe(rate(['o3', 'gpt-4o*']).name);
  });

  it('counts every call where it names no models, and else those of its models alone', () => {
    const models = ['o3', 'gpt-4o-mini', undefined];
    expect(models.map((model) => rate().counts(model))).toEqual([true, true, true]);
    expect(models.map((model) => rate(['gpt-4o*']).counts(model))).toEqual([false, true, false]);
  });

  it('lasts a minute, an hour or a day', () =>
    expect((['minute', 'hour', 'day'] as const).map((per) => rate(undefined, per).lengthMs)).toEqual([
      MINUTE_MS,
      HOUR_MS,
      DAY_MS,
    ]));
});
