import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, units } from '@exchequer/kernel';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  every,
  factAddress,
  grant,
  limit,
  node,
  only,
  record,
  t,
} from '../spec/book.js';

const USAGE = { source: 'gateway', id: 'u-1' } as const;
const PRICES = {
  meters: { input_tokens: { price: '0.5', currency: CREDIT } },
  request: { price: '2', currency: CREDIT },
} as const;
const particulars = { model: 'nova-9', meters: { input_tokens: 4 } };
const provisional = 'no rate card has the model nova-9';
const bag = (whole: bigint) => [{ currency: CREDIT, amount: units(whole) }];

/** A hundred credits, a limit of fifty a day. */
function company(): Book {
  const book = new Book();
  book.must(t(0), { ...configure(node('org', { limits: [limit('daily', 50n, every('day'))] })), statedPrices: PRICES });
  book.must(t(0), grant('org', 100n));
  return book;
}

/** Corrects the newest charge to what it costs by its price. */
const repriced = (book: Book, at: number, whole: bigint) =>
  only(
    book.must(
      at,
      book.correction(book.charges().at(-1) ?? 0, { lines: [credits(whole)] }, { particulars: { card: 'c-1' } }),
    ),
    'ChargeCorrected',
  );

describe('usage without a price', () => {
  it('is held at the stated price, and says so', () => {
    const book = company();
    const hold = book.hold(t(1), authorize('org', 4n, { particulars, provisional }));
    expect(hold).toMatchObject({ amounts: bag(4n), provisional });
    expect(book.state.holds.get(hold.hold)?.provisional).toBe(provisional);
  });

  it('is charged at the stated price, counts in every limit, and waits for its price', () => {
    const book = company();
    const drawn = only(
      book.must(t(1), record('org', 4n, { particulars, provisional, usage: USAGE, usedAt: t(1) - 5 })),
      'CreditsDrawn',
    );
    expect(drawn).toMatchObject({ amounts: bag(4n), provisional, usage: USAGE });
    expect(book.limit('org', 'daily').counters[0]?.used).toBe(units(4n));
    expect([...book.state.provisional.values()]).toEqual([
      { model: 'nova-9', usedAt: t(1) - 5, bookedAt: t(1), address: { revision: 1, index: 0 } },
    ]);
  });

  it('waits for its price also where a hold is captured just as it was held', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('org', 4n, { particulars, provisional }));
    expect(only(book.must(t(2), capture(hold)), 'HoldCaptured').provisional).toBe(provisional);
    expect(book.state.provisional.size).toBe(1);
  });

  it('is no more without a price where the settlement has one, though its hold had none', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('org', 4n, { particulars, provisional }));
    expect(only(book.must(t(2), capture(hold, 3n)), 'HoldCaptured').provisional).toBeUndefined();
    expect(book.state.provisional.size).toBe(0);
  });

  it('waits late as well, and is not of the card that priced its hold', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('org', 4n, { particulars: { model: 'small', card: 'c-0' } }));
    const late = only(book.must(t(90), record('org', 6n, { hold, particulars, provisional })), 'CreditsDrawn');
    expect(late).toMatchObject({ late: true, provisional, particulars });
    expect(late.particulars).not.toHaveProperty('card');
  });
});

describe('a stated price', () => {
  it('is in a currency that is declared', () =>
    expect(
      company().refused(t(1), {
        ...configure(),
        statedPrices: { meters: {}, request: { price: '2', currency: currencyId('yen') } },
      }),
    ).toMatchObject({ code: 'Malformed', path: 'unpriced' }));
});

describe('a price that comes later', () => {
  it('gives back what the stated price was above it, where limits counted it', () => {
    const book = company();
    book.must(t(1), record('org', 10n, { particulars, provisional }));
    expect(repriced(book, t(2), 3n)).toMatchObject({
      amounts: bag(3n),
      amountsBefore: bag(10n),
      settlesProvisional: true,
      particulars: { ...particulars, card: 'c-1' },
    });
    expect(book.limit('org', 'daily').counters[0]?.used).toBe(units(3n));
    expect(book.lot('l-1').available).toBe(units(97n));
    expect(book.state.provisional.size).toBe(0);
  });

  it('ends the wait also where the charge costs just that', () => {
    const book = company();
    book.must(t(1), record('org', 10n, { particulars, provisional }));
    expect(repriced(book, t(2), 10n)).toMatchObject({ amounts: bag(10n), settlesProvisional: true });
    expect(book.state.provisional.size).toBe(0);
    const again = book.correction(book.charges().at(-1) ?? 0, { lines: [credits(10n)] });
    expect(book.must(t(3), again)).toEqual([]);
  });

  it('finds nothing to do where a person has corrected the charge: whoever did it has looked at it', () => {
    const book = company();
    book.must(t(1), record('org', 10n, { particulars, provisional }));
    book.must(t(2), book.correction(book.charges().at(-1) ?? 0, { refund: bag(4n) }));
    expect(book.state.provisional.size).toBe(0);
  });

  it('changes nothing where the charge waits no more, so that no refund is undone', () => {
    const book = company();
    book.must(t(1), record('org', 10n, { particulars, provisional }));
    const [place = 0] = book.charges();
    book.must(t(2), book.correction(place, { refund: bag(4n) }));
    expect(book.must(t(3), book.correction(place, { lines: [credits(9n)] }, { priceCame: true }))).toEqual([]);
    expect(book.state.corrected.get(factAddress(place))?.amounts).toEqual(bag(6n));
  });

  it('comes too late after 35 days: the charge stays at its stated price', () => {
    const book = company();
    book.must(t(1), record('org', 1n, { particulars, provisional }));
    book.must(t(1) + 35 * DAY_MS - 1, record('org', 2n, { particulars, provisional }));
    expect([...book.state.provisional.keys()]).toEqual([1, 2]);
    book.must(t(1) + 35 * DAY_MS, record('org', 3n, { particulars, provisional }));
    expect([...book.state.provisional.keys()]).toEqual([2, 3]);
  });
});

describe('stated prices', () => {
  it('are set whole, once, and taken away by stating none', () => {
    const book = company();
    expect(book.state.statedPrices).toEqual(PRICES);
    expect(book.must(t(1), { ...configure(), statedPrices: PRICES })).toEqual([]);
    expect(book.must(t(1), configure())).toEqual([]);
    expect(book.must(t(2), { ...configure(), statedPrices: { meters: {} } })).toEqual([{ type: 'StatedPricesSet' }]);
    expect(book.state.statedPrices).toBeUndefined();
    expect(book.must(t(3), { ...configure(), statedPrices: { meters: {} } })).toEqual([]);
  });

  it('are of declared currencies', () =>
    expect(
      company().refused(t(1), {
        ...configure(),
        statedPrices: { meters: { images: { price: '1', currency: currencyId('euro') } } },
      }),
    ).toMatchObject({
      code: 'Malformed',
      message: 'The currency euro of the stated price of images is not declared.',
    }));
});
