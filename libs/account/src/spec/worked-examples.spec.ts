import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, HOUR_MS, nodeId, UNLIMITED, units } from '@exchequer/kernel';
import type { Precedence } from '../facts.js';
import { isRefusal } from '../refusal.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  every,
  grant,
  endSession,
  limit,
  node,
  only,
  openSession,
  record,
  ROOT,
  t,
  under,
} from './book.js';

const DECEMBER_1 = Date.UTC(2026, 11, 1);
const DECEMBER_31 = Date.UTC(2026, 11, 31);
const NOVEMBER_21 = Date.UTC(2026, 10, 21, 10);

/** W1's three lots: promo 5 (l-1), plan 10 (l-2), purchased 20 (l-3), granted in another order than they are drawn. */
function threeLots(): Book {
  const book = new Book();
  book.must(NOVEMBER_21, configure(node('org')));
  book.must(NOVEMBER_21, grant('org', 5n, { layer: 'promotional', expiresAt: DECEMBER_1 }));
  book.must(NOVEMBER_21, grant('org', 10n, { layer: 'plan', expiresAt: DECEMBER_31 }));
  book.must(NOVEMBER_21, grant('org', 20n, { layer: 'purchased' }));
  return book;
}

const lots = (book: Book, part: 'available' | 'held' | 'spent') =>
  ['l-1', 'l-2', 'l-3'].map((id) => book.lot(id)[part]);

/** An account with one lot at the root, and a hold of 10 on it placed at 0 and expiring at 60. */
function heldTen(funds: bigint, overage: bigint, policy: { captureBeyond?: 'cap' } = {}) {
  const book = new Book();
  book.must(t(0), configure(node('org', { overage: [{ currency: CREDIT, amount: units(overage) }], ...policy })));
  book.must(t(0), grant('org', funds));
  return { book, hold: book.hold(t(0), authorize('org', 10n)).hold };
}

describe('W1 draw-down', () => {
  it('takes promotional credits before plan credits before purchased ones', () => {
    const book = threeLots();
    book.must(NOVEMBER_21, record('org', 12n));
    expect(lots(book, 'spent')).toEqual([units(5n), units(7n), units(0n)]);
    expect(lots(book, 'available')).toEqual([units(0n), units(3n), units(20n)]);
  });
});

describe('W2 path and binding limit', () => {
  function tree(): Book {
    const book = new Book();
    book.must(
      t(0),
      configure(
        node('org'),
        under('org', 'department', { pooling: 'own-then-parent' }),
        under('department', 'user/ada', { pooling: 'parent', limits: [limit('daily', 8n, every('day'))] }),
      ),
    );
    book.must(t(0), grant('org', 100n));
    book.must(t(0), grant('department', 3n));
    return book;
  }

  /** Two used and one held of ada's eight, without touching the lots of the example. */
  function used(): Book {
    const book = tree();
    book.must(t(1), configure(under('org', 'aside', { pooling: 'own' })));
    book.must(t(1), grant('aside', 3n));
    const two = book.hold(t(1), authorize('aside', 2n, { nodes: [nodeId('user/ada')] }));
    book.must(t(1), capture(two.hold));
    book.hold(t(1), authorize('aside', 1n, { nodes: [nodeId('user/ada')] }));
    return book;
  }

  it('denies ten and names the limit with five remaining', () => {
    const refusal = used().refused(t(2), authorize('user/ada', 10n));
    expect(refusal).toMatchObject({
      code: 'LimitReached',
      binding: { node: 'user/ada', limit: 'daily', remaining: units(5n), resetsAt: DAY_MS },
      wouldPass: [{ currency: CREDIT, amount: units(5n) }],
    });
  });

  it('grants five of ten where a part is welcome: three from the department, two from the root', () => {
    const placed = used().hold(t(2), authorize('user/ada', 10n, { accept: 'partial' }));
    expect(placed).toMatchObject({
      amounts: [{ currency: CREDIT, amount: units(5n) }],
      asked: [{ currency: CREDIT, amount: units(10n) }],
      shares: [
        { lot: 'l-2', amount: units(3n) },
        { lot: 'l-1', amount: units(2n) },
      ],
      binding: { node: 'user/ada', limit: 'daily', remaining: units(5n) },
    });
  });
});

