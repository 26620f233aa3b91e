import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import {
  authorize,
  Book,
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
import type { NodePolicy } from '../commands.js';
import type { PoolRule } from '../facts.js';
import { evolve } from '../evolve/evolve.js';
import { poolLines } from './pool-lines.js';

type Rules = Partial<Record<'reserve' | 'borrowMax' | 'lendMax', bigint>>;

const rules = (stated: Rules): Pick<NodePolicy, 'pools'> => ({
  pools: [
    {
      currency: CREDIT,
      ...(Object.fromEntries(Object.entries(stated).map(([name, whole]) => [name, units(whole)])) as Omit<
        PoolRule,
        'currency'
      >),
    },
  ],
});

const DAY = 86_400;
/** The first instant of February and of March 1970, in seconds. */
const FEBRUARY = 31 * DAY;
const MARCH = 59 * DAY;

interface Rulings {
  readonly org?: Rules;
  readonly sales?: Rules;
  readonly research?: Rules;
  readonly lab?: Rules;
}

const policy = ({ org, sales, research, lab }: Rulings, more: Partial<NodePolicy> = {}) =>
  configure(
    node('org', org === undefined ? {} : rules(org)),
    under('org', 'sales', { pooling: 'parent', ...(sales && rules(sales)) }),
    under('org', 'research', { ...(research && rules(research)), ...more }),
    under('research', 'lab', { pooling: 'parent', ...(lab && rules(lab)) }),
  );

/** org has 100 credits, research under it 10 of its own; sales takes all from org, lab all from research. */
function company(rulings: Rulings, more: Partial<NodePolicy> = {}): Book {
  const book = new Book();
  book.must(t(0), policy(rulings, more));
  book.must(t(0), grant('org', 100n));
  book.must(t(0), grant('research', 10n));
  return book;
}

/** As a stream of before can say: research lives on its own credits, and has a reserve that keeps nothing. */
function withIdleReserve(): Book {
  const book = company({}, { pooling: 'own' });
  const node = nodeId('research');
  evolve(book.state, { type: 'PoolRulesSet', node, currency: CREDIT, reserve: units(30n) }, t(0));
  return book;
}

const line = (book: Book, id: string, at = book.state.now) => {
  const found = book.state.nodes.get(nodeId(id));
  const [first] = found === undefined ? [] : poolLines(found, at);
  if (first === undefined) throw new Error(`${id} has no pool rules`);
  const { borrowed, lent, kept } = first;
  return {
    borrowed: borrowed / units(1n),
    lent: lent / units(1n),
    ...(kept !== undefined && { kept: kept / units(1n) }),
  };
};

describe('a reserve', () => {
  it('is kept in the pool for its node: others take what is beside it', () => {
    const book = company({ research: { reserve: 30n } });
    const refused = book.refused(t(1), authorize('sales', 71n));
    expect(refused).toMatchObject({
      code: 'InsufficientCredits',
      binding: { node: 'research', currency: CREDIT, remaining: units(70n), pool: 'reserve' },
      wouldPass: [{ currency: CREDIT, amount: units(70n) }],
    });
    expect(refused.message).toBe(
      'sales can spend 70 credit and 71 was asked: 30 credit in org are kept for research; ask for less, or grant or transfer more to org, or lower what is kept for research.',
    );
    book.hold(t(1), authorize('sales', 70n));
    expect(book.hold(t(2), authorize('lab', 40n)).shares).toEqual([
      { lot: 'l-2', amount: units(10n) },
      { lot: 'l-1', amount: units(30n) },
    ]);
  });

  it('is kept from the pool itself as well', () =>
    expect(company({ research: { reserve: 30n } }).refused(t(1), authorize('org', 71n)).binding).toMatchObject({
      node: 'research',
      remaining: units(70n),
    }));

  it('is less by what its node and all under it drew from above in the month, not by what their own lots paid', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), record('lab', 10n));
    expect(line(book, 'research')).toEqual({ borrowed: 0n, lent: 10n, kept: 30n });
    book.must(t(2), record('lab', 5n));
    book.hold(t(3), authorize('research', 7n));
    expect(line(book, 'research')).toEqual({ borrowed: 12n, lent: 10n, kept: 18n });
    book.refused(t(4), authorize('sales', 71n));
    book.hold(t(4), authorize('sales', 70n));
  });

  it('is whole again in the next month', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), record('lab', 25n));
    book.hold(t(FEBRUARY) - 1, authorize('sales', 70n));
    expect(line(book, 'research')).toMatchObject({ borrowed: 15n, kept: 15n });
    const refused = book.refused(t(FEBRUARY), authorize('sales', 1n));
    expect(refused.binding).toMatchObject({ remaining: 0n, pool: 'reserve' });
    expect(line(book, 'research', t(FEBRUARY))).toMatchObject({ borrowed: 0n, kept: 30n });
  });

  it('keeps the larger of a node that is pooled itself, and of those under it together', () => {
    const book = new Book();
    const tree = (own: bigint) =>
      configure(
        node('org'),
        under('org', 'sales', { pooling: 'parent' }),
        under('org', 'research', { pooling: 'parent', ...rules({ reserve: own }) }),
        under('research', 'lab', { pooling: 'parent', ...rules({ reserve: 12n }) }),
        under('research', 'desk', { pooling: 'parent', ...rules({ reserve: 8n }) }),
      );
    book.must(t(0), tree(15n));
    book.must(t(0), grant('org', 100n));
    expect(book.refused(t(1), authorize('sales', 81n)).binding?.remaining).toBe(units(80n));
    expect(book.refused(t(1), authorize('lab', 93n)).binding).toMatchObject({ node: 'desk', remaining: units(92n) });
    book.must(t(2), tree(50n));
    expect(book.refused(t(3), authorize('sales', 51n)).binding?.remaining).toBe(units(50n));
    expect(book.refused(t(3), authorize('lab', 93n)).binding?.remaining).toBe(units(92n));
  });

  it('lies in the nearest pool alone: what is further up is not kept for it', () => {
    const book = company({});
    book.must(t(1), configure(under('research', 'desk', { pooling: 'parent', ...rules({ reserve: 20n }) })));
    expect(book.refused(t(2), authorize('lab', 101n)).binding).toMatchObject({ node: 'desk', remaining: units(100n) });
    expect(book.hold(t(2), authorize('lab', 100n)).shares).toEqual([{ lot: 'l-1', amount: units(100n) }]);
  });

  it('keeps nothing for a node that lives on its own credits or has left', () => {
    const book = withIdleReserve();
    book.hold(t(1), authorize('sales', 71n));
    const gone = company({ research: { reserve: 30n } });
    gone.must(t(1), {
      type: 'transfer',
      from: nodeId('research'),
      to: nodeId('org'),
      currency: CREDIT,
      amount: units(10n),
    });
    gone.must(t(1), { ...configure(), archive: [nodeId('lab'), nodeId('research')] });
    gone.hold(t(2), authorize('sales', 110n));
  });

  it('keeps no credits of another currency', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), { ...configure(), currencies: [{ currency: currencyId('usd'), display: 2 }] });
    book.must(t(1), grant('org', 5n, { currency: currencyId('usd') }));
    book.hold(t(2), authorize('sales', 0n, { lines: [{ currency: currencyId('usd'), amount: units(5n) }] }));
  });
});

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
});

