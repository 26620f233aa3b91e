import { describe, expect, it } from '@jest/globals';
import { units } from '@exchequer/kernel';
import { isRefusal } from '../refusal.js';
import type { RefundPolicy } from '../facts.js';
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
  only,
  record,
  t,
  under,
} from '../spec/book.js';
import { poolLines } from '../pools/pool-lines.js';
import { restoreState } from '../stored/restore-state.js';
import { storeState } from '../stored/store-state.js';
import type { StoredState } from '../stored/stored-state.js';

const grace = (seconds: number): RefundPolicy => ({ expired: 'new-lot', graceMs: t(seconds) });
const share = (lot: string, whole: bigint) => ({ lot, amount: units(whole) });
const available = (book: Book) =>
  Array.from(book.state.lots.values(), (lot) => `${lot.id} ${lot.node.id} ${String(lot.available / units(1n))}`);

/** Promotional 5 until t(100) (l-1), plan 10 (l-2) at the team, of which the first charge draws 12. */
function spent(refunds: { readonly org?: RefundPolicy; readonly team?: RefundPolicy } = { org: grace(30) }): Book {
  const book = new Book();
  const stated = (policy: RefundPolicy | undefined) => (policy === undefined ? {} : { refunds: policy });
  book.must(t(0), configure(node('org', stated(refunds.org)), under('org', 'team', stated(refunds.team))));
  book.must(t(0), grant('team', 5n, { layer: 'promotional', expiresAt: t(100) }));
  book.must(t(0), grant('team', 10n, { layer: 'plan' }));
  book.must(t(1), record('team', 12n));
  return book;
}

const refund = (book: Book, at: number, whole: bigint, charge = book.charges()[0] ?? 0) =>
  book.must(at, book.correction(charge, { refund: [{ currency: CREDIT, amount: units(whole) }] }));

const corrected = (...args: Parameters<typeof refund>) => only(refund(...args), 'ChargeCorrected');

