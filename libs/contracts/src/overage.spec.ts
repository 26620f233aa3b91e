import { describe, expect, it } from '@jest/globals';
import { configureSchema } from './configure.js';
import { malformed } from './problem.js';

function said(usd: unknown): string {
  const parsed = configureSchema.safeParse({ id: 'c1', nodes: [{ id: 'org', overage: { usd } }] });
  return parsed.success ? 'ok' : malformed(parsed.error).message;
}

describe('overage in a configuration', () => {
  it.each(['10', '0', { limit: '10' }, { limit: '10', for: 'critical', rate: '1.25' }, { limit: '1', rate: '100' }])(
    'is an amount, or one with terms: %j',
    (overage) => expect(said(overage)).toBe('ok'),
  );

  it.each([
    [{ rate: '2' }, 'limit is missing; it takes a string'],
    [{ limit: 5 }, 'limit takes a string'],
    [{ limit: '5', rate: 1.25 }, 'rate takes a string'],
    [{ limit: '5', for: 'fun' }, 'for takes critical, or nothing for any work'],
    [{ limit: '5', most: '6' }, 'unknown field "most"; remove it or correct its name'],
    [5, 'takes an amount, such as "10", or { limit, for, rate }'],
    [null, 'takes an amount, such as "10", or { limit, for, rate }'],
    ['-3', 'is negative; amounts start at 0'],
  ])('is refused in words of the form that was meant: %j', (overage, sentence) =>
    expect(said(overage)).toBe(`nodes.0.overage.usd: ${sentence}.`),
  );

  it('has one text for each rate', () => {
    const parsed = configureSchema.safeParse({
      id: 'c1',
      nodes: [{ id: 'org', overage: { usd: { limit: '10.0', rate: '1.250' } } }],
    });
    expect(parsed.data?.nodes?.[0]?.overage).toEqual({ usd: { limit: '10', rate: '1.25' } });
  });

  it.each([
    ['0.999999999', 'is below 1: spending beyond the credits cannot cost less than they do'],
    ['100.1', 'is above 100'],
    ['1e1', 'takes what is owed for each credit of cost, such as 1.25'],
    ['1.0000000001', 'takes what is owed for each credit of cost, such as 1.25'],
  ])('has a rate from 1 to 100, as exact as an amount: not %s', (rate, sentence) =>
    expect(said({ limit: '5', rate }).replace('usd.rate: ', 'usd: rate ')).toBe(
      `nodes.0.overage.usd: rate ${sentence}.`,
    ),
  );
});

describe('what is of none of the kinds that there are', () => {
  const sentence = (node: object): string => {
    const parsed = configureSchema.safeParse({ id: 'c1', nodes: [{ id: 'org', ...node }] });
    return parsed.success ? 'ok' : malformed(parsed.error).message;
  };

  it('is told which there are', () => {
    const limit = { name: 'daily', amount: '5', currency: 'usd' };
    expect(sentence({ limits: [{ ...limit, window: { kind: 'moon' } }] })).toMatch(
      /^nodes\.0\.limits\.0\.window\.kind: takes "calendar", "rolling"/,
    );
    expect(sentence({ refunds: { expired: 'soon' } })).toMatch(
      /^nodes\.0\.refunds\.expired: takes "breakage", "new-lot"/,
    );
  });

  it('is told what is amiss with its name', () =>
    expect(sentence({ overage: { 'US Dollars': '5' } })).toMatch(/^nodes\.0\.overage\.US Dollars: its name /));
});