describe('the period of a rule', () => {
  const resetsAt = (book: Book, at: number) =>
    [...book.state.nodes.values()]
      .filter(({ id }) => id === 'research')
      .flatMap((one) => poolLines(one, at).map((told) => told.resetsAt));

  it('ends with the month, and is told once something was spent in it, not for what is held', () => {
    const book = company({ research: { borrowMax: 20n } });
    book.must(t(1), record('research', 5n));
    const { hold } = book.hold(t(1), authorize('research', 25n));
    const held = book.refused(t(2), authorize('research', 1n));
    expect([held.resetsAt, held.binding?.resetsAt]).toEqual([undefined, undefined]);
    expect(resetsAt(company({ research: { borrowMax: 20n } }), t(2))).toEqual([undefined]);
    expect(held.message).toContain('has drawn 20 credit; ask for less, or raise the borrowMax of research.');
    book.must(t(3), capture(hold));
    expect(book.refused(t(4), authorize('research', 1n)).resetsAt).toBe(t(FEBRUARY));
    expect([t(4), t(FEBRUARY) - 1, t(FEBRUARY)].map((at) => resetsAt(book, at))).toEqual([
      [t(FEBRUARY)],
      [t(FEBRUARY)],
      [undefined],
    ]);
    book.hold(t(FEBRUARY), authorize('research', 15n));
    expect(book.refused(t(FEBRUARY), authorize('research', 6n)).resetsAt).toBeUndefined();
  });

  it('begins with the first charge in the currency of the rule', () => {
    const usd = currencyId('usd');
    const book = company({ research: { borrowMax: 20n } });
    book.must(t(1), { ...configure(), currencies: [{ currency: usd, display: 2 }] });
    book.must(t(1), grant('org', 9n, { currency: usd }));
    const cents = { currency: usd, amount: units(1n) };
    const opened = (facts: readonly { readonly type: string }[]) =>
      facts.filter(({ type }) => type === 'PoolPeriodOpened').length;
    expect(opened(book.must(t(2), record('research', 0n, { lines: [cents] })))).toBe(0);
    const both = [cents, { currency: CREDIT, amount: units(1n) }];
    expect(only(book.must(t(3), record('research', 0n, { lines: both })), 'PoolPeriodOpened')).toEqual({
      type: 'PoolPeriodOpened',
      node: 'research',
      currency: CREDIT,
      from: 0,
      to: t(FEBRUARY),
    });
    expect(opened(book.must(t(4), record('research', 0n, { lines: both })))).toBe(0);
  });

  it('is none for what is kept: a reserve does not come back to others by waiting', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), record('lab', 15n));
    const refused = book.refused(t(2), authorize('sales', 71n));
    expect([refused.resetsAt, refused.binding?.remaining]).toEqual([undefined, units(70n)]);
    expect(refused.message).toBe(
      'sales can spend 70 credit and 71 was asked: 25 credit in org are kept for research; ask for less, or grant or transfer more to org, or lower what is kept for research.',
    );
  });
});

