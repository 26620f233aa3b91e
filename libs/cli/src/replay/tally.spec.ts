import { describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, UsageReply } from '@exchequer/contracts';
import { nineDigits, Tally } from './tally.js';
import type { TraceRow } from './trace-row.js';

const row = (index: number): TraceRow => ({
  index,
  atMs: 0,
  contextTokens: 100 * (index + 1),
  generatedTokens: index + 1,
});
const settled = (usd: string, status: UsageReply['status'] = 'settled'): UsageReply => ({
  status,
  amounts: { usd },
  position: 'account-demo@1.0',
});
const refusal = (limit: string, resetsAt?: string): AuthorizationReply => ({
  decision: 'denied',
  code: 'LimitReached',
  amounts: { usd: '1' },
  binding: { kind: 'limit', node: 'user/ada', limit, currency: 'usd', remaining: '0' },
  ...(resetsAt !== undefined && { resetsAt }),
  decidedAt: '2026-11-21T10:00:00Z',
  position: 'account-demo@1.0',
});

describe('the tally of a play', () => {
  it('sums what this play settled, by model and in all, to the last digit', () => {
    const tally = new Tally();
    tally.events = 3;
    tally.settled(row(0), 'b', settled('0.000000001'), 'now');
    tally.settled(row(1), 'a', settled('5.8074795'), 'now');
    tally.settled(row(2), 'b', settled('0.1'), 'now');
    expect(tally.document(1.23456, false)).toEqual({
      events: 3,
      settled: 3,
      duplicates: 0,
      unpriced: 0,
      contextTokens: 600,
      generatedTokens: 6,
      usd: '5.907479501',
      seconds: 1.235,
      byModel: {
        a: { calls: 1, contextTokens: 200, generatedTokens: 2, usd: '5.807479500' },
        b: { calls: 2, contextTokens: 400, generatedTokens: 4, usd: '0.100000001' },
      },
    });
  });

  it('keeps what was settled before out of the sums of this play, and in those that ClickHouse has', () => {
    const tally = new Tally();
    tally.settled(row(0), 'a', settled('1', 'duplicate'), 'before');
    tally.settled(row(1), 'a', settled('2', 'duplicate'), 'now');
    expect(tally.document(0, false)).toMatchObject({
      settled: 1,
      duplicates: 1,
      contextTokens: 200,
      usd: '2.000000000',
    });
    expect(tally.sumsEver()).toEqual({
      calls: 2,
      contextTokens: 300n,
      generatedTokens: 3n,
      amounts: new Map([['usd', 3_000_000_000n]]),
    });
  });

  it('counts usage without a price apart, and as nothing settled', () => {
    const tally = new Tally();
    tally.settled(row(0), 'a', { ...settled('0', 'unpriced'), amounts: {} }, 'now');
    expect(tally.document(0, false)).toMatchObject({
      settled: 0,
      unpriced: 1,
      contextTokens: 0,
      usd: '0.000000000',
      byModel: {},
    });
  });

  it('groups refusals by what refused them and when that resets', () => {
    const tally = new Tally();
    tally.denied(row(4), refusal('daily', '2026-11-22T00:00:00Z'));
    tally.denied(row(2), refusal('daily', '2026-11-22T00:00:00Z'));
    tally.denied(row(9), refusal('daily', '2026-11-23T00:00:00Z'));
    const pool = { kind: 'funds', node: 'org', currency: 'usd', remaining: '0' } as const;
    tally.denied(row(8), { ...refusal('x'), code: 'InsufficientCredits', binding: pool });
    expect(tally.document(0, true)).toMatchObject({ allowed: 0, refused: 4, firstRefusedRow: 3 });
    expect(tally.document(0, true).refusals).toEqual([
      {
        code: 'LimitReached',
        node: 'user/ada',
        limit: 'daily',
        currency: 'usd',
        resetsAt: '2026-11-22T00:00:00Z',
        count: 2,
        firstRow: 5,
      },
      {
        code: 'LimitReached',
        node: 'user/ada',
        limit: 'daily',
        currency: 'usd',
        resetsAt: '2026-11-23T00:00:00Z',
        count: 1,
        firstRow: 10,
      },
      { code: 'InsufficientCredits', node: 'org', currency: 'usd', count: 1, firstRow: 9 },
    ]);
  });

  it('shows what was spent in other currencies beside the dollars', () => {
    const tally = new Tally();
    tally.settled(row(0), 'a', { ...settled('0'), amounts: { action: '1', 'data-credit': '6.5' } }, 'now');
    expect(tally.document(0, false)).toMatchObject({
      usd: '0.000000000',
      amounts: { action: '1', 'data-credit': '6.5' },
    });
  });
});

describe('an amount with nine digits', () => {
  it.each([
    [0n, '0.000000000'],
    [1n, '0.000000001'],
    [999_980_400n, '0.999980400'],
    [128_415_585_000n, '128.415585000'],
  ])('of %s nano-units is %s', (nanoUnits, text) => {
    expect(nineDigits(nanoUnits)).toBe(text);
  });
});
