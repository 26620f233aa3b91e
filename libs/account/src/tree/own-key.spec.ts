import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import type { OwnKeyPolicy } from '../facts.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  grant,
  node,
  only,
  record,
  t,
  under,
} from '../spec/book.js';
import { ownKeyOf } from './own-key.js';

const WAIVED: OwnKeyPolicy = { credit: 'waived' };
const FEE: OwnKeyPolicy = { credit: { share: '0.05' } };
const market = [{ currency: CREDIT, amount: units(20n) }];
const bag = (whole: bigint) => [{ currency: CREDIT, amount: units(whole) }];

function company(): Book {
  const book = new Book();
  book.must(
    t(0),
    configure(
      node('org', { ownKey: FEE }),
      under('org', 'team', { ownKey: WAIVED }),
      under('team', 'ada'),
      under('org', 'bob'),
    ),
  );
  book.must(t(0), grant('org', 100n));
  return book;
}

describe('what is charged of own keys', () => {
  it('is said by the nearest node above that says anything', () => {
    const { state } = company();
    const of = (id: string) => ownKeyOf(state.nodes.get(nodeId(id))!);
    expect([of('org'), of('team'), of('ada'), of('bob')]).toEqual([FEE, WAIVED, WAIVED, FEE]);
    expect(state.ownKeyPolicies).toBe(2);
  });

  it('is set once, whatever the order of its currencies, and inherited again when nothing is said', () => {
    const book = company();
    expect(book.must(t(1), configure(node('org', { ownKey: FEE })))).toEqual([]);
    expect(book.must(t(1), configure(under('org', 'team')))).toEqual([{ type: 'OwnKeySet', node: 'team' }]);
    expect(ownKeyOf(book.state.nodes.get(nodeId('ada'))!)).toEqual(FEE);
    expect(book.state.ownKeyPolicies).toBe(1);
  });

  it('is of declared currencies', () => {
    const policy = configure(node('org', { ownKey: { [currencyId('euro')]: 'waived' } }));
    expect(company().refused(t(1), policy)).toMatchObject({
      code: 'Malformed',
      message: 'The currency euro of the own keys of org is not declared.',
      path: 'nodes.0.ownKey',
    });
  });
});

describe('the market cost of a call with its own key', () => {
  it('stays with the hold and with the charge, while only what is charged is taken', () => {
    const book = company();
    const { hold, market: held } = book.hold(t(1), authorize('org', 1n, { market }));
    expect(held).toEqual(market);
    expect(only(book.must(t(2), capture(hold)), 'HoldCaptured')).toMatchObject({ amounts: bag(1n), market });
    expect(book.lot('l-1').available).toBe(units(99n));
  });

  it('is that of the settlement where that tells what was used', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('org', 1n, { market }));
    const less = [{ currency: CREDIT, amount: units(7n) }];
    expect(only(book.must(t(2), capture(hold, 1n, { market: less })), 'HoldCaptured').market).toEqual(less);
  });

  it('shrinks with a request of which only a part is granted', () => {
    const book = company();
    const asked = authorize('org', 200n, { market: [{ currency: CREDIT, amount: units(40n) }], accept: 'partial' });
    expect(book.hold(t(1), asked)).toMatchObject({ amounts: bag(100n), market: bag(20n) });
  });

  it('is corrected with the charge, also where nothing of it is charged', () => {
    const book = company();
    book.must(t(1), record('org', 0n, { lines: [], market }));
    const [place = 0] = book.charges();
    const corrected = book.must(t(2), book.correction(place, { lines: [] }, { market: bag(30n) }));
    expect(only(corrected, 'ChargeCorrected')).toMatchObject({ amounts: [], market: bag(30n), marketBefore: market });
    expect(book.must(t(3), book.correction(place, { lines: [] }, { market: bag(30n) }))).toEqual([]);
  });

  it('stays as it is when something is given back', () => {
    const book = company();
    book.must(t(1), record('org', 2n, { market }));
    const [place = 0] = book.charges();
    const refunded = book.must(t(2), book.correction(place, { refund: bag(1n) }));
    expect(only(refunded, 'ChargeCorrected')).toMatchObject({ amounts: bag(1n), market, marketBefore: market });
  });

  it('is not that of the lines', () =>
    expect(only(company().must(t(1), record('org', 2n, { lines: [credits(2n)] })), 'CreditsDrawn')).not.toHaveProperty(
      'market',
    ));
});