describe('W3 capture', () => {
  function held() {
    const book = threeLots();
    return { book, hold: book.hold(NOVEMBER_21, authorize('org', 10n)).hold };
  }

  it('spends five promotional and two plan credits, and gives three back to the plan', () => {
    const { book, hold } = held();
    const captured = only(book.must(NOVEMBER_21, capture(hold, 7n)), 'HoldCaptured');
    expect(captured.spent).toEqual([
      { lot: 'l-1', amount: units(5n) },
      { lot: 'l-2', amount: units(2n) },
    ]);
    expect(captured.returned).toEqual([{ lot: 'l-2', amount: units(3n) }]);
    expect(captured).toMatchObject({ payer: 'org', nodes: [] });
    expect(lots(book, 'available')).toEqual([units(0n), units(8n), units(20n)]);
  });

  it('refuses another capture command', () => {
    const { book, hold } = held();
    book.must(NOVEMBER_21, capture(hold, 7n));
    expect(book.refused(NOVEMBER_21, capture(hold, 7n)).code).toBe('HoldAlreadyEnded');
  });

  it('draws another usage event on that hold directly', () => {
    const { book, hold } = held();
    book.must(NOVEMBER_21, capture(hold, 7n));
    const drawn = only(book.must(NOVEMBER_21, record('org', 1n, { hold })), 'CreditsDrawn');
    expect(drawn).toMatchObject({ hold, drawn: [{ lot: 'l-2', amount: units(1n) }] });
    expect(drawn.late).toBeUndefined();
  });
});

describe('W4 beyond the hold', () => {
  it('captures ten and draws three next in order', () => {
    const { book, hold } = heldTen(20n, 0n);
    expect(only(book.must(t(1), capture(hold, 13n)), 'HoldCaptured')).toMatchObject({
      spent: [{ lot: 'l-1', amount: units(10n) }],
      drawn: [{ lot: 'l-1', amount: units(3n) }],
    });
  });

  it('draws one that is left and owes two within the overage limit', () => {
    const { book, hold } = heldTen(11n, 5n);
    const captured = only(book.must(t(1), capture(hold, 13n)), 'HoldCaptured');
    expect(captured).toMatchObject({ drawn: [{ amount: units(1n) }], owed: [{ node: 'org', amount: units(2n) }] });
    expect(captured.beyondOverage).toBeUndefined();
  });

  it('owes two and flags the one beyond an overage limit of one', () => {
    const { book, hold } = heldTen(11n, 1n);
    expect(only(book.must(t(1), capture(hold, 13n)), 'HoldCaptured')).toMatchObject({
      drawn: [{ amount: units(1n) }],
      owed: [{ node: 'org', amount: units(2n) }],
      beyondOverage: [{ currency: CREDIT, amount: units(1n) }],
    });
    expect(book.state.nodes.get(ROOT)?.purses.get(CREDIT)?.owed).toBe(units(2n));
  });

  it('writes three off under the policy cap', () => {
    const { book, hold } = heldTen(20n, 0n, { captureBeyond: 'cap' });
    const captured = only(book.must(t(1), capture(hold, 13n)), 'HoldCaptured');
    expect(captured).toMatchObject({
      spent: [{ lot: 'l-1', amount: units(10n) }],
      uncollected: [{ currency: CREDIT, amount: units(3n) }],
    });
    expect(captured.drawn).toBeUndefined();
    expect(book.lot('l-1').available).toBe(units(10n));
  });
});

describe('W5 late', () => {
  it('returns ten at the expiry and draws six late, counted between placing and now', () => {
    const { book, hold } = heldTen(10n, 0n);
    expect(only(book.advance(t(75)), 'HoldExpired')).toMatchObject({
      at: t(60),
      returned: [{ lot: 'l-1', amount: units(10n) }],
    });
    const early = only(book.must(t(75), record('org', 6n, { hold, usedAt: t(-5) })), 'CreditsDrawn');
    expect(early).toMatchObject({ late: true, hold, drawn: [{ lot: 'l-1', amount: units(6n) }], countedAt: t(0) });
  });

  it('counts late usage at its own instant', () => {
    const { book, hold } = heldTen(10n, 0n);
    const drawn = only(book.must(t(75), record('org', 6n, { hold, usedAt: t(40) })), 'CreditsDrawn');
    expect(drawn.countedAt).toBe(t(40));
  });

  it('counts usage that claims the future now', () => {
    const { book, hold } = heldTen(10n, 0n);
    const drawn = only(book.must(t(75), record('org', 6n, { hold, usedAt: t(90) })), 'CreditsDrawn');
    expect(drawn.countedAt).toBe(t(75));
  });
});

