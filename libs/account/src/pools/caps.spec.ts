import { describe, expect, it } from '@jest/globals';
import { units } from '@exchequer/kernel';
import {
  authorize,
  capture,
  configure,
  CREDIT,
  endSession,
  grant,
  node,
  only,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';
import { FEBRUARY, MARCH, policy, company, line, rules } from '../spec/pool-company.js';

describe('a borrowing cap', () => {
  it('bounds what a node and all under it draw from above in a month, held and spent together', () => {
    const book = company({ research: { borrowMax: 20n } });
    book.must(t(1), record('lab', 15n));
    book.hold(t(2), authorize('research', 5n));
    const refused = book.refused(t(3), authorize('lab', 11n));
    expect(refused).toMatchObject({
      code: 'InsufficientCredits',
      binding: { node: 'research', remaining: units(10n), pool: 'borrowMax', resetsAt: t(FEBRUARY) },
      resetsAt: t(FEBRUARY),
    });
    expect(refused.message).toBe(
      'lab can spend 10 credit and 11 was asked: research may draw 20 credit from above in a period (borrowMax) and has drawn 10 credit; ask for less, wait until 1970-02-01T00:00:00.000Z, or raise the borrowMax of research.',
    );
    book.hold(t(3), authorize('lab', 10n));
  });

  it('makes a request smaller that welcomes a part, and says by what', () =>
    expect(
      company({ research: { borrowMax: 20n } }).hold(t(1), authorize('lab', 60n, { accept: 'partial' })),
    ).toMatchObject({
      amounts: [{ currency: CREDIT, amount: units(30n) }],
      binding: { node: 'research', pool: 'borrowMax', remaining: units(30n) },
    }));

  it('counts a hold in the present month, and what was spent in the month in which that was booked', () => {
    const book = company({ research: { borrowMax: 20n } });
    const { hold } = book.hold(t(1), authorize('lab', 30n, { holdForMs: t(MARCH) }));
    expect(line(book, 'research').borrowed).toBe(20n);
    expect(book.refused(t(FEBRUARY), authorize('lab', 1n)).binding?.remaining).toBe(0n);
    book.must(t(FEBRUARY), capture(hold, 16n));
    expect(line(book, 'research').borrowed).toBe(6n);
    book.hold(t(FEBRUARY), authorize('lab', 14n));
  });

  it('is not counted against by what comes back: voided, expired, not used, refunded in the same month', () => {
    const book = company({ research: { borrowMax: 20n } });
    const voided = book.hold(t(1), authorize('lab', 30n)).hold;
    book.must(t(2), { type: 'void', hold: voided });
    book.hold(t(3), authorize('lab', 30n));
    book.advance(t(63));
    expect(line(book, 'research').borrowed).toBe(0n);
    const used = book.hold(t(64), authorize('lab', 30n)).hold;
    book.must(t(65), capture(used, 25n));
    expect(line(book, 'research').borrowed).toBe(15n);
    book.must(t(66), book.correction(book.charges()[0] ?? 0, { refund: [{ currency: CREDIT, amount: units(12n) }] }));
    expect(line(book, 'research').borrowed).toBe(3n);
  });

  it('counts a correction with its charge: of a month that is over, no more', () => {
    const book = company({ research: { borrowMax: 20n } });
    book.must(t(1), record('lab', 25n));
    const more = book.must(
      t(FEBRUARY),
      book.correction(book.charges()[0] ?? 0, { lines: [{ currency: CREDIT, amount: units(26n) }] }),
    );
    expect(more.map(({ type }) => type)).toEqual(['ChargeCorrected']);
    expect(line(book, 'research').borrowed).toBe(0n);
    book.must(t(FEBRUARY), record('lab', 4n));
    book.must(
      t(FEBRUARY),
      book.correction(book.charges()[0] ?? 0, { refund: [{ currency: CREDIT, amount: units(9n) }] }),
    );
    expect(line(book, 'research').borrowed).toBe(4n);
  });

  it('counts a correction of a charge of the very first instant of a month', () => {
    const book = company({ research: { borrowMax: 20n } });
    book.must(t(FEBRUARY), record('lab', 25n));
    book.must(
      t(FEBRUARY),
      book.correction(book.charges()[0] ?? 0, { refund: [{ currency: CREDIT, amount: units(9n) }] }),
    );
    expect(line(book, 'research').borrowed).toBe(6n);
  });

  it('counts what a correction draws for a charge that had cost nothing', () => {
    const book = company({ research: { borrowMax: 20n } });
    book.must(t(1), record('lab', 0n, { lines: [] }));
    book.must(t(2), book.correction(book.charges()[0] ?? 0, { lines: [{ currency: CREDIT, amount: units(13n) }] }));
    expect(line(book, 'research').borrowed).toBe(3n);
  });

  it('holds for every node below where the credits lie', () => {
    const book = company({ research: { borrowMax: 50n }, lab: { borrowMax: 25n } });
    book.hold(t(1), authorize('lab', 25n));
    expect(book.refused(t(2), authorize('lab', 1n)).binding).toMatchObject({ node: 'lab', pool: 'borrowMax' });
    book.hold(t(2), authorize('research', 35n));
    expect(book.refused(t(2), authorize('research', 1n)).binding).toMatchObject({ node: 'research' });
  });

  it('is used up by all pools above together', () => {
    const book = company({ lab: { borrowMax: 15n } });
    expect(book.refused(t(1), authorize('lab', 16n)).binding).toMatchObject({ node: 'lab', remaining: units(15n) });
    expect(book.hold(t(1), authorize('lab', 15n)).shares).toEqual([
      { lot: 'l-2', amount: units(10n) },
      { lot: 'l-1', amount: units(5n) },
    ]);
  });

  it('does not count the refund of a charge that it has not counted', () => {
    const book = company({});
    book.must(t(1), record('lab', 25n));
    book.must(t(2), policy({ research: { borrowMax: 20n } }));
    book.must(t(3), record('lab', 14n));
    book.must(t(4), book.correction(book.charges()[0] ?? 0, { refund: [{ currency: CREDIT, amount: units(9n) }] }));
    expect(line(book, 'research').borrowed).toBe(14n);
  });

  it('counts from its setting on, and what is held then', () => {
    const book = company({});
    book.must(t(1), record('lab', 30n));
    book.hold(t(2), authorize('lab', 8n));
    book.must(t(3), policy({ research: { borrowMax: 20n } }));
    expect(line(book, 'research').borrowed).toBe(8n);
    book.must(t(4), policy({ research: { borrowMax: 9n } }));
    expect(line(book, 'research').borrowed).toBe(8n);
    book.must(t(5), policy({}));
    book.must(t(6), policy({ research: { borrowMax: 1n } }));
    book.refused(t(6), authorize('lab', 1n));
  });

  it('bounds the overage of those above as well', () => {
    const book = company({ research: { borrowMax: 20n } });
    const overage = [{ currency: CREDIT, amount: units(50n) }];
    book.must(t(1), configure(node('org', { overage })));
    book.must(t(2), record('sales', 90n));
    expect(book.refused(t(3), authorize('lab', 31n)).binding).toMatchObject({ node: 'research', pool: 'borrowMax' });
    expect(book.hold(t(3), authorize('lab', 30n)).owed).toEqual([
      { node: 'org', currency: CREDIT, amount: units(10n) },
    ]);
    expect(line(book, 'research').borrowed).toBe(20n);
  });
});

describe('a lending cap', () => {
  it('bounds what those under a node draw from it, and not what the node draws itself', () => {
    const book = company({ org: { lendMax: 25n } });
    book.hold(t(1), authorize('sales', 20n));
    const refused = book.refused(t(2), authorize('lab', 16n));
    expect(refused.binding).toEqual({ node: 'org', currency: CREDIT, remaining: units(15n), pool: 'lendMax' });
    expect(refused.message).toBe(
      'lab can spend 15 credit and 16 was asked: org lends 25 credit to those under it in a period (lendMax) and has lent 20 credit; ask for less, or raise the lendMax of org.',
    );
    book.hold(t(2), authorize('org', 80n));
    expect(line(book, 'org')).toEqual({ borrowed: 0n, lent: 20n });
  });

  it('lets a draw pass on to the pool above', () => {
    const book = company({ research: { lendMax: 4n } });
    expect(book.hold(t(1), authorize('lab', 10n)).shares).toEqual([
      { lot: 'l-2', amount: units(4n) },
      { lot: 'l-1', amount: units(6n) },
    ]);
  });
});

describe('what has happened', () => {
  it('is never refused by a cap: it goes to overage, and what nothing allows is owed and flagged', () => {
    const book = company({ research: { borrowMax: 5n } }, { overage: [{ currency: CREDIT, amount: units(3n) }] });
    const drawn = only(book.must(t(1), record('lab', 20n)), 'CreditsDrawn');
    expect(drawn).toMatchObject({
      drawn: [
        { lot: 'l-2', amount: units(10n) },
        { lot: 'l-1', amount: units(5n) },
      ],
      owed: [{ node: 'research', currency: CREDIT, amount: units(5n) }],
      beyondOverage: [{ currency: CREDIT, amount: units(2n) }],
    });
    expect(line(book, 'research').borrowed).toBe(5n);
  });

  it('leaves what is kept for others', () => {
    const book = company({ research: { reserve: 30n } });
    const { hold } = book.hold(t(1), authorize('sales', 60n));
    const captured = only(book.must(t(2), capture(hold, 75n)), 'HoldCaptured');
    expect(captured.drawn).toEqual([{ lot: 'l-1', amount: units(10n) }]);
    expect(captured.beyondOverage).toEqual([{ currency: CREDIT, amount: units(5n) }]);
  });
});

describe('a session', () => {
  it('draws from who opened it as that node does itself, which lends nothing by it', () => {
    const book = company({ org: { lendMax: 0n } });
    const { session } = only(book.must(t(1), openSession('org', 5n)), 'SessionOpened');
    expect(only(book.must(t(2), record(session, 8n)), 'CreditsDrawn')).toMatchObject({
      reserves: [{ session, shares: [{ amount: units(5n) }] }],
      drawn: [{ lot: 'l-1', amount: units(3n) }],
    });
    expect(book.lot('l-1').available).toBe(units(92n));
  });

  it('counts as whoever opened it: its reserve as held, what its calls cost as spent, the rest not', () => {
    const book = company({ org: { lendMax: 90n }, research: { borrowMax: 40n } });
    const { session } = only(book.must(t(1), openSession('lab', 25n)), 'SessionOpened');
    expect(line(book, 'research').borrowed).toBe(15n);
    const { hold } = book.hold(t(2), authorize(session, 20n));
    book.must(t(3), capture(hold, 18n));
    expect(line(book, 'research').borrowed).toBe(15n);
    book.must(t(4), endSession(session));
    expect(line(book, 'research').borrowed).toBe(8n);
    expect(line(book, 'org').lent).toBe(8n);
  });

  it('draws nothing from its opener', () => {
    const book = company({ research: { lendMax: 40n } });
    const { session } = only(book.must(t(1), openSession('research', 10n)), 'SessionOpened');
    const { hold } = book.hold(t(2), authorize(session, 8n));
    book.must(t(3), capture(hold, 7n));
    expect(line(book, 'research')).toEqual({ borrowed: 0n, lent: 0n });
  });

  it('is bounded when it asks for more than its reserve', () => {
    const book = company({ research: { borrowMax: 12n } });
    const { session } = only(book.must(t(1), openSession('lab', 20n)), 'SessionOpened');
    expect(only(book.must(t(2), record(session, 25n)), 'CreditsDrawn')).toMatchObject({
      drawn: [{ lot: 'l-1', amount: units(2n) }],
      beyondOverage: [{ currency: CREDIT, amount: units(3n) }],
    });
    expect(line(book, 'research').borrowed).toBe(12n);
  });
});

describe('moving a node', () => {
  it('changes no count: what was taken counts, and is taken off, where it was taken', () => {
    const book = company({ sales: { borrowMax: 90n }, research: { borrowMax: 40n } });
    const { hold } = book.hold(t(1), authorize('lab', 30n));
    book.must(t(2), configure(under('sales', 'lab', { pooling: 'parent' })));
    expect(line(book, 'research').borrowed).toBe(20n);
    book.must(t(3), capture(hold, 25n));
    expect([line(book, 'research').borrowed, line(book, 'sales').borrowed]).toEqual([15n, 0n]);
    book.must(t(4), book.correction(book.charges()[0] ?? 0, { refund: [{ currency: CREDIT, amount: units(11n) }] }));
    expect(line(book, 'research').borrowed).toBe(4n);
    book.must(t(5), record('lab', 6n));
    expect(line(book, 'sales').borrowed).toBe(6n);
  });

  it('leaves uncounted what credits of the new way pay beyond the hold: nobody on the old way has borrowed or lent them', () => {
    const book = company({ org: { lendMax: 90n }, research: { borrowMax: 50n }, lab: { borrowMax: 50n } });
    book.must(t(1), configure(under('org', 'east')));
    book.must(t(1), grant('east', 40n));
    const { hold } = book.hold(t(2), authorize('lab', 15n));
    book.must(t(3), configure(under('east', 'lab', { pooling: 'parent', ...rules({ borrowMax: 50n }) })));
    expect(only(book.must(t(4), capture(hold, 18n)), 'HoldCaptured').drawn).toEqual([
      { lot: 'l-3', amount: units(3n) },
    ]);
    expect(line(book, 'lab')).toMatchObject({ borrowed: 15n });
    expect(line(book, 'research')).toMatchObject({ borrowed: 5n });
    expect(line(book, 'org')).toMatchObject({ lent: 5n });
  });
});
