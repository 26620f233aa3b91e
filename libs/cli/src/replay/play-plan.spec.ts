import { describe, expect, it } from '@jest/globals';
import { PlayPlan, type Play } from './play-plan.js';
import type { TraceRow } from './trace-row.js';

const play: Play = { fileHash: 'f1', payer: 'project/chat', models: ['a', 'b', 'c'], authorize: true, tags: {} };
const row = (index: number): TraceRow => ({ index, atMs: 0, contextTokens: 374, generatedTokens: 44 });

describe('the plan of a play', () => {
  it('uses model n mod count for row n', () => {
    const plan = new PlayPlan(play);
    expect([0, 1, 2, 3, 4].map((index) => plan.modelOf(row(index)))).toEqual(['a', 'b', 'c', 'a', 'b']);
  });

  it('makes the same requests when it is made again', () => {
    const [first, again] = [new PlayPlan(play), new PlayPlan({ ...play })];
    expect(again.authorization(row(7))).toEqual(first.authorization(row(7)));
    expect(again.usage(row(7), 'h-1-1')).toEqual(first.usage(row(7), 'h-1-1'));
  });

  it('has ids of its own for each row', () => {
    const plan = new PlayPlan(play);
    const ids = [0, 1, 10, 100].map((index) => plan.authorization(row(index)).id);
    expect(new Set(ids).size).toBe(4);
    expect(new Set([0, 1, 10].map((index) => plan.usage(row(index), undefined).id)).size).toBe(3);
  });

  it.each([
    ['another file', { fileHash: 'f2' }],
    ['another payer', { payer: 'user/ada' }],
    ['other models', { models: ['a', 'b'] }],
    ['models in another order', { models: ['b', 'a', 'c'] }],
    ['usage alone', { authorize: false }],
    ['other tags', { tags: { team: 'a' } }],
  ])('is another play for %s', (_what, change) => {
    expect(new PlayPlan({ ...play, ...change }).source).not.toBe(new PlayPlan(play).source);
  });

  it('is the same play whatever the order of its tags', () => {
    const one = new PlayPlan({ ...play, tags: { team: 'a', env: 'prod' } });
    expect(new PlayPlan({ ...play, tags: { env: 'prod', team: 'a' } }).source).toBe(one.source);
  });

  it('holds exactly what the row used: both quantities are known', () => {
    expect(new PlayPlan({ ...play, tags: { team: 'a' } }).authorization(row(1))).toMatchObject({
      payer: 'project/chat',
      use: { model: 'b', meters: { input_tokens: 374, output_tokens: 44 } },
      tags: { team: 'a' },
    });
  });

  it('says nothing of the time, so that the same usage told later is the same event', () => {
    expect(new PlayPlan(play).usage(row(1), 'h-1-1')).toEqual({
      source: new PlayPlan(play).source,
      id: '1',
      data: { payer: 'project/chat', hold: 'h-1-1', model: 'b', meters: { input_tokens: 374, output_tokens: 44 } },
    });
  });
});