describe('W6 expiry while held', () => {
  it('counts what was captured and breaks what would go back to an expired lot', () => {
    const book = new Book();
    book.must(t(0), configure(node('org')));
    book.must(t(0), grant('org', 5n, { layer: 'promotional', expiresAt: t(50) }));
    const { hold } = book.hold(t(0), authorize('org', 5n));
    const captured = only(book.must(t(55), capture(hold, 2n)), 'HoldCaptured');
    expect(captured).toMatchObject({
      spent: [{ lot: 'l-1', amount: units(2n) }],
      returned: [],
      broken: [{ lot: 'l-1', amount: units(3n) }],
    });
    expect(book.lot('l-1')).toMatchObject({ available: 0n, held: 0n, spent: units(2n), forfeited: units(3n) });
  });
});

describe('W8 rolling week', () => {
  const WEDNESDAY_10 = Date.UTC(2026, 10, 18, 10);
  const NEXT_WEDNESDAY_10 = WEDNESDAY_10 + 7 * DAY_MS;
  const FRIDAY_AFTER = Date.UTC(2026, 10, 27, 15);

  function week(): Book {
    const book = new Book();
    const weekly = limit('weekly', 70n, { kind: 'rolling', lengthMs: 7 * DAY_MS });
    book.must(WEDNESDAY_10 - DAY_MS, configure(node('org', { limits: [weekly] })));
    book.must(WEDNESDAY_10 - DAY_MS, grant('org', 1_000n));
    return book;
  }

  const spend = (book: Book, at: number, amount: bigint) => {
    const { hold } = book.hold(at, authorize('org', amount));
    book.must(at, capture(hold));
  };

  it('ends a week after its first use, not after the limit was set', () => {
    const book = week();
    spend(book, WEDNESDAY_10, 70n);
    expect(book.refused(NEXT_WEDNESDAY_10 - 1, authorize('org', 1n))).toMatchObject({
      code: 'LimitReached',
      binding: { limit: 'weekly', remaining: 0n, resetsAt: NEXT_WEDNESDAY_10 },
    });
    expect(isRefusal(book.do(NEXT_WEDNESDAY_10, authorize('org', 1n)))).toBe(false);
  });

  it('starts again on the Friday of the week after, when it was idle until then', () => {
    const book = week();
    spend(book, WEDNESDAY_10, 70n);
    spend(book, FRIDAY_AFTER, 1n);
    const counters = book.limit('org', 'weekly').counters.map(({ from, to, used }) => ({ from, to, used }));
    expect(counters).toEqual([
      { from: WEDNESDAY_10, to: NEXT_WEDNESDAY_10, used: units(70n) },
      { from: FRIDAY_AFTER, to: FRIDAY_AFTER + 7 * DAY_MS, used: units(1n) },
    ]);
  });

  it('stays started when the hold that started it is voided', () => {
    const book = week();
    const { hold } = book.hold(WEDNESDAY_10, authorize('org', 70n));
    book.must(WEDNESDAY_10 + HOUR_MS / 120, { type: 'void', hold });
    expect(book.limit('org', 'weekly').counters).toMatchObject([{ from: WEDNESDAY_10, used: 0n }]);
  });
});

describe('W9 roles', () => {
  const weekly = (most: bigint) => limit('weekly', most, every('week'));
  const unlimited = limit('weekly', 0n, every('week'), { amount: UNLIMITED });

  /** A user who is a power user and a contractor at once. */
  function user(precedence: Precedence, power = weekly(100n)): Book {
    const book = new Book();
    const ada = under('org', 'user/ada', { roles: ['power', 'contractor'], precedence });
    const roles = [
      { name: 'power', limits: [power] },
      { name: 'contractor', limits: [weekly(20n)] },
    ];
    book.must(t(0), { ...configure(node('org'), ada), roles });
    book.must(t(0), grant('org', 1_000n));
    return book;
  }

  it('most-permissive gives the user the 100 of the power role', () => {
    const book = user('most-permissive');
    expect(book.refused(t(1), authorize('user/ada', 101n)).binding).toMatchObject({
      limit: 'weekly',
      remaining: units(100n),
      rule: 'role/power',
    });
    book.hold(t(1), authorize('user/ada', 100n));
  });

  it('most-restrictive gives the user the 20 of the contractor', () => {
    const book = user('most-restrictive');
    expect(book.refused(t(1), authorize('user/ada', 21n)).binding).toMatchObject({
      remaining: units(20n),
      rule: 'role/contractor',
    });
    book.hold(t(1), authorize('user/ada', 20n));
  });

  it('one unlimited role and most-permissive is no limit, and the answer says why', () => {
    const book = user('most-permissive', unlimited);
    expect(book.hold(t(1), authorize('user/ada', 900n)).tightest).toEqual({
      node: 'user/ada',
      limit: 'weekly',
      currency: CREDIT,
      remaining: UNLIMITED,
      resetsAt: expect.any(Number),
      rule: 'role/power',
    });
  });
});