describe('of several rules', () => {
  it('that is named which kept most credits from the request', () => {
    const cut = (rulings: Rulings) => {
      const { binding } = company(rulings).refused(t(1), authorize('lab', 60n));
      return [binding?.node, binding?.pool, (binding?.remaining ?? 0n) / units(1n)];
    };
    expect(cut({ research: { borrowMax: 20n }, sales: { reserve: 95n } })).toEqual(['sales', 'reserve', 15n]);
    expect(cut({ research: { borrowMax: 20n }, sales: { reserve: 80n } })).toEqual(['research', 'borrowMax', 30n]);
    expect(cut({ research: { lendMax: 2n, borrowMax: 55n } })).toEqual(['research', 'lendMax', 57n]);
    expect(cut({ research: { lendMax: 5n, borrowMax: 50n } })).toEqual(['research', 'lendMax', 55n]);
    expect(cut({ research: { lendMax: 8n, borrowMax: 20n } })).toEqual(['research', 'borrowMax', 28n]);
  });

  it('that keep equally much, the first by name is named, and none that keeps nothing', () => {
    const book = company({ research: { reserve: 30n }, sales: { reserve: 30n } });
    book.must(t(0), configure(under('org', 'audit', rules({ reserve: 0n }))));
    expect(book.refused(t(1), authorize('org', 41n))).toMatchObject({
      binding: { node: 'research', pool: 'reserve', remaining: units(40n) },
    });
    book.hold(t(1), authorize('org', 40n));
    book.must(t(2), configure(under('org', 'support', rules({ reserve: 30n }))));
    expect(book.refused(t(3), authorize('org', 1n)).binding?.node).toBe('research');
    const more = company({ research: { reserve: 20n }, sales: { reserve: 30n } });
    expect(more.refused(t(1), authorize('org', 51n)).binding?.node).toBe('sales');
  });

  it('a reserve that was drawn beyond keeps nothing, and one under a node with its own credits keeps those alone', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), record('research', 50n));
    expect(line(book, 'research')).toEqual({ borrowed: 40n, lent: 0n, kept: 0n });
    company({ lab: { reserve: 30n } }).hold(t(1), authorize('sales', 100n));
  });

  it('says of a branch without a reserve of its own that credits are kept for those under it', () => {
    const book = company({ lab: { reserve: 30n } });
    book.must(t(0), policy({ lab: { reserve: 30n } }, { pooling: 'parent' }));
    expect(book.refused(t(1), authorize('sales', 81n)).message).toContain(
      'credits in org are kept for nodes under research; ask for less',
    );
  });

  it('a lending cap bounds credits and overage together', () => {
    const book = company({ org: { lendMax: 60n } });
    book.must(
      t(0),
      configure(node('org', { overage: [{ currency: CREDIT, amount: units(50n) }], ...rules({ lendMax: 60n }) })),
    );
    expect(book.refused(t(1), authorize('sales', 61n))).toMatchObject({
      binding: { node: 'org', pool: 'lendMax', remaining: units(60n) },
    });
    book.hold(t(1), authorize('sales', 60n));
    const rest = company({});
    rest.must(
      t(0),
      configure(node('org', { overage: [{ currency: CREDIT, amount: units(50n) }], ...rules({ lendMax: 110n }) })),
    );
    expect(rest.hold(t(1), authorize('sales', 110n)).owed).toMatchObject([{ amount: units(10n) }]);
    expect(rest.refused(t(2), authorize('sales', 1n)).binding).toMatchObject({ node: 'org', pool: 'lendMax' });
  });

  it('a reserve is kept of the credits that have started, from their first instant on', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(0), grant('org', 50n, { startsAt: t(9) }));
    expect(book.refused(t(8), authorize('sales', 80n)).binding?.remaining).toBe(units(70n));
    book.hold(t(9), authorize('sales', 120n));
  });

  it('each of its currency is set by itself, and taken away by itself', () => {
    const usd = currencyId('usd');
    const book = company({});
    book.must(t(1), { ...configure(), currencies: [{ currency: usd, display: 2 }] });
    const inCredit = { currency: CREDIT, lendMax: units(1n) };
    const inUsd = { currency: usd, lendMax: units(2n) };
    const set = (...pools: readonly PoolRule[]) => book.must(t(2), configure(under('org', 'research', { pools })));
    expect(set(inCredit, inUsd)).toEqual([
      { type: 'PoolRulesSet', node: 'research', ...inCredit },
      { type: 'PoolRulesSet', node: 'research', ...inUsd },
    ]);
    expect(set(inUsd)).toEqual([{ type: 'PoolRulesSet', node: 'research', currency: CREDIT }]);
    expect(set(inUsd)).toEqual([]);
  });

  it('a reserve says nothing at a node that lives on its own credits', () =>
    expect(line(withIdleReserve(), 'research')).toEqual({
      borrowed: 0n,
      lent: 0n,
    }));
});

