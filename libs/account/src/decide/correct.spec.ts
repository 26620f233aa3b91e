import { describe, expect, it } from '@jest/globals';
import { DAY_MS, units } from '@exchequer/kernel';
import type { Correct } from '../commands.js';
import { authorize, Book, capture, configure, CREDIT, credits, grant, limit, node, record, t } from '../spec/book.js';
import { really, share, bag, spent, corrected } from '../spec/spent-team.js';

describe('a correction that only tells a market cost again, or none', () => {
  const isCorrected = (book: Book, more: Partial<Correct>) => {
    const again = book.correction(book.charges().at(-1) ?? 0, really(4n), more);
    return book.must(t(2), again).some(({ type }) => type === 'ChargeCorrected');
  };

  it('changes nothing: neither of a call without one, nor of a call with it', () => {
    expect(isCorrected(spent(4n), { market: bag(9n) })).toBe(false);
    const book = spent(1n);
    book.must(t(1), record('team', 4n, { market: bag(9n) }));
    expect([{}, { market: bag(9n) }].map((more) => isCorrected(book, more))).toEqual([false, false]);
    expect(isCorrected(book, { market: bag(8n) })).toBe(true);
  });
});

describe('a correction', () => {
  it('draws what is missing now, and counts it where the charge was counted', () => {
    const book = spent(4n);
    book.must(DAY_MS, grant('org', 50n));
    expect(corrected(book, DAY_MS, really(9n))).toMatchObject({
      amounts: bag(9n),
      drawn: [share('l-2', 5n)],
      returned: [],
      paid: [share('l-1', 4n), share('l-2', 5n)],
    });
    expect(book.limit('org', 'daily').counters).toMatchObject([{ from: 0, used: units(9n) }]);
  });

  it('owes what funds do not cover, beyond every limit', () => {
    const book = spent(15n);
    expect(corrected(book, t(2), really(20n))).toMatchObject({
      owed: [{ node: 'team', currency: CREDIT, amount: units(5n) }],
      beyondOverage: bag(2n),
      owing: [{ node: 'team', currency: CREDIT, amount: units(5n) }],
    });
  });

  it('takes back what was written off before it gives anything back', () => {
    const book = spent(0n, { captureBeyond: 'cap' });
    const { hold } = book.hold(t(2), authorize('team', 6n));
    book.must(t(3), capture(hold, 8n));
    expect(corrected(book, t(4), really(7n))).toMatchObject({ amounts: bag(7n), uncollected: bag(1n), returned: [] });
    const fact = corrected(book, t(5), really(5n));
    expect(fact).toMatchObject({ amounts: bag(5n), returned: [share('l-2', 1n)] });
    expect(fact.uncollected).toBeUndefined();
    expect(book.limit('org', 'daily').counters).toMatchObject([{ used: units(5n) }]);
  });

  it('there and back again leaves every balance and every count as it was', () => {
    const book = spent(12n);
    const before = JSON.stringify(
      [book.lot('l-1'), book.lot('l-2')].map(({ available, spent: used }) => [String(available), String(used)]),
    );
    corrected(book, t(2), really(4n));
    corrected(book, t(3), really(12n));
    expect(
      JSON.stringify(
        [book.lot('l-1'), book.lot('l-2')].map(({ available, spent: used }) => [String(available), String(used)]),
      ),
    ).toBe(before);
    expect(book.limit('org', 'daily').counters).toMatchObject([{ used: units(12n) }]);
  });

  it('to what it costs already brings about nothing', () => {
    const book = spent(12n);
    expect(book.must(t(2), book.correction(book.charges()[0] ?? 0, really(12n)))).toEqual([]);
  });

  it('to other quantities tells them, and those of before', () => {
    const book = new Book();
    book.must(0, configure(node('org')));
    book.must(0, grant('org', 40n));
    const particulars = { model: 'o3', meters: { input: 9 }, card: 'old' };
    book.must(1, { ...record('org', 0n), lines: [credits(9n, 'input')], particulars });
    const told = { particulars: { meters: { input: 4 }, card: 'new' } };
    expect(corrected(book, 2, really(4n, 'input'), told)).toMatchObject({
      particulars: { model: 'o3', meters: { input: 4 }, card: 'new' },
      metersBefore: { input: 9 },
    });
    expect(corrected(book, 3, really(3n, 'input'), { particulars: { meters: { input: 3 } } })).toMatchObject({
      metersBefore: { input: 4 },
    });
  });

  it('counts a meter that was not told before in its own window, which it opens', () => {
    const book = new Book();
    const inputs = limit('input', 50n, { kind: 'rolling', lengthMs: 100 }, { scope: { meters: ['input'] } });
    book.must(0, configure(node('org', { limits: [inputs] })));
    book.must(0, grant('org', 40n));
    book.must(10, { ...record('org', 0n), lines: [credits(9n, 'output')] });
    corrected(book, 500, { lines: [credits(4n, 'input'), credits(5n, 'output')] });
    expect(book.limit('org', 'input').counters).toEqual([{ from: 10, to: 110, used: units(4n) }]);
  });
});
