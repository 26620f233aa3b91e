import { describe, expect, it } from '@jest/globals';
import { amount, nodeId, units } from '@exchequer/kernel';
import { restoreState } from '../stored/restore-state.js';
import { storeState } from '../stored/store-state.js';
import type { OveragePolicy } from '../commands.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  endSession,
  every,
  grant,
  limit,
  node,
  only,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';

type Terms = Pick<OveragePolicy, 'for' | 'rate'>;
const upTo = (whole: bigint, terms: Terms = {}): readonly OveragePolicy[] => [
  { currency: CREDIT, amount: units(whole), ...terms },
];

const CRITICAL: Terms = { for: 'critical' };
const DEARER: Terms = { rate: '1.25' };
const critical = { particulars: { critical: true } } as const;

/** The organization has 2 credits and may owe 10 more, on terms. */
function company(terms: Terms, most = 10n): Book {
  const book = new Book();
  book.must(t(0), configure(node('org', { overage: upTo(most, terms) }), under('org', 'team')));
  book.must(t(0), grant('org', 2n));
  return book;
}

const purse = (book: Book) => book.state.nodes.get(nodeId('org'))?.purses.get(CREDIT);
const owing = (cost: bigint, surcharge?: bigint) => ({
  node: 'org',
  currency: CREDIT,
  amount: cost,
  ...(surcharge !== undefined && { surcharge }),
});
/** Tenths of a credit. */
const tenths = (count: bigint) => amount(count * 100_000_000n);

describe('overage for critical work', () => {
  it('pays for work that is marked so, and for no other', () => {
    const book = company(CRITICAL);
    expect(book.refused(t(1), authorize('team', 3n)).binding).toMatchObject({ node: 'team', remaining: units(2n) });
    expect(book.hold(t(1), authorize('team', 3n, critical)).owed).toEqual([owing(units(1n))]);
  });

  it('is told of where other work is refused', () => {
    const { message } = company(CRITICAL).refused(t(1), authorize('team', 3n));
    expect(message).toContain('team can spend 2 credit');
    expect(message).toMatch(/Work that is marked critical can spend 12 credit\.$/);
  });

  it('is not told of where it would change nothing', () => {
    expect(company({}).refused(t(1), authorize('team', 13n)).message).toMatch(/to one of these nodes\.$/);
    const marked = company(CRITICAL).refused(t(1), authorize('team', 13n, critical));
    expect(marked.message).toMatch(/to one of these nodes\.$/);
  });

  it('makes a part of critical work pass that would be less of any other', () => {
    const part = (more: object) => {
      const { amounts } = company(CRITICAL).hold(t(1), authorize('team', 20n, { accept: 'partial', ...more }));
      return amounts;
    };
    expect(part(critical)).toEqual([{ currency: CREDIT, amount: units(12n) }]);
    expect(part({})).toEqual([{ currency: CREDIT, amount: units(2n) }]);
  });

  it('pays what critical calls cost beyond their hold, without a flag', () => {
    const book = company(CRITICAL);
    const { hold } = book.hold(t(1), authorize('team', 2n, critical));
    const captured = only(book.must(t(2), capture(hold, 5n)), 'HoldCaptured');
    expect(captured.owed).toEqual([owing(units(3n))]);
    expect(captured).not.toHaveProperty('beyondOverage');
  });

  it('is passed where other usage happened: that is owed there and flagged', () => {
    const drawn = only(company(CRITICAL).must(t(1), record('team', 5n)), 'CreditsDrawn');
    expect(drawn.owed).toEqual([owing(units(3n))]);
    expect(drawn.beyondOverage).toEqual([{ currency: CREDIT, amount: units(3n) }]);
    const marked = only(company(CRITICAL).must(t(1), record('team', 5n, critical)), 'CreditsDrawn');
    expect(marked.owed).toEqual([owing(units(3n))]);
    expect(marked).not.toHaveProperty('beyondOverage');
  });

  it('is part of the reserve of a critical session, for all its calls', () => {
    const book = company(CRITICAL);
    expect(book.refused(t(1), openSession('team', 6n)).binding?.remaining).toBe(units(2n));
    const { session } = only(book.must(t(1), openSession('team', 6n, critical)), 'SessionOpened');
    expect(book.hold(t(2), authorize(session, 5n)).owed).toEqual([owing(units(3n))]);
  });

  it('leaves that of a node further up for any work', () => {
    const book = new Book();
    const nodes = [node('org', { overage: upTo(5n) }), under('org', 'team', { overage: upTo(3n, CRITICAL) })];
    book.must(t(0), configure(...nodes));
    expect(book.hold(t(1), authorize('team', 4n)).owed).toEqual([owing(units(4n))]);
    expect(book.hold(t(1), authorize('team', 4n, critical)).owed).toEqual([
      { ...owing(units(3n)), node: 'team' },
      owing(units(1n)),
    ]);
  });

  it('is what limits of its layer count for critical work alone', () => {
    const book = new Book();
    const limits = [limit('beyond', 1n, every('month'), { scope: { layers: ['overage'] } })];
    book.must(t(0), configure(node('org', { overage: upTo(9n, CRITICAL), limits })));
    book.must(t(0), grant('org', 2n));
    expect(book.refused(t(1), authorize('org', 5n)).code).toBe('InsufficientCredits');
    expect(book.refused(t(1), authorize('org', 5n, critical)).binding).toMatchObject({
      limit: 'beyond',
      remaining: units(1n),
    });
  });
});