describe('observe mode', () => {
  it('tells all whose caps would have stopped a call, the root first, and nobody else', () => {
    const book = new Book();
    const seen = { observe: true } as const;
    book.must(
      t(0),
      configure(
        node('org', { ...seen, ...rules({ lendMax: 4n }) }),
        under('org', 'research', { ...seen, ...rules({ borrowMax: 5n }) }),
        under('research', 'lab', { ...seen, pooling: 'parent' }),
        under('lab', 'user/ada', { ...seen, pooling: 'parent', ...rules({ borrowMax: 50n }) }),
      ),
    );
    book.must(t(0), grant('org', 100n));
    const told = (amount: bigint) =>
      book.hold(t(1), authorize('user/ada', amount)).observed?.map((one) => 'node' in one && one.node);
    expect(told(4n)).toBeUndefined();
    expect(told(1n)).toEqual(['org']);
    expect(told(2n)).toEqual(['org', 'research']);
    const { session } = only(book.must(t(2), openSession('user/ada', 9n)), 'SessionOpened');
    expect(book.hold(t(3), authorize(session, 9n)).observed).toBeUndefined();
  });

  it('tells it also where the cap stops one of two currencies alone', () => {
    const usd = currencyId('usd');
    const book = company({ research: { borrowMax: 5n } }, { observe: true });
    book.must(t(1), { ...configure(), currencies: [{ currency: usd, display: 2 }] });
    book.must(t(1), grant('org', 9n, { currency: usd }));
    const lines = [
      { currency: usd, amount: units(1n) },
      { currency: CREDIT, amount: units(30n) },
    ];
    expect(book.hold(t(2), authorize('lab', 0n, { lines })).observed).toEqual([
      { code: 'InsufficientCredits', node: 'research' },
    ]);
  });

  it('tells nothing of a cap by which a part would not have been smaller', () => {
    const observed = (borrowMax: bigint) =>
      company({ research: { borrowMax } }, { observe: true }).hold(t(1), authorize('lab', 150n, { accept: 'partial' }))
        .observed;
    expect(observed(99n)).toEqual([{ code: 'InsufficientCredits', node: 'research' }]);
    expect(observed(100n)).toBeUndefined();
  });

  it('tells nothing of a cap that is in force, above a node that is merely observed', () => {
    const book = company({ research: { borrowMax: 50n } });
    book.must(t(0), configure(under('research', 'lab', { pooling: 'parent', observe: true })));
    const part = book.hold(t(1), authorize('lab', 150n, { accept: 'partial' }));
    expect(part.amounts).toEqual([{ currency: CREDIT, amount: units(60n) }]);
    expect(part.observed).toBeUndefined();
  });

  it('lets a cap refuse nothing and keeps nothing for others; the cap is told', () => {
    const book = company({ research: { borrowMax: 5n, reserve: 40n } }, { observe: true });
    expect(book.hold(t(1), authorize('lab', 30n)).observed).toEqual([
      { code: 'InsufficientCredits', node: 'research' },
    ]);
    expect(line(book, 'research').borrowed).toBe(20n);
    expect(book.hold(t(2), authorize('sales', 80n))).not.toHaveProperty('observed');
  });
});