describe('a refund to a lot that has expired, where refunds get a new lot', () => {
  it('is a new lot of the same grant, which ends so long after the refund', () => {
    const book = spent();
    const fact = corrected(book, t(120), 9n);
    expect(fact).toMatchObject({
      returned: [share('l-2', 7n)],
      renewed: [{ ...share('l-1', 2n), toLot: 'l-3', toNode: 'team', expiresAt: t(150) }],
      paid: [share('l-1', 3n)],
    });
    expect(fact.broken).toBeUndefined();
    expect(book.lot('l-3')).toMatchObject({ available: units(2n), expiresAt: t(150), grant: { layer: 'promotional' } });
    expect(book.lot('l-3').grant).toBe(book.lot('l-1').grant);
    expect(book.lot('l-1')).toMatchObject({ available: 0n, spent: units(3n), forfeited: 0n, ended: true });
  });

  it('may be spent until its own end, and then is breakage', () => {
    const book = spent();
    refund(book, t(120), 9n);
    expect(book.hold(t(149), authorize('team', 1n)).shares).toEqual([share('l-3', 1n)]);
    expect(book.advance(t(150))).toMatchObject([{ type: 'LotExpired', lot: 'l-3', at: t(150), forfeited: units(1n) }]);
    expect(book.lot('l-3')).toMatchObject({ available: 0n, held: units(1n), forfeited: units(1n), ended: true });
  });

  it('is drawn in the order of its own expiry', () => {
    const book = spent();
    book.must(t(110), grant('team', 5n, { layer: 'promotional', expiresAt: t(140) }));
    refund(book, t(120), 9n);
    expect(book.hold(t(121), authorize('team', 6n)).shares).toEqual([share('l-3', 5n), share('l-4', 1n)]);
  });

  it('goes to a lot as soon as the old one has ended, and before that back to it', () => {
    const early = spent();
    expect(corrected(early, t(100) - 1, 9n)).toMatchObject({ returned: [share('l-2', 7n), share('l-1', 2n)] });
    expect(corrected(spent(), t(100), 9n).renewed).toMatchObject([{ expiresAt: t(130) }]);
  });

  it('is one lot for all that it gives back of one grant to one node, and another lot at another time', () => {
    const book = spent();
    const second = record('team', 3n);
    book.must(t(2), grant('team', 3n, { layer: 'promotional', expiresAt: t(100), priority: 0 }));
    book.must(t(3), second);
    const [first = 0, other = 0] = book.charges();
    expect(corrected(book, t(120), 2n, other).renewed).toMatchObject([{ lot: 'l-3', toLot: 'l-4' }]);
    expect(corrected(book, t(120), 8n, first).renewed).toMatchObject([{ lot: 'l-1', toLot: 'l-5' }]);
    expect(corrected(book, t(120), 1n, first).renewed).toMatchObject([{ lot: 'l-1', toLot: 'l-5' }]);
    expect(corrected(book, t(121), 1n, first).renewed).toMatchObject([{ lot: 'l-1', toLot: 'l-6' }]);
    expect(book.lot('l-5').available).toBe(units(2n));
  });

  it('gathers parts that were drawn apart', () => {
    const book = spent();
    book.must(t(2), grant('team', 5n, { layer: 'promotional', expiresAt: t(100), priority: 0 }));
    const { hold } = book.hold(t(3), authorize('team', 2n));
    book.must(t(4), capture(hold, 4n));
    const charge = book.charges()[1] ?? 0;
    expect(corrected(book, t(120), 4n, charge).renewed).toEqual([
      { ...share('l-3', 2n), toLot: 'l-4', toNode: 'team', expiresAt: t(150) },
      { ...share('l-3', 2n), toLot: 'l-4', toNode: 'team', expiresAt: t(150) },
    ]);
    expect(book.lot('l-4').available).toBe(units(4n));
  });

  it('lies with the pool where the node takes all from it by now, beside what follows there', () => {
    const book = spent();
    book.must(t(2), configure(under('org', 'team', { pooling: 'parent' })));
    const facts = refund(book, t(120), 9n);
    expect(only(facts, 'ChargeCorrected').renewed).toMatchObject([{ toNode: 'org', toLot: 'l-4' }]);
    expect(only(facts, 'CreditsTransferred').moves).toMatchObject([{ lot: 'l-2', toLot: 'l-3', toNode: 'org' }]);
    expect(available(book)).toEqual(['l-1 team 0', 'l-2 team 0', 'l-3 org 10', 'l-4 org 2']);
  });

  it('names no lot twice where the pool has none of either grant yet', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { refunds: grace(30) }), under('org', 'team')));
    book.must(t(0), grant('team', 5n, { layer: 'promotional', expiresAt: t(100) }));
    book.must(t(0), grant('team', 7n, { layer: 'plan' }));
    book.must(t(1), record('team', 12n));
    book.must(t(2), configure(under('org', 'team', { pooling: 'parent' })));
    refund(book, t(120), 9n);
    expect(available(book)).toEqual(['l-1 team 0', 'l-2 team 0', 'l-3 org 2', 'l-4 org 7']);
  });

  it('keeps its end when it is moved, apart from other credits of the grant', () => {
    const book = spent();
    book.must(t(2), {
      type: 'transfer',
      from: node('team').node,
      to: node('org').node,
      currency: CREDIT,
      amount: units(1n),
    });
    refund(book, t(120), 9n);
    refund(book, t(121), 1n);
    book.must(t(122), {
      type: 'transfer',
      from: node('team').node,
      to: node('org').node,
      currency: CREDIT,
      amount: units(3n),
    });
    const moved = [...book.state.lots.values()].filter(
      (lot) => lot.node.id === 'org' && lot.grant.layer === 'promotional',
    );
    expect(moved.map((lot) => [lot.available, lot.expiresAt])).toEqual([
      [units(2n), t(150)],
      [units(1n), t(151)],
    ]);
  });

  it('gets no grace a second time: what the new lot paid is breakage when it is given back after its end', () => {
    const book = spent();
    refund(book, t(120), 9n);
    book.must(t(121), record('team', 2n));
    const charge = book.charges()[1] ?? 0;
    expect(corrected(book, t(150) - 1, 1n, charge).returned).toEqual([share('l-3', 1n)]);
    expect(book.advance(t(150))).toMatchObject([{ lot: 'l-3', forfeited: units(1n) }]);
    const fact = corrected(book, t(150), 1n, charge);
    expect(fact).toMatchObject({ broken: [share('l-3', 1n)] });
    expect(fact.renewed).toBeUndefined();
    expect(corrected(book, t(160), 1n).renewed).toMatchObject([{ lot: 'l-1', expiresAt: t(190) }]);
  });

  it('gets no grace a second time where the new lot was moved either', () => {
    const book = spent();
    refund(book, t(120), 9n);
    const [from, to] = [node('team').node, node('org').node];
    book.must(t(121), { type: 'transfer', from, to, currency: CREDIT, amount: units(9n) });
    book.must(t(122), record('org', 2n));
    const fact = corrected(book, t(160), 2n, book.charges()[1] ?? 0);
    expect(fact.broken).toMatchObject([{ amount: units(2n) }]);
    expect(fact.renewed).toBeUndefined();
  });

  it('is so of a cost that turns out smaller, too', () => {
    const book = spent();
    const [charge = 0] = book.charges();
    const facts = book.must(t(120), book.correction(charge, { lines: [{ currency: CREDIT, amount: units(4n) }] }));
    expect(only(facts, 'ChargeCorrected').renewed).toMatchObject([share('l-1', 1n)]);
  });

  it('says nothing of a hold: what it gives back to a lot that has ended is breakage', () => {
    const book = spent();
    book.must(t(2), grant('team', 5n, { layer: 'promotional', expiresAt: t(100) }));
    const { hold } = book.hold(t(3), authorize('team', 5n, { holdForMs: t(400) }));
    expect(only(book.must(t(120), capture(hold, 2n)), 'HoldCaptured').broken).toEqual([share('l-3', 3n)]);
  });

  it('is out of what limits on layers and pool rules counted', () => {
    const book = new Book();
    const promotional = limit('promotional', 90n, every('day'), { scope: { layers: ['promotional'] } });
    const pools = [{ currency: CREDIT, borrowMax: units(9n) }];
    book.must(
      t(0),
      configure(node('org', { refunds: grace(30), limits: [promotional] }), under('org', 'team', { pools })),
    );
    book.must(t(0), grant('org', 5n, { layer: 'promotional', expiresAt: t(100) }));
    book.must(t(1), record('team', 5n));
    refund(book, t(120), 2n);
    expect(book.limit('org', 'promotional').counters).toMatchObject([{ used: units(3n) }]);
    expect(poolLines(book.state.nodes.get(node('team').node)!, t(120))).toMatchObject([{ borrowed: units(3n) }]);
  });

  it('survives a snapshot, with its own end', () => {
    const book = spent();
    refund(book, t(120), 9n);
    const again = restoreState(JSON.parse(JSON.stringify(storeState(book.state))) as StoredState);
    expect(again?.lots.get(book.lot('l-3').id)?.expiresAt).toBe(t(150));
    expect(JSON.stringify(again && storeState(again))).toBe(book.text());
    expect(again?.due.peek()?.dueAt).toBe(t(150));
  });
});

