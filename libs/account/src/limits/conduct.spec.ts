import { describe, expect, it } from '@jest/globals';
import { currencyId, units } from '@exchequer/kernel';
import { limitLines } from '../report/limit-lines.js';
import { authorize, Book, configure, every, grant, limit, node, record, t, under } from '../spec/book.js';
import type { LimitConduct } from '../facts.js';

const DAY = every('day');
const DATA = currencyId('data-credit');
const THROTTLE = { mode: 'throttle', throttle: { fromShare: '0.8', delayMs: 5_000 } } as const;

function ruled(conduct: LimitConduct): Book {
  const book = new Book();
  const currencies = [{ currency: DATA, display: 0 }];
  book.must(t(0), { ...configure(), currencies });
  book.must(t(0), configure(node('org', { limits: [limit('soft', 100n, DAY, conduct)] })));
  book.must(t(0), grant('org', 10_000n));
  book.must(t(0), grant('org', 10_000n, { currency: DATA }));
  return book;
}

const delay = (book: Book, whole: bigint) => book.hold(t(1), authorize('org', whole)).delay?.ms;

describe('a limit that throttles', () => {
  it.each([
    [80n, undefined],
    [81n, 250],
    [90n, 2_500],
    [100n, 5_000],
  ])('asks for a delay that grows from a share to its end: at %s', (whole, ms) =>
    expect(delay(ruled(THROTTLE), whole)).toBe(ms),
  );

  it('counts what is used and held before', () => {
    const book = ruled(THROTTLE);
    book.must(t(1), record('org', 40n));
    book.hold(t(1), authorize('org', 40n));
    expect(delay(book, 4n)).toBe(1_000);
  });

  it('refuses what goes beyond its end, unless it says otherwise', () => {
    expect(ruled(THROTTLE).refused(t(1), authorize('org', 101n)).code).toBe('LimitReached');
    expect(delay(ruled({ ...THROTTLE, then: 'spill' }), 101n)).toBeUndefined();
    expect(delay(ruled({ ...THROTTLE, then: 'slow' }), 101n)).toBe(5_000);
    expect(delay(ruled({ ...THROTTLE, then: 'slow', slowMs: 9_000 }), 101n)).toBe(9_000);
  });

  it('begins at once at a share of 0, and with a share of 1 only refuses', () => {
    expect(delay(ruled({ mode: 'throttle', throttle: { fromShare: '0', delayMs: 1_000 } }), 50n)).toBe(500);
    expect(delay(ruled({ mode: 'throttle', throttle: { fromShare: '1', delayMs: 1_000 } }), 100n)).toBeUndefined();
  });

  it('has the largest delay of its chain kept', () => {
    const book = ruled(THROTTLE);
    const slower = limit('slower', 50n, DAY, { mode: 'throttle', throttle: { fromShare: '0', delayMs: 8_000 } });
    book.must(t(0), configure(under('org', 'team', { limits: [slower] })));
    expect(book.hold(t(1), authorize('team', 25n)).delay).toEqual({ ms: 4_000, node: 'team', limit: 'slower' });
    expect(book.hold(t(1), authorize('org', 75n)).delay).toEqual({ ms: 5_000, node: 'org', limit: 'soft' });
  });

  it('says nothing to what it does not count, however much it has counted', () => {
    const book = ruled({ mode: 'throttle', throttle: { fromShare: '0', delayMs: 9_000 } });
    book.must(t(1), record('org', 90n));
    expect(
      book.hold(t(1), authorize('org', 0n, { lines: [{ currency: DATA, amount: units(90n) }] })).delay,
    ).toBeUndefined();
  });
});