describe('W11 session', () => {
  it('gives back seven of a reserve of twenty-five, of which its calls and a sub-agent used eighteen', () => {
    const book = new Book();
    book.must(t(0), configure(node('org'), under('org', 'team', { limits: [limit('daily', 40n, every('day'))] })));
    book.must(t(0), grant('team', 15n, { layer: 'promotional' }));
    book.must(t(0), grant('team', 25n));
    const team = (part: 'available' | 'held' | 'spent') => book.lot('l-1')[part] + book.lot('l-2')[part];

    const { session } = only(book.must(t(1), openSession('team', 25n)), 'SessionOpened');
    expect([team('available'), team('held')]).toEqual([units(15n), units(25n)]);
    expect(book.limit('team', 'daily').held).toBe(units(25n));

    book.must(t(2), capture(book.hold(t(2), authorize(session, 5n)).hold));
    book.must(t(3), capture(book.hold(t(3), authorize(session, 6n)).hold, 3n));
    const sub = only(book.must(t(4), openSession(session, 10n)), 'SessionOpened');
    expect(team('held')).toBe(units(17n));
    book.must(t(5), capture(book.hold(t(5), authorize(sub.session, 10n)).hold));
    expect(book.limit('team', 'daily')).toMatchObject({ held: units(7n), counters: [{ used: units(18n) }] });

    const ended = book.must(t(6), endSession(session));
    expect(ended).toMatchObject([
      { type: 'SessionEnded', session: sub.session, reason: 'parent', returned: [] },
      {
        type: 'SessionEnded',
        session,
        reason: 'command',
        spent: [{ currency: CREDIT, amount: units(18n) }],
        returned: [{ lot: 'l-2', amount: units(7n) }],
      },
    ]);
    expect([team('available'), team('held'), team('spent')]).toEqual([units(22n), units(0n), units(18n)]);
    expect(book.limit('team', 'daily')).toMatchObject({ held: units(0n), counters: [{ used: units(18n) }] });
    expect(book.state.sessions.size + book.state.holds.size).toBe(0);
    expect(book.state.nodes.has(session)).toBe(false);
  });
});

describe('W12 two currencies', () => {
  it('takes nothing in either currency when one of them is short', () => {
    const ACTION = currencyId('action');
    const DATA = currencyId('data-credit');
    const book = new Book();
    const currencies = [ACTION, DATA].map((currency) => ({ currency, display: 1 }));
    book.must(t(0), { ...configure(node('org')), currencies });
    book.must(t(0), grant('org', 10n, { currency: ACTION }));
    book.must(t(0), grant('org', 4n, { currency: DATA }));
    book.must(t(0), { ...grant('org', 1n, { currency: DATA }), amount: (units(1n) / 2n) as never });
    const asked = [
      { currency: ACTION, amount: units(1n) },
      { currency: DATA, amount: (units(13n) / 2n) as never },
    ];
    const refusal = book.refused(t(1), authorize('org', 0n, { lines: asked }));
    expect(refusal).toMatchObject({
      code: 'InsufficientCredits',
      binding: { node: 'org', currency: DATA, remaining: units(9n) / 2n },
    });
    expect(['l-1', 'l-2', 'l-3'].map((id) => book.lot(id).held)).toEqual([0n, 0n, 0n]);
  });
});

describe('W15 proof', () => {
  it('comes to the same state however often the facts are replayed', () => {
    const book = threeLots();
    const { hold } = book.hold(NOVEMBER_21, authorize('org', 10n));
    book.must(NOVEMBER_21 + 1, capture(hold, 13n));
    book.must(NOVEMBER_21 + 2, record('org', 1n, { lines: [credits(1n, 'output_tokens')] }));
    book.hold(NOVEMBER_21 + 3, authorize('org', 2n));
    book.advance(DECEMBER_31 + 1);
    const again = new Book(book.replayed());
    expect(again.text()).toBe(book.text());
    expect(again.text()).toMatch(/"lapsed":\[\{/);
  });
});

describe('W14 refund', () => {
  it('gives four of twelve back to the plan, which was drawn last', () => {
    const book = threeLots();
    book.must(NOVEMBER_21, record('org', 12n));
    const refund = [{ currency: CREDIT, amount: units(4n) }];
    book.must(NOVEMBER_21, book.correction(book.charges()[0] ?? 0, { refund }));
    expect(lots(book, 'spent')).toEqual([units(5n), units(3n), units(0n)]);
    expect(lots(book, 'available')).toEqual([units(0n), units(7n), units(20n)]);
  });
});
