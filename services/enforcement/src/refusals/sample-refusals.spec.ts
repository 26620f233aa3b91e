import { describe, expect, it } from '@jest/globals';
import type { RefusalRow } from './refusal-row.js';
import { REASONS_PER_SECOND_MAX, REFUSALS_KEPT_PER_SECOND, RefusalSample } from './sample-refusals.js';

const SECOND = 1_000;

let made = 0;
const refusal = (payer: string, limit = 'daily'): RefusalRow => {
  made += 1;
  return {
    decisionId: `d-1-0-${made.toString(36)}`,
    decision: 'denied',
    code: 'LimitReached',
    decidedAt: '2026-11-21T10:00:00.000Z',
    position: 'account-acme@1.0',
    payer,
    binding: { kind: 'limit', node: payer, limit, currency: 'usd', remaining: '0' },
    request: {},
    lines: [],
  };
};
const many = (count: number, payer = 'user/ada'): readonly RefusalRow[] =>
  Array.from({ length: count }, () => refusal(payer));
const standing = (rows: readonly RefusalRow[]) => rows.map(({ payer, code, standsFor }) => [payer, code, standsFor]);

describe('the refusals of an account', () => {
  it('are all kept as long as they are no more than the bound of a second', () => {
    const sample = new RefusalSample();
    for (const at of [0, SECOND, 2 * SECOND])
      expect(sample.take('acme', many(REFUSALS_KEPT_PER_SECOND), at)).toHaveLength(REFUSALS_KEPT_PER_SECOND);
    expect([...sample.endedBy(10 * SECOND)]).toEqual([]);
    expect(sample.leftOut).toBe(0);
  });

  it('are counted beyond it, and their number is told when the second is over', () => {
    const sample = new RefusalSample();
    expect(sample.take('acme', many(REFUSALS_KEPT_PER_SECOND + 7), 0)).toHaveLength(REFUSALS_KEPT_PER_SECOND);
    expect(sample.leftOut).toBe(7);
    expect([...sample.endedBy(SECOND - 1)]).toEqual([]);
    const ended = [...sample.endedBy(SECOND)];
    expect(ended.map(([account, rows]) => [account, standing(rows)])).toEqual([
      ['acme', [['user/ada', 'LimitReached', 7]]],
    ]);
    expect(ended[0]?.[1][0]?.request).toBeUndefined();
    expect([...sample.endedBy(10 * SECOND)]).toEqual([]);
  });

  it('are told along with those of the next second, when that comes first', () => {
    const sample = new RefusalSample();
    sample.take('acme', many(REFUSALS_KEPT_PER_SECOND + 2), 0);
    const [counted, kept] = sample.take('acme', many(1), SECOND);
    expect([counted?.standsFor, kept?.standsFor]).toEqual([2, undefined]);
  });

  it('show every payer and reason at least once, however much another one is refused', () => {
    const sample = new RefusalSample();
    sample.take('acme', many(REFUSALS_KEPT_PER_SECOND + 5), 0);
    const kept = sample.take('acme', [refusal('user/bob'), refusal('user/bob'), refusal('user/bob', 'weekly')], 1);
    expect(kept.map(({ binding }) => binding)).toMatchObject([
      { node: 'user/bob', limit: 'daily' },
      { node: 'user/bob', limit: 'weekly' },
    ]);
    expect([...sample.endedBy(SECOND)].flatMap(([, rows]) => standing(rows))).toEqual([
      ['user/ada', 'LimitReached', 5],
      ['user/bob', 'LimitReached', 1],
    ]);
  });

  it('are counted by code alone beyond so many reasons, so that memory is bounded', () => {
    const sample = new RefusalSample();
    const payers = Array.from({ length: REASONS_PER_SECOND_MAX + 50 }, (_, index) => refusal(`user/u${String(index)}`));
    expect(sample.take('acme', payers, 0)).toHaveLength(REASONS_PER_SECOND_MAX);
    expect([...sample.endedBy(SECOND)].flatMap(([, rows]) => standing(rows))).toEqual([
      [undefined, 'LimitReached', 50],
    ]);
  });

  it('have a bound for each account', () => {
    const sample = new RefusalSample();
    for (const account of ['acme', 'zeta'])
      expect(sample.take(account, many(REFUSALS_KEPT_PER_SECOND), 0)).toHaveLength(REFUSALS_KEPT_PER_SECOND);
  });
});
