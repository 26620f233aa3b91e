import { describe, expect, it } from '@jest/globals';
import { units } from '@exchequer/kernel';
import type { Command } from '../commands.js';
import { evolve } from '../evolve/evolve.js';
import { Book, configure, CREDIT, credits, factAddress, grant, node, record, t } from '../spec/book.js';
import { nothingChanged } from './nothing-changed.js';

const bag = (whole: bigint) => [{ currency: CREDIT, amount: units(whole) }];

/** An account that was charged 10. */
function company(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org')));
  book.must(t(0), grant('org', 30n));
  book.must(t(1), record('org', 10n));
  return book;
}

const written = (book: Book, command: Command) => nothingChanged(book.state, command);

describe('a request that finds everything as it wants it', () => {
  it('is written as such, so that its id is known', () =>
    expect(written(company(), configure())).toStrictEqual([{ type: 'NothingChanged' }]));

  it('of a correction says of which charge, and what that comes to', () => {
    const book = company();
    const [place = -1] = book.charges();
    const costs = (whole: bigint) => book.correction(place, { lines: [credits(whole)] });
    expect(book.must(t(2), costs(10n))).toStrictEqual([]);
    expect(written(book, costs(10n))).toStrictEqual([
      { type: 'NothingChanged', of: factAddress(place), amounts: bag(10n) },
    ]);
    book.must(t(3), costs(7n));
    expect(book.must(t(4), costs(7n))).toStrictEqual([]);
    expect(written(book, costs(7n))).toStrictEqual([
      { type: 'NothingChanged', of: factAddress(place), amounts: bag(7n) },
    ]);
  });

  it('of a correction of what is no charge names no amounts', () => {
    const correct = { type: 'correct', of: factAddress(0), to: { refund: [] } } as const;
    expect(written(company(), correct)).toStrictEqual([{ type: 'NothingChanged', of: factAddress(0) }]);
  });

  it('is not written where the host asked by itself: for what is due, or because a price has come', () => {
    const book = company();
    const [place = -1] = book.charges();
    expect(written(book, { type: 'advance' })).toStrictEqual([]);
    expect(written(book, book.correction(place, { lines: [credits(10n)] }, { priceCame: true }))).toStrictEqual([]);
  });

  it('changes nothing of the account when it is read again', () => {
    const book = company();
    const before = book.text();
    evolve(book.state, { type: 'NothingChanged' }, t(1));
    expect(book.text()).toBe(before);
  });
});