describe('beyond a limit', () => {
  it.each([
    ['spills', { then: 'spill' }, undefined],
    ['slows down', { then: 'slow', slowMs: 2_000 }, 2_000],
    ['only alerts', { mode: 'alert' }, undefined],
  ] satisfies readonly [string, LimitConduct, number | undefined][])(
    'it passes and shows the overrun: %s',
    (_, conduct, ms) => {
      const book = ruled(conduct);
      expect(delay(book, 100n)).toBeUndefined();
      expect(book.hold(t(1), authorize('org', 7n)).delay?.ms).toBe(ms);
      expect(book.hold(t(1), authorize('org', 5n)).tightest).toMatchObject({ limit: 'soft', remaining: 0n });
      expect(limitLines([book.limit('org', 'soft')], { at: t(2), calendar: book.calendar })).toMatchObject([
        { held: units(112n), remaining: 0n, overrun: units(12n), conduct },
      ]);
    },
  );

  it('keeps its count when only its conduct changes', () => {
    const book = ruled({});
    book.must(t(1), record('org', 100n));
    const set = (at: number, conduct: LimitConduct) =>
      book.must(at, configure(node('org', { limits: [limit('soft', 100n, DAY, conduct)] })));
    expect(set(t(2), { mode: 'alert' })).toEqual([
      { type: 'LimitConductChanged', node: 'org', limit: 'soft', mode: 'alert' },
    ]);
    expect(set(t(2), { mode: 'alert' })).toEqual([]);
    book.hold(t(3), authorize('org', 1n));
    expect(set(t(3), {})).toEqual([{ type: 'LimitConductChanged', node: 'org', limit: 'soft' }]);
    expect(book.refused(t(4), authorize('org', 1n)).code).toBe('LimitReached');
  });
});

describe('a limit that blocks all currencies', () => {
  const inData = authorize('org', 0n, { lines: [{ currency: DATA, amount: units(1n) }], accept: 'partial' });

  it('refuses in any currency once it is used up, and itself is what binds', () => {
    const book = ruled({ blocks: 'all-currencies' });
    book.must(t(1), record('org', 60n));
    book.hold(t(1), inData);
    const { hold } = book.hold(t(1), authorize('org', 40n));
    const refusal = book.refused(t(2), inData);
    expect(refusal).toMatchObject({
      code: 'LimitReached',
      message: 'The limit soft of org is used up and blocks all currencies; it resets at 1970-01-02T00:00:00.000Z.',
      binding: { node: 'org', limit: 'soft', remaining: 0n },
    });
    expect(refusal.wouldPass).toBeUndefined();
    book.must(t(3), { type: 'void', hold });
    book.hold(t(4), inData);
  });

  it('blocks the calls that its scope speaks of', () => {
    const book = ruled({});
    const scope = { models: ['o3'] };
    book.must(t(0), configure(node('org', { limits: [limit('soft', 5n, DAY, { blocks: 'all-currencies', scope })] })));
    const on = (model: string) => ({ ...inData, particulars: { model } });
    book.must(t(1), record('org', 5n, { particulars: { model: 'o3' } }));
    expect(book.refused(t(2), on('o3')).code).toBe('LimitReached');
    book.hold(t(2), on('o1'));
  });

  it('says when a sliding window has room again', () => {
    const book = ruled({});
    const sliding = limit('soft', 5n, { kind: 'sliding', lengthMs: t(60) }, { blocks: 'all-currencies' });
    book.must(t(0), configure(node('org', { limits: [sliding] })));
    book.must(t(1), record('org', 2n));
    book.must(t(5), record('org', 3n));
    expect(book.refused(t(6), inData).resetsAt).toBe(t(61));
    book.hold(t(61), inData);
  });
});

describe('the parts of a limit that do not go together', () => {
  it.each([
    ['mode throttle and throttle are stated together', { mode: 'throttle' }],
    ['mode throttle and throttle are stated together', { throttle: THROTTLE.throttle }],
    [
      'a throttle begins at a share of at most the whole',
      { mode: 'throttle', throttle: { fromShare: '1.1', delayMs: 1 } },
    ],
    ['mode alert lets everything pass and has no then', { mode: 'alert', then: 'spill' }],
    ['then: slow and the delay slow are stated together', { then: 'slow' }],
    ['then: slow and the delay slow are stated together', { then: 'spill', slowMs: 5 }],
    ['only a limit that refuses can block all currencies', { then: 'spill', blocks: 'all-currencies' }],
    ['only a limit that refuses can block all currencies', { mode: 'alert', blocks: 'all-currencies' }],
  ] satisfies readonly [string, LimitConduct][])('are refused: %s', (sentence, conduct) =>
    expect(new Book().refused(t(0), configure(node('org', { limits: [limit('soft', 1n, DAY, conduct)] })))).toEqual({
      code: 'Malformed',
      message: `The limit soft of org: ${sentence}.`,
      path: 'nodes.0.limits.0',
    }),
  );
});
