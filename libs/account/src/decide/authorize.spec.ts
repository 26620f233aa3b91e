import { describe, expect, it } from '@jest/globals';
import { amount, currencyId, nodeId, units } from '@exchequer/kernel';
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
  limit,
  node,
  t,
  under,
} from '../spec/book.js';

/** Team and project with a lot each, and users without. */
function company(): Book {
  const book = new Book();
  book.must(
    t(0),
    configure(
      node('org'),
      under('org', 'team'),
      under('team', 'project'),
      under('team', 'user/ada', { limits: [limit('daily', 8n, every('day'))] }),
      under('team', 'user/bob', { limits: [limit('daily', 8n, every('day'))] }),
    ),
  );
  book.must(t(0), grant('team', 100n));
  book.must(t(0), grant('project', 10n));
  return book;
}

const asking = (payer: string, amount: bigint, ...nodes: readonly string[]) =>
  authorize(payer, amount, { nodes: nodes.map(nodeId) });

describe('a call in two currencies', () => {
  const USD = currencyId('usd');
  const asked = (credit: bigint, usd: bigint) =>
    authorize('team', 0n, {
      lines: [
        { currency: CREDIT, amount: units(credit) },
        { currency: USD, amount: units(usd) },
      ],
    });

  it('of both of which there is too little is told the one of which less can be had', () => {
    const book = company();
    book.must(t(0), { ...configure(), currencies: [{ currency: USD, display: 2 }] });
    book.must(t(0), grant('team', 10n, { currency: USD }));
    const told = (credit: bigint, usd: bigint) => book.refused(t(1), asked(credit, usd)).binding?.currency;
    expect([told(200n, 40n), told(400n, 20n), told(200n, 5n), told(50n, 11n)]).toEqual([USD, CREDIT, CREDIT, USD]);
  });
});

describe('authorizing a call', () => {
  it('sets credits aside: held, no longer available, not spent', () => {
    const book = company();
    book.hold(t(1), asking('project', 4n));
    expect(book.lot('l-2')).toMatchObject({ available: units(6n), held: units(4n), spent: 0n });
  });

  it('takes from the nearest node first and says what came from where', () => {
    const placed = company().hold(t(1), asking('project', 12n));
    expect(placed.shares).toEqual([
      { lot: 'l-2', amount: units(10n) },
      { lot: 'l-1', amount: units(2n) },
    ]);
  });

  it('holds until its expiry, counted from the decision', () =>
    expect(company().hold(t(1), authorize('project', 1n, { holdForMs: t(30) })).expiresAt).toBe(t(31)));

  it('numbers the holds of an account', () => {
    const book = company();
    const ids = [1, 2, 3].map((second) => book.hold(t(second), asking('project', 1n)).hold);
    expect(ids).toEqual(['h-1-rs', 'h-2-1jk', 'h-3-2bc']);
  });

  it('keeps what was told of the call', () => {
    const particulars = { model: 'gpt-4o-mini', tags: { env: 'prod' } };
    const placed = company().hold(t(1), authorize('project', 1n, { particulars }));
    expect(placed.particulars).toEqual(particulars);
  });

  it('keeps the parts of a cost where they name meters, and only there', () => {
    const book = company();
    const lines = [credits(1n, 'input_tokens'), credits(2n, 'output_tokens')];
    expect(book.hold(t(1), authorize('project', 0n, { lines }))).toMatchObject({
      amounts: [{ currency: CREDIT, amount: units(3n) }],
      lines,
    });
    expect(book.hold(t(1), asking('project', 3n)).lines).toBeUndefined();
  });

  it('allows what exactly fits the funds, and refuses a nano-unit more', () => {
    const book = company();
    const oneMore = [{ currency: CREDIT, amount: amount(units(110n) + 1n) }];
    expect(book.refused(t(1), authorize('project', 0n, { lines: oneMore })).code).toBe('InsufficientCredits');
    expect(isRefusal(book.do(t(1), asking('project', 110n)))).toBe(false);
  });

  it('allows what exactly fits a limit, and refuses a nano-unit more', () => {
    const book = company();
    const oneMore = [{ currency: CREDIT, amount: amount(units(8n) + 1n) }];
    expect(book.refused(t(1), authorize('user/ada', 0n, { lines: oneMore })).code).toBe('LimitReached');
    expect(isRefusal(book.do(t(1), asking('user/ada', 8n)))).toBe(false);
  });

  it('counts what other calls hold against the limit', () => {
    const book = company();
    book.hold(t(1), asking('user/ada', 5n));
    expect(book.refused(t(2), asking('user/ada', 4n)).binding?.remaining).toBe(units(3n));
  });

  it('counts what was spent against the limit', () => {
    const book = company();
    book.must(t(1), capture(book.hold(t(1), asking('user/ada', 5n)).hold, 2n));
    expect(book.refused(t(2), asking('user/ada', 7n)).binding?.remaining).toBe(units(6n));
  });

  it('finds the limit with nothing left when more was spent than it allows', () => {
    const book = company();
    book.must(t(1), capture(book.hold(t(1), asking('user/ada', 5n)).hold, 20n));
    expect(book.refused(t(2), asking('user/ada', 1n))).toMatchObject({ binding: { remaining: 0n } });
  });

  it('allows a call that costs nothing where nothing is left', () => {
    const book = company();
    book.must(t(1), capture(book.hold(t(1), asking('user/ada', 5n)).hold, 200n));
    const placed = book.hold(t(2), asking('user/ada', 0n));
    expect(placed).toMatchObject({ amounts: [{ amount: 0n }], shares: [] });
    expect(placed.tightest).toBeUndefined();
  });

  it('lets the default project pay for a call that names no payer', () => {
    const book = company();
    book.must(t(0), grant('org', 3n));
    const placed = book.hold(t(1), {
      type: 'authorize',
      nodes: [],
      lines: [credits(1n)],
      accept: 'full',
      holdForMs: 1,
    });
    expect(placed).toMatchObject({ payer: 'project/default', shares: [{ lot: 'l-3', amount: units(1n) }] });
  });
});