describe('overage at a rate', () => {
  it('owes so much for each credit of cost, and its limit counts what is owed', () => {
    const book = company(DEARER);
    expect(book.refused(t(1), authorize('team', 11n)).binding?.remaining).toBe(units(10n));
    const placed = book.hold(t(1), authorize('team', 10n));
    expect(placed.amounts).toEqual([{ currency: CREDIT, amount: units(10n) }]);
    expect(placed.owed).toEqual([owing(units(8n), units(2n))]);
    expect(purse(book)).toMatchObject({ owed: 0n, owedHeld: units(10n) });
  });

  it('is owed for what the call cost in the end', () => {
    const book = company(DEARER);
    const { hold } = book.hold(t(1), authorize('team', 10n));
    expect(only(book.must(t(2), capture(hold, 6n)), 'HoldCaptured').owed).toEqual([owing(units(4n), units(1n))]);
    expect(purse(book)).toMatchObject({ owed: units(5n), owedHeld: 0n });
  });

  it('counts in limits as the cost that it pays, without its surcharge', () => {
    const book = new Book();
    const limits = [limit('monthly', 8n, every('month'))];
    book.must(t(0), configure(node('org', { overage: upTo(10n, DEARER), limits })));
    book.must(t(1), capture(book.hold(t(1), authorize('org', 8n)).hold));
    expect(book.limit('org', 'monthly').counters).toMatchObject([{ used: units(8n) }]);
    expect(purse(book)?.owed).toBe(units(10n));
  });

  it('rounds what is owed up to the nano-unit, and what it lets pass down', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { overage: [{ currency: CREDIT, amount: amount(10n), rate: '1.5' }] })));
    const asking = (nano: bigint) => authorize('org', 0n, { lines: [{ currency: CREDIT, amount: amount(nano) }] });
    expect(book.refused(t(1), asking(7n)).binding?.remaining).toBe(6n);
    expect(book.hold(t(1), asking(5n)).owed).toEqual([owing(5n, 3n)]);
    expect(book.refused(t(1), asking(2n)).binding?.remaining).toBe(1n);
    expect(book.hold(t(1), asking(1n)).owed).toEqual([owing(1n, 1n)]);
    expect(purse(book)?.owedHeld).toBe(10n);
  });

  it('is the rate at which it was set aside, whatever the policy says since', () => {
    const book = company(DEARER, 100n);
    const { hold } = book.hold(t(1), authorize('team', 10n));
    book.must(t(2), configure(node('org', { overage: upTo(100n, { rate: '2' }) })));
    const { owed } = only(book.must(t(3), capture(hold, 11n)), 'HoldCaptured');
    expect(owed).toEqual([owing(units(9n), units(3n))]);
  });

  it('is owed for what nothing allows, too', () => {
    const drawn = only(company(DEARER).must(t(1), record('team', 14n)), 'CreditsDrawn');
    expect(drawn.owed).toEqual([owing(units(12n), units(3n))]);
    expect(drawn.beyondOverage).toEqual([{ currency: CREDIT, amount: units(4n) }]);
  });

  it('is rounded up once for what is allowed and what is not', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { overage: [{ currency: CREDIT, amount: amount(5n), rate: '1.5' }] })));
    const drawn = only(
      book.must(t(1), record('org', 0n, { lines: [{ currency: CREDIT, amount: amount(4n) }] })),
      'CreditsDrawn',
    );
    expect(drawn).toMatchObject({ owed: [owing(4n, 2n)], beyondOverage: [{ amount: 1n }] });
  });

  it('is forgiven in proportion', () => {
    const book = company(DEARER);
    book.must(t(1), record('team', 6n));
    const [place = -1] = book.charges();
    const back = { refund: [{ currency: CREDIT, amount: units(2n) }] };
    const corrected = only(book.must(t(2), book.correction(place, back)), 'ChargeCorrected');
    expect(corrected.forgiven).toEqual([owing(units(2n), tenths(5n))]);
    expect(corrected.owing).toEqual([owing(units(2n), tenths(5n))]);
    expect(purse(book)?.owed).toBe(units(2n) + tenths(5n));
    const all = { refund: [{ currency: CREDIT, amount: units(4n) }] };
    expect(only(book.must(t(3), book.correction(place, all)), 'ChargeCorrected')).not.toHaveProperty('owing');
    expect(purse(book)?.owed).toBe(0n);
  });

  it('goes with the parts of a reserve that its calls take and give back', () => {
    const book = company(DEARER);
    const { session, owed } = only(book.must(t(1), openSession('team', 10n)), 'SessionOpened');
    expect(owed).toEqual([owing(units(8n), units(2n))]);
    const { hold, ...placed } = book.hold(t(2), authorize(session, 6n));
    expect(placed.owed).toEqual([owing(units(4n), units(1n))]);
    const captured = only(book.must(t(3), capture(hold, 4n)), 'HoldCaptured');
    expect([captured.owed, captured.kept?.owed]).toEqual([
      [owing(units(2n), tenths(5n))],
      [owing(units(2n), tenths(5n))],
    ]);
    expect(purse(book)).toMatchObject({ owed: units(2n) + tenths(5n), owedHeld: units(7n) + tenths(5n) });
    book.must(t(4), endSession(session));
    expect(purse(book)).toMatchObject({ owed: units(2n) + tenths(5n), owedHeld: 0n });
  });

  it('waits with its cost for the outcome of a task', () => {
    const book = company(DEARER);
    const outcomes = [{ taskTypes: ['ticket'], charge: ['resolved'], withinMs: t(60), otherwise: 'return' as const }];
    book.must(t(0), configure(node('org', { overage: upTo(10n, DEARER), outcomes })));
    const particulars = { taskType: 'ticket', taskId: 't-1' };
    book.must(t(1), record('team', 6n, { particulars }));
    expect(purse(book)).toMatchObject({ owed: 0n, owedHeld: units(5n) });
    book.must(t(2), { type: 'tell-outcome', task: 't-1', outcome: 'resolved' });
    book.advance(t(2));
    expect(purse(book)).toMatchObject({ owed: units(5n), owedHeld: 0n });
  });
});

