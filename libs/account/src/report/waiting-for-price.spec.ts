import { describe, expect, it } from '@jest/globals';
import { SECOND_MS } from '@exchequer/kernel';
import { CORRECTABLE_MS } from '../corrections/bounds.js';
import { authorize, Book, configure, CREDIT, grant, node, record, t } from '../spec/book.js';
import { nextLookAt, waitingForPrice } from './waiting-for-price.js';

/** An account with fifty credits that prices calls without a price at 2 credits. */
function company(): Book {
  const book = new Book();
  const statedPrices = { meters: {}, request: { price: '2', currency: CREDIT } };
  book.must(t(0), { ...configure(node('org')), statedPrices });
  book.must(t(0), grant('org', 50n));
  return book;
}

const unpriced = (book: Book, at: number) =>
  book.must(at, record('org', 2n, { provisional: 'no rate card has the model', particulars: { model: 'nova-9' } }));

describe('an account', () => {
  it('is to be looked at again when something is due, and never where nothing is', () => {
    const book = company();
    expect(nextLookAt(book.state, t(1))).toBeUndefined();
    book.hold(t(1), authorize('org', 5n, { holdForMs: t(300) }));
    expect(nextLookAt(book.state, t(2))).toBe(t(301));
  });

  it('is to be looked at again in a minute while a charge waits for its price, or sooner when something is due', () => {
    const book = company();
    unpriced(book, t(1));
    expect(nextLookAt(book.state, t(2))).toBe(t(62));
    book.hold(t(2), authorize('org', 5n, { holdForMs: 10 * SECOND_MS }));
    expect(nextLookAt(book.state, t(2))).toBe(t(12));
  });

  it('says how many charges wait for their price, each for as long as charges can be corrected', () => {
    const book = company();
    expect(waitingForPrice(book.state, t(1))).toBe(0);
    unpriced(book, t(1));
    unpriced(book, t(3));
    expect(waitingForPrice(book.state, t(3))).toBe(2);
    expect(waitingForPrice(book.state, t(1) + CORRECTABLE_MS - 1)).toBe(2);
    expect(waitingForPrice(book.state, t(1) + CORRECTABLE_MS)).toBe(1);
    expect(waitingForPrice(book.state, t(3) + CORRECTABLE_MS)).toBe(0);
  });
});
