import { describe, expect, it } from '@jest/globals';
import { DEMO_CALLS, demoHour } from './demo-hour.js';

describe('the demo hour', () => {
  const hour = demoHour();

  it('is the same on every machine and at every start', () => {
    expect(demoHour()).toEqual(hour);
    const { id, model, inputTokens, cacheReadTokens, outputTokens, afterMs } = hour[0]!;
    expect({ id, model, inputTokens, cacheReadTokens, outputTokens, afterMs }).toMatchInlineSnapshot(`
      {
        "afterMs": 127887,
        "cacheReadTokens": 0,
        "id": "call-0319",
        "inputTokens": 1334,
        "model": "gemini-2.5-flash",
        "outputTokens": 405,
      }
    `);
  });

  it('has 1,500 calls, each with an id of its own, in order of time', () => {
    expect(new Set(hour.map(({ id }) => id)).size).toBe(DEMO_CALLS);
    const instants = hour.map(({ afterMs }) => afterMs);
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
    expect(instants[0]).toBeGreaterThanOrEqual(0);
    expect(instants.at(-1)).toBeLessThan(3_600_000);
  });

  it('is busiest in its middle', () => {
    const calls = (fromMinute: number): number =>
      hour.filter(({ afterMs }) => afterMs >= fromMinute * 60_000 && afterMs < (fromMinute + 20) * 60_000).length;
    expect(calls(20)).toBeGreaterThan(2 * calls(0));
    expect(calls(20)).toBeGreaterThan(2 * calls(40));
  });

  it('never answers with more than was asked for', () => {
    expect(hour.filter(({ outputTokens, outputTokensMax }) => outputTokens > outputTokensMax)).toEqual([]);
  });

  it('has work of every kind, by every model of the price file', () => {
    expect([...new Set(hour.map(({ work }) => work.payer))].sort()).toEqual([
      'agent/indexer',
      'project/chat',
      'project/search',
      'user/ben',
    ]);
    expect([...new Set(hour.map(({ model }) => model))].sort()).toEqual([
      'claude-haiku-4-5',
      'claude-sonnet-4-5',
      'gemini-2.5-flash',
      'gemini-2.5-pro',
      'gpt-4o',
      'gpt-4o-mini',
    ]);
  });
});
