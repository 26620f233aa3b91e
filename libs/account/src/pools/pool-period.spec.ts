import { describe, expect, it } from '@jest/globals';
import { currencyId, units } from '@exchequer/kernel';
import { authorize, type Book, capture, configure, CREDIT, grant, only, record, t } from '../spec/book.js';
import { poolLines } from './pool-lines.js';
import { FEBRUARY, company } from '../spec/pool-company.js';

describe('the period of a rule', () => {
  const resetsAt = (book: Book, at: number) =>
    [...book.state.nodes.values()]
      .filter(({ id }) => id === 'research')
      .flatMap((one) => poolLines(one, at).map((told) => told.resetsAt));

  it('ends with the month, and is told once something was spent in it, not for what is held', () => {
    const book = company({ research: { borrowMax: 20n } });
    book.must(t(1), record('research', 5n));
    const { hold } = book.hold(t(1), authorize('research', 25n));
    const held = book.refused(t(2), authorize('research', 1n));
    expect([held.resetsAt, held.binding?.resetsAt]).toEqual([undefined, undefined]);
    expect(resetsAt(company({ research: { borrowMax: 20n } }), t(2))).toEqual([undefined]);
    expect(held.message).toContain('has drawn 20 credit; ask for less, or raise the borrowMax of research.');
    book.must(t(3), capture(hold));
    expect(book.refused(t(4), authorize('research', 1n)).resetsAt).toBe(t(FEBRUARY));
    expect([t(4), t(FEBRUARY) - 1, t(FEBRUARY)].map((at) => resetsAt(book, at))).toEqual([
      [t(FEBRUARY)],
      [t(FEBRUARY)],
      [undefined],
    ]);
    book.hold(t(FEBRUARY), authorize('research', 15n));
    expect(book.refused(t(FEBRUARY), authorize('research', 6n)).resetsAt).toBeUndefined();
  });

  it('begins with the first charge in the currency of the rule', () => {
    const usd = currencyId('usd');
    const book = company({ research: { borrowMax: 20n } });
    book.must(t(1), { ...configure(), currencies: [{ currency: usd, display: 2 }] });
    book.must(t(1), grant('org', 9n, { currency: usd }));
    const cents = { currency: usd, amount: units(1n) };
    const opened = (facts: readonly { readonly type: string }[]) =>
      facts.filter(({ type }) => type === 'PoolPeriodOpened').length;
    expect(opened(book.must(t(2), record('research', 0n, { lines: [cents] })))).toBe(0);
    const both = [cents, { currency: CREDIT, amount: units(1n) }];
    expect(only(book.must(t(3), record('research', 0n, { lines: both })), 'PoolPeriodOpened')).toEqual({
      type: 'PoolPeriodOpened',
      node: 'research',
      currency: CREDIT,
      from: 0,
      to: t(FEBRUARY),
    });
    expect(opened(book.must(t(4), record('research', 0n, { lines: both })))).toBe(0);
  });

  it('is none for what is kept: a reserve does not come back to others by waiting', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), record('lab', 15n));
    const refused = book.refused(t(2), authorize('sales', 71n));
    expect([refused.resetsAt, refused.binding?.remaining]).toEqual([undefined, units(70n)]);
    expect(refused.message).toBe(
      'sales can spend 70 credit and 71 was asked: 25 credit in org are kept for research; ask for less, or grant or transfer more to org, or lower what is kept for research.',
    );
  });
});
