import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
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
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';
import { back, really, share, bag, spent, corrected } from '../spec/spent-team.js';

describe('what a correction tells', () => {
  it('is of a plain charge only what there is to tell', () => {
    const book = spent(12n);
    expect(corrected(book, t(2), back(1n))).toEqual({
      type: 'ChargeCorrected',
      of: book.correction(book.charges()[0] ?? 0, back(1n)).of,
      payer: 'team',
      nodes: [],
      bookedAt: t(1),
      number: 1,
      chain: ['org', 'team'],
      amounts: bag(11n),
      countedAt: t(1),
      amountsBefore: bag(12n),
      returned: [share('l-2', 1n)],
      paid: [share('l-1', 5n), share('l-2', 6n)],
    });
  });

  it('is of a metered call also its hold, when it was used, and which event told it', () => {
    const book = spent(0n);
    const { hold } = book.hold(t(2), authorize('team', 6n));
    const usage = { source: 'gateway', id: 'call-7' };
    book.must(t(9), record('team', 6n, { hold, usedAt: t(4), usage, particulars: { model: 'o3' } }));
    expect(corrected(book, t(10), back(1n))).toMatchObject({
      hold,
      usedAt: t(4),
      countedAt: t(4),
      usage,
      particulars: { model: 'o3' },
    });
  });

  it('is who opened the session that the charge was of, also once that is over', () => {
    const book = spent(0n);
    book.must(t(2), configure(under('org', 'project')));
    const opened = only(book.must(t(2), openSession('team', 6n, { nodes: [nodeId('project')] })), 'SessionOpened');
    const charged = only(book.must(t(3), record(opened.session, 4n)), 'CreditsDrawn');
    const { openers, payer } = corrected(book, t(4), back(1n));
    expect([openers, payer]).toEqual([charged.openers, opened.session]);
    expect(openers?.length).toBeGreaterThan(0);
  });

  it('is what is still owed and forgiven, and what was written off before', () => {
    const book = spent(20n);
    const fact = corrected(book, t(2), back(1n));
    expect(fact).toMatchObject({
      forgiven: [{ node: 'team', currency: CREDIT, amount: units(1n) }],
      owing: [{ node: 'team', currency: CREDIT, amount: units(4n) }],
    });
    expect(Object.keys(fact)).not.toContain('uncollectedBefore');
    const capped = spent(0n, { captureBeyond: 'cap' });
    capped.must(t(3), capture(capped.hold(t(2), authorize('team', 6n)).hold, 8n));
    expect(corrected(capped, t(4), really(7n)).uncollectedBefore).toEqual(bag(2n));
  });

  it('is that its parts are others, though the whole costs the same', () => {
    const book = new Book();
    book.must(0, configure(node('org')));
    book.must(0, grant('org', 40n));
    book.must(1, { ...record('org', 0n), lines: [credits(5n, 'input'), credits(4n, 'output')] });
    const lines = [credits(4n, 'input'), credits(5n, 'output')];
    expect(corrected(book, 2, { lines })).toMatchObject({ amounts: bag(9n), lines, returned: [] });
    expect(book.must(3, book.correction(book.charges()[0] ?? 0, { lines }))).toEqual([]);
  });
});