describe('a call that belongs to several nodes', () => {
  it('is checked against the limits of each of them and of all above them', () => {
    const book = company();
    book.must(t(1), configure(node('org', { limits: [limit('monthly', 6n, every('month'))] })));
    expect(book.refused(t(2), asking('project', 7n, 'user/ada')).binding?.node).toBe('org');
    expect(book.refused(t(2), asking('project', 9n, 'user/bob', 'user/ada')).binding?.node).toBe('org');
    book.must(t(3), configure(node('org')));
    expect(book.refused(t(4), asking('project', 9n, 'user/ada')).binding?.node).toBe('user/ada');
  });

  it('counts once at a node that lies on several of its paths, or that is named twice', () => {
    const book = company();
    book.must(t(1), configure(under('org', 'team', { limits: [limit('daily', 8n, every('day'))] })));
    book.hold(t(2), asking('project', 8n, 'user/ada', 'user/bob', 'user/ada', 'project'));
    expect(['team', 'user/ada', 'user/bob'].map((id) => book.limit(id, 'daily').held)).toEqual([8n, 8n, 8n].map(units));
  });

  it('is paid along the path of its payer alone', () => {
    const book = company();
    book.must(t(1), configure(under('org', 'aside', { pooling: 'own' })));
    expect(book.refused(t(2), asking('aside', 1n, 'project')).code).toBe('InsufficientCredits');
  });

  it('names the same limit whichever way round its nodes are named', () => {
    const book = company();
    const binding = (...nodes: string[]) => book.refused(t(1), asking('project', 9n, ...nodes)).binding?.node;
    expect([binding('user/ada', 'user/bob'), binding('user/bob', 'user/ada')]).toEqual(['user/ada', 'user/ada']);
  });

  it('names the same tightest limit whichever way round its nodes are named', () => {
    const tightest = (...nodes: string[]) => company().hold(t(1), asking('project', 1n, ...nodes)).tightest?.node;
    expect([tightest('user/ada', 'user/bob'), tightest('user/bob', 'user/ada')]).toEqual(['user/ada', 'user/ada']);
  });
});