describe('stating the terms of overage', () => {
  const stated = (book: Book, terms: Terms, most = 10n) =>
    book.must(t(1), configure(node('org', { overage: upTo(most, terms) })));
  const set = (terms: Terms) => ({ type: 'OverageSet', node: 'org', currency: CREDIT, limit: units(10n), ...terms });

  it('changes them where they are others, once', () => {
    const book = company({});
    expect(stated(book, CRITICAL)).toEqual([set(CRITICAL)]);
    expect(stated(book, CRITICAL)).toEqual([]);
    expect(stated(book, { ...CRITICAL, ...DEARER })).toEqual([set({ ...CRITICAL, ...DEARER })]);
    expect(stated(book, DEARER)).toEqual([set(DEARER)]);
    expect(stated(book, DEARER)).toEqual([]);
    expect(stated(book, {})).toEqual([set({})]);
  });

  it('says nothing where none is stated and there was none', () =>
    expect(company({}).must(t(1), configure(under('org', 'team', { overage: upTo(0n) })))).toEqual([]));

  it('are in a snapshot where there are any, and back from it', () => {
    const purses = (book: Book) => storeState(book.state).nodes[0]?.purses;
    expect(purses(company({}))).toEqual([['credit', String(units(10n)), '0', '0']]);
    const book = company({ ...CRITICAL, ...DEARER });
    expect(purses(book)).toEqual([['credit', String(units(10n)), '0', '0', { for: 'critical', rate: '1.25' }]]);
    expect(restoreState(storeState(book.state))?.nodes.get(nodeId('org'))?.purses.get(CREDIT)).toMatchObject({
      overageFor: 'critical',
      overageRate: { part: 1_250_000_000n, whole: 1_000_000_000n },
    });
  });

  it('forgets them with the overage', () => {
    const book = company({ ...CRITICAL, ...DEARER });
    book.must(t(1), configure(node('org')));
    expect(purse(book)).toMatchObject({ overageLimit: 0n, overageFor: undefined, overageRate: undefined });
  });
});
