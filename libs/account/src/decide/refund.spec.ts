import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, nodeId, units } from '@exchequer/kernel';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  every,
  grant,
  limit,
  node,
  only,
  record,
  t,
  under,
} from '../spec/book.js';
import { back, share, bag, spent, corrected } from '../spec/spent-team.js';

describe('a refund', () => {
  it('counts in the rolling window of its charge for as long as that is kept, whenever in it the usage was', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { limits: [limit('roll', 100n, { kind: 'rolling', lengthMs: t(6) })] })));
    book.must(t(0), grant('org', 100n));
    book.must(t(0), record('org', 1n));
    book.must(t(5), record('org', 5n, { usedAt: t(1) }));
    const [, late = 0] = book.charges();
    book.must(35 * DAY_MS + t(3), book.correction(late, back(3n)));
    expect(book.limit('org', 'roll').counters.map(({ used }) => used)).toEqual([units(3n)]);
  });

  it('begins no rolling window anew where the one that counted the charge is forgotten', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { limits: [limit('roll', 100n, { kind: 'rolling', lengthMs: t(6) })] })));
    book.must(t(0), grant('org', 100n));
    book.must(t(0), record('org', 1n));
    book.must(t(7), record('org', 5n, { usedAt: t(4) }));
    const [, late = 0] = book.charges();
    book.must(35 * DAY_MS + t(6.5), record('org', 1n));
    const facts = book.must(35 * DAY_MS + t(6.6), book.correction(late, back(3n)));
    expect(facts.map(({ type }) => type)).toEqual(['ChargeCorrected']);
    expect(book.limit('org', 'roll').counters.map(({ used }) => used)).toEqual([units(1n)]);
  });

  it('goes back to the lots that were drawn, the last one first, and out of the limit that counted it', () => {
    const book = spent(12n);
    expect(corrected(book, t(2), back(9n), { reason: 'an outage' })).toMatchObject({
      amounts: bag(3n),
      amountsBefore: bag(12n),
      returned: [share('l-2', 7n), share('l-1', 2n)],
      paid: [share('l-1', 3n)],
      reason: 'an outage',
    });
    expect(book.lot('l-1')).toMatchObject({ available: units(2n), spent: units(3n) });
    expect(book.lot('l-2')).toMatchObject({ available: units(10n), spent: units(0n) });
    expect(book.limit('org', 'daily').counters).toMatchObject([{ used: units(3n) }]);
    expect(book.state.nodes.get(nodeId('org'))?.activityIn(CREDIT).spent).toBe(units(3n));
  });

  it('of a captured hold gives back what was drawn beyond it before what it had set aside', () => {
    const book = spent(0n);
    const { hold } = book.hold(t(2), authorize('team', 6n));
    book.must(t(3), capture(hold, 8n));
    expect(corrected(book, t(4), back(4n)).returned).toEqual([share('l-2', 2n), share('l-2', 1n), share('l-1', 1n)]);
  });

  it('forgives what is owed before it gives anything back', () => {
    const book = spent(18n);
    expect(book.state.nodes.get(nodeId('team'))?.purse(CREDIT).owed).toBe(units(3n));
    expect(corrected(book, t(2), back(4n))).toMatchObject({
      forgiven: [{ node: 'team', currency: CREDIT, amount: units(3n) }],
      returned: [share('l-2', 1n)],
      paid: [share('l-1', 5n), share('l-2', 9n)],
    });
    expect(book.state.nodes.get(nodeId('team'))?.purse(CREDIT).owed).toBe(0n);
  });

  it('to a lot that has expired since is breakage, from the very instant of the expiry', () => {
    const book = spent(5n);
    expect(corrected(book, t(100), back(2n))).toMatchObject({ returned: [], broken: [share('l-1', 2n)] });
    expect(book.lot('l-1')).toMatchObject({ available: 0n, spent: units(3n), forfeited: units(2n) });
  });

  it('follows lots of nodes that take all from their pool by now', () => {
    const book = spent(12n);
    book.must(t(2), configure(under('org', 'team', { pooling: 'parent' })));
    const facts = book.must(t(3), book.correction(book.charges()[0] ?? 0, back(4n)));
    expect(only(facts, 'CreditsTransferred')).toMatchObject({
      reason: 'pooled',
      moves: [{ lot: 'l-2', toNode: 'org', amount: units(4n) }],
    });
    expect(book.lot('l-2').available).toBe(0n);
  });

  it('does not stay with a node that was archived', () => {
    const book = spent(18n, { overage: [] });
    corrected(book, t(2), back(3n));
    book.must(t(3), { ...configure(), archive: [nodeId('team')] });
    const facts = book.must(t(4), book.correction(book.charges()[0] ?? 0, back(4n)));
    expect(only(facts, 'CreditsTransferred').moves).toMatchObject([{ toNode: 'org', amount: units(4n) }]);
  });

  it('is never more than the charge still costs, in all corrections together', () => {
    const book = spent(12n);
    corrected(book, t(2), back(9n));
    const [place = 0] = book.charges();
    expect(book.refused(t(3), book.correction(place, back(4n)))).toEqual({
      code: 'Malformed',
      message: 'refund.credit: 4 is more than the 3 that the charge still costs.',
      path: 'refund.credit',
    });
    expect(corrected(book, t(3), back(3n)).paid).toEqual([]);
    expect(book.refused(t(3), book.correction(place, back(1n))).code).toBe('Malformed');
  });

  it('of what was written off is not possible', () => {
    const book = spent(0n, { captureBeyond: 'cap' });
    const { hold } = book.hold(t(2), authorize('team', 6n));
    book.must(t(3), capture(hold, 8n));
    expect(book.refused(t(4), book.correction(book.charges().at(-1) ?? 0, back(7n))).message).toContain(
      'more than the 6',
    );
    expect(corrected(book, t(4), back(6n))).toMatchObject({ amounts: bag(2n), uncollected: bag(2n), paid: [] });
  });

  it('counts in the window of the original, and shrinks the parts of its meters alike', () => {
    const book = new Book();
    const tokens = { scope: { meters: ['input'] } };
    book.must(0, configure(node('org', { limits: [limit('input', 50n, every('day'), tokens)] })));
    book.must(0, grant('org', 40n));
    book.must(t(1), { ...record('org', 0n), lines: [credits(6n, 'input'), credits(3n, 'output')] });
    book.must(DAY_MS, { ...record('org', 0n), lines: [credits(5n, 'input')] });
    const [first = 0] = book.charges();
    const fact = only(book.must(DAY_MS + 1, book.correction(first, back(3n))), 'ChargeCorrected');
    expect(fact.lines).toEqual([credits(4n, 'input'), credits(2n, 'output')]);
    expect(book.limit('org', 'input').counters.map(({ used }) => used)).toEqual([units(4n), units(5n)]);
  });

  it('is refused for what is no charge, in a currency that nobody knows, and after 35 days', () => {
    const book = spent(12n);
    const [place = 0] = book.charges();
    expect(book.refused(t(2), book.correction(0, back(1n)))).toEqual({
      code: 'Malformed',
      message: 'of: there is no charge at account-test@0.0.',
      path: 'of',
    });
    const euros = { refund: [{ currency: currencyId('euro'), amount: units(1n) }] };
    expect(book.refused(t(2), book.correction(place, euros)).message).toContain('The currency euro is not declared');
    const end = t(1) + 35 * DAY_MS;
    expect(book.refused(end, book.correction(place, back(1n)))).toEqual({
      code: 'Malformed',
      message: 'of: the charge was booked more than 35 days ago; grant credits instead.',
      path: 'of',
    });
  });

  it('is possible up to the last millisecond of 35 days, and then what was remembered of it is forgotten', () => {
    const book = spent(12n);
    corrected(book, t(1) + 35 * DAY_MS - 1, back(1n));
    expect(book.state.corrected.size).toBe(1);
    book.must(80 * DAY_MS, record('team', 1n));
    corrected(book, 80 * DAY_MS, back(1n));
    expect([...book.state.corrected.keys()]).toHaveLength(1);
  });

  it('of a charge that an earlier release booked says that it cannot be told what counted it', () => {
    const book = spent(12n);
    const command = book.correction(book.charges()[0] ?? 0, back(1n));
    if (command.original === undefined) throw new Error('no charge');
    const fact = { ...command.original.fact };
    Reflect.deleteProperty(fact, 'number');
    const refusal = book.refused(t(2), { ...command, original: { ...command.original, fact } });
    expect(refusal).toEqual({
      code: 'Malformed',
      message: 'of: the charge was booked by a release that knew no corrections; grant credits instead.',
      path: 'of',
    });
  });
});
