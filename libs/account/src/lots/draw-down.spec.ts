import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import type { Grant } from '../commands.js';
import { authorize, Book, capture, configure, CREDIT, grant, node, record, t, under } from '../spec/book.js';

/** An account with a lot of 10 at the root for each grant, booked a second apart. */
function lots(...grants: readonly Partial<Grant>[]): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'team')));
  for (const [index, more] of grants.entries()) book.must(t(index), grant('org', 10n, more));
  return book;
}

/** The lots that a draw of everything takes from, in order. */
const order = (book: Book, whole: bigint): readonly string[] =>
  book.hold(t(10), authorize('org', whole)).shares.map((share) => share.lot);

describe('the draw-down order of lots', () => {
  it('goes by layer: free, promotional, plan, purchased', () =>
    expect(
      order(lots({ layer: 'purchased' }, { layer: 'plan' }, { layer: 'promotional' }, { layer: 'free' }), 40n),
    ).toEqual(['l-4', 'l-3', 'l-2', 'l-1']));

  it('does not tell plan credits from committed ones', () =>
    expect(order(lots({ layer: 'committed' }, { layer: 'plan' }, { layer: 'committed' }), 30n)).toEqual([
      'l-1',
      'l-2',
      'l-3',
    ]));

  it('goes by a stated priority before any layer', () =>
    expect(order(lots({ layer: 'free' }, { layer: 'purchased', priority: 0 }, { priority: -1 }), 30n)).toEqual([
      'l-3',
      'l-1',
      'l-2',
    ]));

  it('goes by the earlier expiry at the same priority, and by none last', () =>
    expect(order(lots({}, { expiresAt: t(200) }, { expiresAt: t(100) }, { expiresAt: t(300) }), 40n)).toEqual([
      'l-3',
      'l-2',
      'l-4',
      'l-1',
    ]));

  it('puts priority before expiry', () =>
    expect(order(lots({ layer: 'purchased', expiresAt: t(100) }, { layer: 'plan' }), 20n)).toEqual(['l-2', 'l-1']));

  it('goes by the instant of the grant, wherever its lot has come from', () => {
    const book = lots({}, {});
    book.must(t(5), grant('team', 10n));
    book.must(t(6), grant('org', 10n));
    book.must(t(7), {
      type: 'transfer',
      from: nodeId('team'),
      to: nodeId('org'),
      currency: CREDIT,
      amount: units(10n),
    });
    expect(order(book, 40n)).toEqual(['l-1', 'l-2', 'l-5', 'l-4']);
  });

  it('goes by the number of the lot among grants of one instant, the tenth after the ninth', () => {
    const book = new Book();
    book.must(t(0), configure(node('org')));
    for (let count = 0; count < 11; count += 1) book.must(t(0), grant('org', 1n));
    expect(order(book, 11n)).toEqual(Array.from({ length: 11 }, (_, index) => `l-${String(index + 1)}`));
  });

  it('is the same for a draw without a hold', () => {
    const book = lots({ layer: 'purchased' }, { layer: 'plan' }, { layer: 'promotional' });
    book.must(t(10), record('org', 25n));
    expect(['l-1', 'l-2', 'l-3'].map((id) => book.lot(id).spent)).toEqual([5n, 10n, 10n].map(units));
  });

  it('puts a lot back in its place when its credits come back', () => {
    const book = lots({ layer: 'plan' }, { layer: 'purchased' });
    const { hold } = book.hold(t(10), authorize('org', 10n));
    book.must(t(10), { type: 'void', hold });
    expect(order(book, 20n)).toEqual(['l-1', 'l-2']);
  });
});

describe('a lot with a start', () => {
  it('is not spent before it, and is at the instant itself', () => {
    const book = lots({ startsAt: t(50) });
    expect(book.refused(t(50) - 1, authorize('org', 1n)).binding?.remaining).toBe(0n);
    expect(book.refused(t(50), authorize('org', 99n)).binding?.remaining).toBe(book.lot('l-1').available);
    expect(book.hold(t(50), authorize('org', 1n)).shares).toEqual([{ lot: 'l-1', amount: units(1n) }]);
  });

  it('is passed over while later ones pay', () =>
    expect(order(lots({ layer: 'free', startsAt: t(50) }, {}), 10n)).toEqual(['l-2']));

  it('is not drawn by usage without a hold either', () => {
    const book = lots({ startsAt: t(50) });
    book.must(t(49), record('org', 4n));
    expect(book.lot('l-1').spent).toBe(0n);
    expect(book.state.nodes.get(nodeId('org'))?.purses.get(CREDIT)?.owed).toBe(units(4n));
  });
});

describe('a lot with an expiry', () => {
  it('is spent up to the instant, and is forfeited at the instant itself', () => {
    const book = lots({ expiresAt: t(50) });
    book.must(t(50) - 1, record('org', 4n));
    expect(book.refused(t(50), authorize('org', 1n)).code).toBe('InsufficientCredits');
    expect(book.lot('l-1')).toMatchObject({ available: 0n, spent: units(4n), forfeited: units(6n), ended: true });
  });

  it('tells what was forfeited, and its own instant, however late it is booked', () =>
    expect(lots({ expiresAt: t(50) }).advance(t(500))).toEqual([
      { type: 'LotExpired', lot: 'l-1', at: t(50), forfeited: units(10n) },
    ]));

  it('expires with nothing left too, once', () => {
    const book = lots({ expiresAt: t(50) });
    book.must(t(20), record('org', 10n));
    expect(book.advance(t(50))).toMatchObject([{ forfeited: 0n }]);
    expect(book.advance(t(51))).toEqual([]);
  });

  it('expires in each of its parts, wherever they were moved', () => {
    const book = lots({ expiresAt: t(50) });
    book.must(t(9), { type: 'transfer', from: nodeId('org'), to: nodeId('team'), currency: CREDIT, amount: units(4n) });
    expect(book.advance(t(50))).toMatchObject([
      { lot: 'l-1', forfeited: units(6n) },
      { lot: 'l-2', forfeited: units(4n) },
    ]);
  });

  it('pays for the hold that it was set aside for, beyond its end', () => {
    const book = lots({ expiresAt: t(50) });
    const { hold } = book.hold(t(10), authorize('org', 4n));
    book.must(t(55), capture(hold));
    expect(book.lot('l-1')).toMatchObject({ held: 0n, spent: units(4n), forfeited: units(6n) });
  });
});
