import { describe, expect, it } from '@jest/globals';
import { amount, currencyId, holdId, nodeId, units, type HoldId } from '@exchequer/kernel';
import type { Line } from '../bag.js';
import type { CaptureBeyond } from '../facts.js';
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

const DATA = currencyId('data-credit');

/** Plan 6 (l-1) and purchased 20 (l-2) at the team, and a call of the team's that holds 10 of them. */
function held(policy: { team?: CaptureBeyond; org?: CaptureBeyond } = {}) {
  const book = new Book();
  const overage = [{ currency: CREDIT, amount: units(4n) }];
  const beyond = (captureBeyond: CaptureBeyond | undefined) => (captureBeyond === undefined ? {} : { captureBeyond });
  book.must(t(0), {
    ...configure(
      node('org', { ...beyond(policy.org), limits: [limit('daily', 100n, every('day'))] }),
      under('org', 'team', { overage, ...beyond(policy.team) }),
    ),
    currencies: [CREDIT, DATA].map((currency) => ({ currency, display: 0 })),
  });
  book.must(t(0), grant('team', 6n, { layer: 'plan' }));
  book.must(t(0), grant('team', 20n));
  const { hold } = book.hold(t(0), authorize('team', 10n));
  return { book, hold };
}

const captured = (book: Book, hold: HoldId, whole: bigint) =>
  only(book.must(t(1), capture(hold, whole)), 'HoldCaptured');
const share = (lot: string, whole: bigint) => ({ lot, amount: units(whole) });

describe('capturing a hold', () => {
  it('spends the shares in order and gives the rest back to their own lots', () => {
    const { book, hold } = held();
    expect(captured(book, hold, 7n)).toMatchObject({
      amounts: [{ currency: CREDIT, amount: units(7n) }],
      spent: [share('l-1', 6n), share('l-2', 1n)],
      returned: [share('l-2', 3n)],
    });
    expect(book.lot('l-2')).toMatchObject({ available: units(19n), held: 0n, spent: units(1n) });
  });

  it('spends all of it when no cost is told', () => {
    const { book, hold } = held();
    expect(only(book.must(t(1), capture(hold)), 'HoldCaptured')).toMatchObject({
      spent: [share('l-1', 6n), share('l-2', 4n)],
      returned: [],
    });
  });

  it('spends nothing when the call cost nothing', () => {
    const { book, hold } = held();
    expect(captured(book, hold, 0n)).toMatchObject({ spent: [], returned: [share('l-1', 6n), share('l-2', 4n)] });
    expect(book.limit('org', 'daily')).toMatchObject({ held: 0n, counters: [] });
  });

  it('turns what limits hold into what they have used', () => {
    const { book, hold } = held();
    expect(book.limit('org', 'daily')).toMatchObject({ held: units(10n), counters: [] });
    captured(book, hold, 7n);
    expect(book.limit('org', 'daily')).toMatchObject({ held: 0n, counters: [{ used: units(7n) }] });
  });

  it('turns what the nodes hold into what they have spent', () => {
    const { book, hold } = held();
    const activity = (id: string) => book.state.nodes.get(nodeId(id))?.activity.get(CREDIT);
    expect([activity('team'), activity('org')]).toEqual([
      { held: units(10n), spent: 0n },
      { held: units(10n), spent: 0n },
    ]);
    captured(book, hold, 7n);
    expect([activity('team'), activity('org')]).toEqual([
      { held: 0n, spent: units(7n) },
      { held: 0n, spent: units(7n) },
    ]);
  });

  it('happens once', () => {
    const { book, hold } = held();
    captured(book, hold, 7n);
    expect(book.refused(t(2), capture(hold, 7n)).code).toBe('HoldAlreadyEnded');
    expect(book.refused(t(2), { type: 'void', hold }).code).toBe('HoldAlreadyEnded');
    expect(book.refused(t(2), { type: 'extend', hold, holdForMs: 1 }).code).toBe('HoldAlreadyEnded');
  });

  it('knows only holds that were placed', () => {
    const { book } = held();
    expect(book.refused(t(1), capture(holdId('h-7-0'))).code).toBe('UnknownHold');
  });

  it('keeps where the usage came from, and when it was used as told', () => {
    const { book, hold } = held();
    const usage = { source: 'gateway', id: 'call-1' };
    const told = { hold, usage, usedAt: t(90) };
    expect(only(book.must(t(1), record('org', 7n, told)), 'HoldCaptured')).toMatchObject({
      usage,
      usedAt: t(90),
      countedAt: t(1),
    });
  });

  it('is of the node that held, whoever else the usage event names', () => {
    const { book, hold } = held();
    book.must(t(0), configure(under('org', 'aside')));
    book.must(t(1), record('aside', 7n, { hold }));
    expect(book.state.nodes.get(nodeId('aside'))?.activity.size).toBe(0);
    expect(book.state.nodes.get(nodeId('team'))?.activity.get(CREDIT)?.spent).toBe(units(7n));
  });

  it('keeps the parts by meter', () => {
    const { book, hold } = held();
    const lines = [credits(2n, 'input_tokens'), credits(3n, 'output_tokens')];
    expect(only(book.must(t(1), capture(hold, 0n, { lines })), 'HoldCaptured')).toMatchObject({
      amounts: [{ amount: units(5n) }],
      lines,
      spent: [share('l-1', 5n)],
    });
  });

  it('pays a currency that it did not hold from what is left', () => {
    const { book, hold } = held();
    book.must(t(0), grant('org', 9n, { currency: DATA }));
    const lines: readonly Line[] = [credits(10n), { currency: DATA, amount: units(2n) }];
    expect(only(book.must(t(1), capture(hold, 0n, { lines })), 'HoldCaptured')).toMatchObject({
      spent: [share('l-1', 6n), share('l-2', 4n)],
      drawn: [share('l-3', 2n)],
    });
  });

  it('refuses a currency that the account does not have', () => {
    const { book, hold } = held();
    const lines = [{ currency: currencyId('yen'), amount: units(1n) }];
    expect(book.refused(t(1), capture(hold, 0n, { lines })).code).toBe('Malformed');
    expect(book.state.holds.size).toBe(1);
  });
});

