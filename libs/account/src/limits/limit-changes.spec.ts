import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, nodeId, units } from '@exchequer/kernel';
import type { LimitPolicy } from '../commands.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  every,
  grant,
  limit,
  node,
  record,
  t,
  under,
} from '../spec/book.js';

const DAILY = limit('daily', 10n, every('day'));

function withLimits(...limits: readonly LimitPolicy[]): Book {
  const book = new Book();
  book.must(t(0), configure(node('org', { limits })));
  book.must(t(0), grant('org', 100n));
  return book;
}

const set = (book: Book, at: number, ...limits: readonly LimitPolicy[]) =>
  book.must(at, configure(node('org', { limits })));

describe('setting a limit', () => {
  it('counts from then on, not what was spent before', () => {
    const book = withLimits();
    book.must(t(1), record('org', 9n));
    set(book, t(2), DAILY);
    expect(book.limit('org', 'daily').counters).toEqual([]);
    book.hold(t(3), authorize('org', 10n));
  });

  it('counts the calls that are under way', () => {
    const book = withLimits();
    const { hold } = book.hold(t(1), authorize('org', 9n));
    set(book, t(2), DAILY);
    expect(book.limit('org', 'daily').held).toBe(units(9n));
    expect(book.refused(t(3), authorize('org', 2n)).code).toBe('LimitReached');
    book.must(t(4), capture(hold, 3n));
    expect(book.limit('org', 'daily')).toMatchObject({ held: 0n, counters: [{ used: units(3n) }] });
  });

  it('counts of them what its scope holds, and only those whose chain holds its node', () => {
    const book = withLimits();
    book.must(t(0), configure(under('org', 'team'), under('org', 'aside')));
    book.hold(t(1), authorize('org', 4n, { particulars: { model: 'o3' } }));
    book.hold(t(1), authorize('team', 5n, { particulars: { model: 'gpt-4o' } }));
    book.hold(t(1), authorize('aside', 7n, { particulars: { model: 'gpt-4o' } }));
    const scope = { models: ['gpt-4o'] };
    book.must(t(2), configure(under('org', 'team', { limits: [limit('some', 10n, every('day'), { scope })] })));
    set(book, t(2), limit('some', 10n, every('day'), { scope }));
    expect([book.limit('team', 'some').held, book.limit('org', 'some').held]).toEqual([units(5n), units(12n)]);
  });

  it('does not begin a rolling window for calls that are under way', () => {
    const book = withLimits();
    book.hold(t(1), authorize('org', 4n));
    set(book, t(2), limit('weekly', 10n, { kind: 'rolling', lengthMs: t(10) }));
    expect(book.limit('org', 'weekly').counters).toEqual([]);
  });

  it.each([
    ['for ever', { kind: 'lifetime' } as const, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['per day', every('day'), 0, DAY_MS],
    ['rolling', { kind: 'rolling', lengthMs: t(10) } as const, t(5), t(15)],
  ])('may begin with something used: %s', (_, window, from, to) => {
    const book = withLimits();
    set(book, t(5), limit('some', 10n, window, { usedAtStart: units(7n) }));
    expect(book.limit('org', 'some').counters).toEqual([{ from, to, used: units(7n) }]);
    expect(book.refused(t(6), authorize('org', 4n)).binding?.remaining).toBe(units(3n));
  });

  it('says what was used before in its first window; only one without an end says it by itself', () => {
    const book = withLimits();
    const started = { usedAtStart: units(7n), thresholds: [] };
    expect(set(book, t(5), limit('some', 10n, every('day'), started))).toEqual([
      {
        type: 'LimitSet',
        node: 'org',
        limit: 'some',
        currency: CREDIT,
        amount: units(10n),
        window: every('day'),
      },
      { type: 'WindowOpened', node: 'org', limit: 'some', from: 0, to: DAY_MS, used: units(7n) },
    ]);
  });

  it('keeps the limits of a node in the order of their names', () => {
    const book = withLimits(limit('weekly', 1n, every('week')), DAILY, limit('monthly', 1n, every('month')));
    expect(book.state.nodes.get(nodeId('org'))?.limits.map(({ name }) => name)).toEqual(['daily', 'monthly', 'weekly']);
  });
});

describe('stating a limit again', () => {
  it('changes nothing when it is the same, however its scope is ordered', () => {
    const scope = { models: ['a', 'b'], meters: ['x', 'y'], tags: { k: ['1', '2'], l: ['3'] }, features: ['f', 'g'] };
    const book = withLimits({ ...DAILY, scope });
    const other = { features: ['g', 'f'], tags: { l: ['3'], k: ['2', '1'] }, meters: ['y', 'x'], models: ['b', 'a'] };
    expect(set(book, t(1), { ...DAILY, scope: other })).toEqual([]);
  });

  it('keeps the count when the amount changes', () => {
    const book = withLimits(DAILY);
    book.must(t(1), record('org', 6n));
    book.hold(t(1), authorize('org', 2n));
    expect(set(book, t(2), limit('daily', 7n, every('day')))).toEqual([
      { type: 'LimitAmountChanged', node: 'org', limit: 'daily', amount: units(7n) },
    ]);
    expect(book.limit('org', 'daily')).toMatchObject({
      amount: units(7n),
      held: units(2n),
      counters: [{ used: units(6n) }],
    });
    expect(book.refused(t(3), authorize('org', 1n)).binding?.remaining).toBe(0n);
    set(book, t(4), limit('daily', 20n, every('day')));
    book.hold(t(5), authorize('org', 12n));
  });

  it('passes over what it would begin with: that is for a new limit', () => {
    const book = withLimits(DAILY);
    expect(set(book, t(1), { ...DAILY, usedAtStart: units(9n) })).toEqual([]);
  });

  it.each([
    ['window', { window: every('week') }],
    ['zone', { window: every('day', 'Europe/Berlin') }],
    ['anchor', { window: every('day', 'UTC', '2001-01-01T12:00') }],
    ['models', { scope: { models: ['o3'] } }],
    ['meters', { scope: { meters: ['images'] } }],
    ['tags', { scope: { tags: { team: ['red'] } } }],
    ['features', { scope: { features: ['chat'] } }],
    ['task types', { scope: { taskTypes: ['triage'] } }],
    ['layers', { scope: { layers: ['overage'] as const } }],
    ['currency', { currency: currencyId('usd') }],
  ])('begins anew when its %s is another', (_, change) => {
    const book = withLimits(DAILY);
    book.must(t(0), { ...configure(), currencies: [{ currency: currencyId('usd'), display: 2 }] });
    book.must(t(1), record('org', 6n));
    expect(set(book, t(2), { ...DAILY, ...change }).map((fact) => fact.type)).toEqual(['LimitRemoved', 'LimitSet']);
    expect(book.limit('org', 'daily').counters).toEqual([]);
  });

  it('begins anew after it was left out of a policy', () => {
    const book = withLimits(DAILY);
    book.must(t(1), record('org', 6n));
    const { hold } = book.hold(t(1), authorize('org', 1n));
    expect(set(book, t(2))).toEqual([{ type: 'LimitRemoved', node: 'org', limit: 'daily' }]);
    book.must(t(3), record('org', 50n));
    set(book, t(4), DAILY);
    expect(book.limit('org', 'daily')).toMatchObject({ held: units(1n), counters: [] });
    book.must(t(5), capture(hold));
    expect(book.limit('org', 'daily')).toMatchObject({ held: 0n, counters: [{ used: units(1n) }] });
  });

  it('leaves the other limits of the node alone', () => {
    const book = withLimits(DAILY, limit('weekly', 50n, every('week')));
    book.must(t(1), record('org', 6n));
    set(book, t(2), limit('weekly', 40n, every('week')), limit('yearly', 90n, every('year')));
    expect(book.limit('org', 'weekly').counters).toMatchObject([{ used: units(6n) }]);
    expect(book.limit('org', 'yearly').counters).toEqual([]);
  });
});

describe('a limit that a policy cannot have', () => {
  const fault = (...limits: readonly LimitPolicy[]) =>
    new Book().refused(t(0), configure(node('org'), under('org', 'team', { limits })));

  it('is stated twice', () =>
    expect(fault(DAILY, DAILY)).toEqual({
      code: 'Malformed',
      message: 'team states the limit daily twice.',
      path: 'nodes.1.limits.1',
    }));

  it('is in a currency that nobody declared', () =>
    expect(fault({ ...DAILY, currency: currencyId('yen') })).toEqual({
      code: 'Malformed',
      message: 'The currency yen of the limit daily is not declared.',
      path: 'nodes.1.limits.0.currency',
    }));

  it('counts by meters and by layers at once', () =>
    expect(fault({ ...DAILY, scope: { meters: ['input'], layers: ['plan'] } })).toEqual({
      code: 'Malformed',
      message:
        'The limit daily counts by meters and by layers; which layer pays for which meter is not told apart, so state two limits.',
      path: 'nodes.1.limits.0.scope',
    }));

  it('is in a zone that does not exist', () => {
    const refusal = fault(limit('daily', 1n, every('day', 'Europe/Atlantis')));
    expect(refusal).toMatchObject({ code: 'Malformed', path: 'nodes.1.limits.0.window' });
    expect(refusal.message).toMatch(/^The window of daily: .*Europe\/Atlantis.*\.$/);
  });

  it('may be in a currency that the same policy declares', () => {
    const usd = currencyId('usd');
    const book = new Book();
    book.must(t(0), {
      ...configure(node('org', { limits: [{ ...DAILY, currency: usd }] })),
      currencies: [{ currency: usd, display: 2 }],
    });
    expect(book.limit('org', 'daily').currency).toBe('usd');
    expect(book.state.currencies.has(CREDIT)).toBe(false);
  });
});