describe('what becomes of refunds to lots that have expired', () => {
  it('is breakage where nobody says otherwise', () => {
    expect(corrected(spent({}), t(120), 9n)).toMatchObject({ broken: [share('l-1', 2n)] });
  });

  it('is said by the nearest node from where the credits would lie', () => {
    const breakage: RefundPolicy = { expired: 'breakage' };
    expect(corrected(spent({ org: grace(30), team: breakage }), t(120), 9n).broken).toEqual([share('l-1', 2n)]);
    expect(corrected(spent({ org: breakage, team: grace(7) }), t(120), 9n).renewed).toMatchObject([
      { expiresAt: t(127) },
    ]);
    const pooled = spent({ org: breakage, team: grace(7) });
    pooled.must(t(2), configure(under('org', 'team', { pooling: 'parent', refunds: grace(7) })));
    expect(corrected(pooled, t(120), 9n).broken).toEqual([share('l-1', 2n)]);
  });

  it('is a fact when it changes, and none when it stays', () => {
    const book = spent();
    expect(book.must(t(2), configure(node('org', { refunds: grace(30) })))).toEqual([]);
    expect(book.must(t(3), configure(node('org', { refunds: grace(31) })))).toEqual([
      { type: 'RefundsSet', node: 'org', policy: grace(31) },
    ]);
    expect(book.must(t(4), configure(node('org')))).toEqual([{ type: 'RefundsSet', node: 'org' }]);
    expect(isRefusal(book.do(t(5), configure(node('org'))))).toBe(false);
  });
});