describe('the limit that is named', () => {
  const twoLimits = (ofTeam: bigint, ofAda: bigint): Book => {
    const book = company();
    book.must(
      t(1),
      configure(
        under('org', 'team', { limits: [limit('weekly', ofTeam, every('week'))] }),
        under('team', 'user/ada', { limits: [limit('daily', ofAda, every('day'))] }),
      ),
    );
    return book;
  };

  it('is the one that lets least pass, at the root or further down', () => {
    expect(twoLimits(6n, 4n).refused(t(2), asking('user/ada', 7n)).binding).toMatchObject({ node: 'user/ada' });
    expect(twoLimits(4n, 6n).refused(t(2), asking('user/ada', 7n)).binding).toMatchObject({ node: 'team' });
  });

  it('is the one nearer to the root where both let the same pass', () =>
    expect(twoLimits(5n, 5n).refused(t(2), asking('user/ada', 7n)).binding).toMatchObject({ node: 'team' }));

  it('is the one nearer to the root however the nodes are called', () => {
    const book = company();
    const five = (id: string, parent: string) => under(parent, id, { limits: [limit('daily', 5n, every('day'))] });
    book.must(t(1), configure(five('project', 'team'), five('agent', 'project')));
    expect(book.refused(t(2), asking('agent', 7n)).binding).toMatchObject({ node: 'project' });
  });

  it('is named even when the funds are short as well', () => {
    const refusal = company().refused(t(1), asking('user/ada', 1_000n));
    expect(refusal).toMatchObject({ code: 'LimitReached', wouldPass: [{ amount: units(8n) }] });
  });

  it('comes with less that would pass the funds too', () => {
    const book = company();
    book.hold(t(1), asking('project', 107n));
    const refusal = book.refused(t(2), asking('user/ada', 9n));
    expect(refusal).toMatchObject({
      code: 'LimitReached',
      binding: { remaining: units(8n) },
      wouldPass: [{ amount: units(3n) }],
    });
    expect(isRefusal(book.do(t(3), authorize('user/ada', 0n, { lines: refusal.wouldPass! })))).toBe(false);
  });

  it('offers nothing when nothing would pass', () => {
    const book = company();
    book.hold(t(1), asking('user/ada', 8n));
    expect(book.refused(t(2), asking('user/ada', 1n)).wouldPass).toBeUndefined();
  });

  it('is, for a call that passes, the one that is left with the least', () => {
    expect(twoLimits(9n, 8n).hold(t(2), asking('user/ada', 5n)).tightest).toEqual({
      node: 'user/ada',
      limit: 'daily',
      currency: CREDIT,
      remaining: units(3n),
      resetsAt: t(24 * 3_600),
    });
    expect(twoLimits(7n, 8n).hold(t(2), asking('user/ada', 5n)).tightest).toMatchObject({ node: 'team' });
  });
});

describe('a request that takes a part', () => {
  const part = (payer: string, amount: bigint) => authorize(payer, amount, { accept: 'partial' });

  it('is granted whole when all of it fits', () => {
    const placed = company().hold(t(1), part('user/ada', 8n));
    expect(placed.amounts).toEqual([{ currency: CREDIT, amount: units(8n) }]);
    expect([placed.asked, placed.binding]).toEqual([undefined, undefined]);
  });

  it('is granted what the funds have when they bind', () => {
    const placed = company().hold(t(1), part('project', 200n));
    expect(placed).toMatchObject({
      amounts: [{ amount: units(110n) }],
      asked: [{ amount: units(200n) }],
      binding: { node: 'project', currency: CREDIT, remaining: units(110n) },
    });
    expect(placed.binding?.limit).toBeUndefined();
  });

  it('is granted the least that limits and funds leave', () => {
    const book = company();
    book.hold(t(1), asking('project', 107n));
    expect(book.hold(t(2), part('user/ada', 20n))).toMatchObject({
      amounts: [{ amount: units(3n) }],
      binding: { node: 'user/ada', currency: CREDIT, remaining: units(3n) },
    });
  });

  it('is refused when nothing is left', () => {
    const book = company();
    book.hold(t(1), asking('user/ada', 8n));
    expect(book.refused(t(2), part('user/ada', 1n)).code).toBe('LimitReached');
    book.hold(t(3), asking('project', 102n));
    expect(book.refused(t(4), part('project', 1n)).code).toBe('InsufficientCredits');
  });

  it('shrinks every meter by one ratio, rounded down', () => {
    const book = company();
    const lines = [
      { meter: 'input_tokens', currency: CREDIT, amount: amount(units(8n) - 1n) },
      { meter: 'output_tokens', currency: CREDIT, amount: units(8n) },
    ];
    const placed = book.hold(t(1), authorize('user/ada', 0n, { lines, accept: 'partial' }));
    expect(placed.lines?.map((line) => line.amount)).toEqual([3_999_999_999n, 4_000_000_000n]);
    expect(placed.amounts).toEqual([{ currency: CREDIT, amount: 7_999_999_999n }]);
    expect(placed.askedLines).toEqual(lines);
  });

  it('shrinks every currency by the ratio of the one that is shortest', () => {
    const DATA = currencyId('data-credit');
    const book = new Book();
    book.must(t(0), {
      ...configure(node('org')),
      currencies: [CREDIT, DATA].map((currency) => ({ currency, display: 0 })),
    });
    book.must(t(0), grant('org', 10n));
    book.must(t(0), grant('org', 3n, { currency: DATA }));
    const lines = [credits(8n), { currency: DATA, amount: units(4n) }];
    expect(book.hold(t(1), authorize('org', 0n, { lines, accept: 'partial' })).amounts).toEqual([
      { currency: CREDIT, amount: units(6n) },
      { currency: DATA, amount: units(3n) },
    ]);
  });
});