describe('pool rules that cannot stand', () => {
  const ROOT_LENDS =
    'org is the root: nothing is above it to keep a reserve or to borrow from; it takes lendMax alone.';

  it.each([
    ['a reserve of the root', configure(node('org', rules({ reserve: 1n }))), 'nodes.0.pools.0', ROOT_LENDS],
    ['a borrowing cap of the root', configure(node('org', rules({ borrowMax: 1n }))), 'nodes.0.pools.0', ROOT_LENDS],
    [
      'a currency that is not declared',
      configure(node('org'), under('org', 'x', { pools: [{ currency: currencyId('yen'), lendMax: units(1n) }] })),
      'nodes.1.pools.0',
      'The currency yen of the pool rules of x is not declared.',
    ],
    [
      'a currency twice',
      configure(
        under('org', 'x', {
          pools: [
            { currency: CREDIT, lendMax: units(1n) },
            { currency: CREDIT, reserve: units(1n) },
          ],
        }),
      ),
      'nodes.0.pools.1',
      'x states pool rules in credit twice; state them together.',
    ],
    [
      'a reserve where nothing is drawn from above',
      configure(under('org', 'x', { pooling: 'own', ...rules({ lendMax: 3n, reserve: 1n }) })),
      'nodes.0.pools.0',
      'x has pooling own and draws nothing from above, so that a reserve or borrowMax of it does nothing; take them away, or set its pooling to own-then-parent or parent.',
    ],
    [
      'a borrowing cap where nothing is drawn from above',
      configure(under('org', 'x', { pooling: 'own', ...rules({ borrowMax: 1n }) })),
      'nodes.0.pools.0',
      'x has pooling own and draws nothing from above, so that a reserve or borrowMax of it does nothing; take them away, or set its pooling to own-then-parent or parent.',
    ],
    [
      'a lending cap where nothing lies',
      configure(under('org', 'x', { pooling: 'parent', ...rules({ reserve: 3n, lendMax: 1n }) })),
      'nodes.0.pools.0',
      'x has pooling parent and nothing of its own to lend, so that its lendMax does nothing; state borrowMax, or set its pooling to own-then-parent.',
    ],
  ])('%s is refused, with its place', (_, command, path, message) =>
    expect(company({}).refused(t(1), command)).toEqual({ code: 'Malformed', path, message }),
  );

  it.each([
    ['own', { lendMax: 1n }],
    ['parent', { reserve: 1n, borrowMax: 1n }],
    ['own-then-parent', { reserve: 1n, borrowMax: 1n, lendMax: 1n }],
  ] as const)('all others stand, with pooling %s', (pooling, stated) =>
    expect(
      only(company({}).must(t(1), configure(under('org', 'x', { pooling, ...rules(stated) }))), 'PoolRulesSet'),
    ).toMatchObject({ node: 'x' }),
  );

  it('states nothing when they are so already', () =>
    expect(company({ research: { reserve: 30n } }).must(t(1), policy({ research: { reserve: 30n } }))).toEqual([]));
});