describe('a cost above its hold', () => {
  it('is drawn next in order, then owed within the overage, where nobody says otherwise', () => {
    const { book, hold } = held();
    const capturing = captured(book, hold, 28n);
    expect(capturing).toMatchObject({
      spent: [share('l-1', 6n), share('l-2', 4n)],
      drawn: [share('l-2', 16n)],
      owed: [{ node: 'team', currency: CREDIT, amount: units(2n) }],
    });
    expect([capturing.beyondOverage, capturing.uncollected]).toEqual([undefined, undefined]);
  });

  it('is drawn along the funding path of the payer', () => {
    const { book, hold } = held();
    book.must(t(0), grant('org', 5n));
    expect(captured(book, hold, 28n).drawn).toEqual([share('l-2', 16n), share('l-3', 2n)]);
  });

  it('is drawn along the path as it stands by then: a node that was closed off from above is not helped from there', () => {
    const { book, hold } = held();
    book.must(t(0), grant('org', 5n));
    const overage = [{ currency: CREDIT, amount: units(4n) }];
    book.must(t(0), configure(under('org', 'team', { pooling: 'own', overage })));
    expect(captured(book, hold, 28n)).toMatchObject({
      drawn: [share('l-2', 16n)],
      owed: [{ node: 'team', amount: units(2n) }],
    });
  });

  it('is owed at once under the policy overage, whatever is left in funds', () => {
    const { book, hold } = held({ team: 'overage' });
    const capturing = captured(book, hold, 13n);
    expect(capturing.drawn).toBeUndefined();
    expect(capturing.owed).toEqual([{ node: 'team', currency: CREDIT, amount: units(3n) }]);
  });

  it('is flagged beyond the overage under the policy overage too', () => {
    const { book, hold } = held({ team: 'overage' });
    expect(captured(book, hold, 16n)).toMatchObject({
      owed: [{ node: 'team', amount: units(6n) }],
      beyondOverage: [{ currency: CREDIT, amount: units(2n) }],
    });
  });

  it('is written off under the policy cap, and counts nowhere', () => {
    const { book, hold } = held({ team: 'cap' });
    expect(captured(book, hold, 13n)).toMatchObject({
      amounts: [{ amount: units(13n) }],
      uncollected: [{ currency: CREDIT, amount: units(3n) }],
    });
    expect(book.limit('org', 'daily').counters).toMatchObject([{ used: units(10n) }]);
    expect(book.state.nodes.get(nodeId('org'))?.activity.get(CREDIT)?.spent).toBe(units(10n));
  });

  it('is not spoken of where there is none', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { captureBeyond: 'cap' })));
    book.must(t(0), grant('org', 10n));
    const { hold } = book.hold(t(1), authorize('org', 5n));
    expect(only(book.must(t(2), capture(hold, 5n)), 'HoldCaptured')).not.toHaveProperty('uncollected');
  });

  it('follows the nearest node that says what happens', () => {
    const uncollected = (policy: { team?: CaptureBeyond; org?: CaptureBeyond }) => {
      const { book, hold } = held(policy);
      return captured(book, hold, 13n).uncollected !== undefined;
    };
    expect([uncollected({ org: 'cap' }), uncollected({ org: 'cap', team: 'draw' }), uncollected({})]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('counts against limits, which show the overrun', () => {
    const { book, hold } = held();
    book.must(t(0), configure(node('org', { limits: [limit('daily', 10n, every('day'))] })));
    captured(book, hold, 13n);
    expect(book.limit('org', 'daily').counters).toMatchObject([{ used: units(13n) }]);
  });

  it('counts by meter in proportion where a part was written off', () => {
    const { book, hold } = held({ team: 'cap' });
    const scope = { meters: ['output_tokens'] };
    book.must(t(0), configure(node('org', { limits: [limit('daily', 100n, every('day'), { scope })] })));
    const lines = [
      { meter: 'input_tokens', currency: CREDIT, amount: units(5n) },
      { meter: 'output_tokens', currency: CREDIT, amount: units(10n) },
      { meter: 'rows', currency: DATA, amount: units(0n) },
    ];
    book.must(t(1), capture(hold, 0n, { lines }));
    expect(book.limit('org', 'daily').counters).toMatchObject([{ used: 6_666_666_666n }]);
  });

  it('leaves another currency of the same cost whole', () => {
    const { book, hold } = held({ team: 'cap' });
    const limits = [limit('data', 100n, every('day'), { currency: DATA, scope: { meters: ['rows'] } })];
    book.must(t(0), configure(node('org', { limits, captureBeyond: 'cap' })));
    book.must(t(0), grant('team', 9n, { currency: DATA }));
    const rows = { meter: 'rows', currency: DATA, amount: units(3n) };
    const both = book.hold(t(1), authorize('team', 0n, { lines: [credits(1n, 'tokens'), rows] })).hold;
    book.must(t(2), capture(both, 0n, { lines: [credits(2n, 'tokens'), rows] }));
    expect(book.limit('org', 'data').counters).toMatchObject([{ used: units(3n) }]);
    book.must(t(3), { type: 'void', hold });
  });

  it('splits between currencies: what one did not use does not pay for the other', () => {
    const book = new Book();
    book.must(t(0), {
      ...configure(node('org')),
      currencies: [CREDIT, DATA].map((currency) => ({ currency, display: 0 })),
    });
    book.must(t(0), grant('org', 5n));
    book.must(t(0), grant('org', 5n, { currency: DATA }));
    const data = (whole: bigint): Line => ({ currency: DATA, amount: units(whole) });
    const { hold } = book.hold(t(0), authorize('org', 0n, { lines: [credits(5n), data(5n)] }));
    const capturing = only(book.must(t(1), capture(hold, 0n, { lines: [credits(2n), data(6n)] })), 'HoldCaptured');
    expect(capturing).toMatchObject({
      spent: [share('l-1', 2n), share('l-2', 5n)],
      returned: [share('l-1', 3n)],
      owed: [{ node: 'org', currency: DATA, amount: units(1n) }],
      beyondOverage: [{ currency: DATA, amount: units(1n) }],
    });
  });
});

describe('a capture after a lot of its hold has expired', () => {
  it('takes in order, and breaks only what would go back to that lot', () => {
    const book = new Book();
    book.must(t(0), configure(node('org')));
    book.must(t(0), grant('org', 4n, { layer: 'plan', expiresAt: t(30) }));
    book.must(t(0), grant('org', 6n));
    const { hold } = book.hold(t(0), authorize('org', 9n));
    const capturing = only(book.must(t(40), capture(hold, 3n)), 'HoldCaptured');
    expect(capturing).toMatchObject({
      spent: [share('l-1', 3n)],
      returned: [share('l-2', 5n)],
      broken: [share('l-1', 1n)],
    });
    expect(book.lot('l-1')).toMatchObject({ available: 0n, held: 0n, spent: units(3n), forfeited: units(1n) });
  });
});

describe('amounts at the edge of what a message can state', () => {
  it('are held and captured to the last nano-unit', () => {
    const most = amount(2n ** 63n - 1n);
    const book = new Book();
    book.must(t(0), configure(node('org', { limits: [{ ...limit('ever', 0n, { kind: 'lifetime' }), amount: most }] })));
    book.must(t(0), { ...grant('org', 0n), amount: most });
    book.must(t(0), { ...grant('org', 0n), amount: most });
    const { hold } = book.hold(t(0), authorize('org', 0n, { lines: [{ currency: CREDIT, amount: most }] }));
    book.must(t(1), capture(hold));
    expect(book.lot('l-1').spent).toBe(most);
    expect(book.refused(t(2), authorize('org', 0n, { lines: [{ currency: CREDIT, amount: amount(1n) }] })).code).toBe(
      'LimitReached',
    );
  });

  it('add up beyond it over the lots of a node', () => {
    const most = amount(2n ** 63n - 1n);
    const book = new Book();
    book.must(t(0), configure(node('org')));
    for (let count = 0; count < 3; count += 1) book.must(t(0), { ...grant('org', 0n), amount: most });
    const three = [1, 2, 3].map(() => ({ currency: CREDIT, amount: most }));
    expect(book.hold(t(0), authorize('org', 0n, { lines: three })).amounts).toEqual([
      { currency: CREDIT, amount: 3n * most },
    ]);
  });
});
