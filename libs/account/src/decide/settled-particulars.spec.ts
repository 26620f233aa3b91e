import { describe, expect, it } from '@jest/globals';
import { units } from '@exchequer/kernel';
import type { Particulars } from '../facts.js';
import { authorize, Book, capture, configure, CREDIT, credits, grant, node, only, record, t } from '../spec/book.js';

function company(): Book {
  const book = new Book();
  const price = { price: '2', currency: CREDIT } as const;
  book.must(t(0), { ...configure(node('org')), statedPrices: { meters: {}, request: price } });
  book.must(t(0), grant('org', 100n));
  return book;
}

/** What the charge says of a call, of what was told when it was authorized and when it was settled. */
function charged(before: Particulars | undefined, told: Particulars | undefined, more = {}): Particulars | undefined {
  const book = company();
  const { hold } = book.hold(t(1), authorize('org', 4n, before === undefined ? {} : { particulars: before }));
  const settled = capture(hold, 3n, { ...(told !== undefined && { particulars: told }), ...more });
  return only(book.must(t(2), settled), 'HoldCaptured').particulars;
}

describe('what a charge says of its call', () => {
  it('is what the authorization told, and what the settlement tells in its place', () => {
    expect(charged(undefined, undefined)).toBeUndefined();
    expect(charged({ model: 'a', taskType: 'chat' }, undefined)).toEqual({ model: 'a', taskType: 'chat' });
    expect(charged(undefined, { model: 'b' })).toEqual({ model: 'b' });
    expect(charged({ model: 'a', taskType: 'chat' }, { model: 'b' })).toEqual({ model: 'b', taskType: 'chat' });
  });

  it('has the tags of both, and none where neither told any', () => {
    expect(charged({ tags: { a: '1', b: '1' } }, { tags: { b: '2' } })).toEqual({ tags: { a: '1', b: '2' } });
    expect(charged({ tags: { a: '1' } }, { model: 'x' })).toEqual({ model: 'x', tags: { a: '1' } });
    expect(charged({ model: 'x' }, { tags: { b: '2' } })).toEqual({ model: 'x', tags: { b: '2' } });
    expect(charged({ model: 'x' }, { model: 'y' })).toEqual({ model: 'y' });
  });

  it('names the card of its hold, unless it is at a stated price', () => {
    const before = { model: 'a', card: 'c-1' };
    expect(charged(before, undefined)).toEqual(before);
    expect(charged(before, undefined, { provisional: 'no card has it' })).toEqual({ model: 'a' });
    expect(charged({ model: 'a' }, undefined, { provisional: 'no card has it' })).toEqual({ model: 'a' });
  });

  it('is told by a correction where nothing was told before', () => {
    const book = company();
    book.must(t(1), record('org', 4n));
    const [place = 0] = book.charges();
    const particulars = { model: 'a', meters: { input: 7 } };
    const corrected = only(
      book.must(t(2), book.correction(place, { lines: [credits(3n)] }, { particulars })),
      'ChargeCorrected',
    );
    expect(corrected).toMatchObject({ particulars, metersBefore: {}, amounts: [{ amount: units(3n) }] });
  });
});
