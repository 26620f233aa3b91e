import { describe, expect, it } from '@jest/globals';
import { currencyId, limitName, nodeId, units, UNLIMITED } from '@exchequer/kernel';
import type { NodePolicy, OverridePolicy } from '../commands.js';
import { nextDueAt } from '../decide/due.js';
import { limitLines } from '../report/limit-lines.js';
import { authorize, Book, capture, configure, CREDIT, every, grant, limit, node, t, under } from '../spec/book.js';

const weekly = (most: bigint) => limit('weekly', most, every('week'));
const ROLES = [{ name: 'power', limits: [weekly(100n)] }];

/** 200 a week until t = 60. */
const MORE: OverridePolicy = { limit: limitName('weekly'), currency: CREDIT, amount: units(200n), until: t(60) };

function company(ada: Partial<NodePolicy>): Book {
  const book = new Book();
  book.must(t(0), { ...configure(node('org'), under('org', 'user/ada', ada)), roles: ROLES });
  book.must(t(0), grant('org', 1_000n));
  return book;
}

const lines = (book: Book, of = 'user/ada') =>
  limitLines(book.state.nodes.get(nodeId(of))?.limits ?? [], { at: book.state.now, calendar: book.calendar });

const PERSONAL = { limits: [weekly(70n)] };

describe('an override', () => {
  it('takes the place of the personal limit until its end, and keeps the count', () => {
    const book = company({ ...PERSONAL, overrides: [MORE] });
    book.must(t(1), capture(book.hold(t(1), authorize('user/ada', 150n)).hold));
    expect(lines(book)).toMatchObject([{ amount: units(200n), rule: 'override', remaining: units(50n) }]);
    expect(nextDueAt(book.state)).toBe(t(60));
    expect(book.advance(t(60) - 1)).toEqual([]);
    expect(book.advance(t(60))).toEqual([
      { type: 'OverrideEnded', node: 'user/ada', limit: 'weekly', at: t(60) },
      { type: 'LimitAmountChanged', node: 'user/ada', limit: 'weekly', amount: units(70n) },
    ]);
    expect(lines(book)).toMatchObject([{ amount: units(70n), rule: 'personal', used: units(150n), remaining: 0n }]);
  });

  it('is gone at the instant of its end itself', () => {
    const book = company({ ...PERSONAL, overrides: [MORE] });
    expect(book.refused(t(60), authorize('user/ada', 71n)).binding).toMatchObject({ remaining: units(70n) });
  });

  it('ends between the holds and the lots of the same instant', () => {
    const book = company({ ...PERSONAL, overrides: [MORE] });
    book.must(t(0), grant('org', 1n, { expiresAt: t(60) }));
    book.hold(t(0), authorize('user/ada', 5n, { holdForMs: t(60) }));
    expect(book.advance(t(60)).map(({ type }) => type)).toEqual([
      'HoldExpired',
      'OverrideEnded',
      'LimitAmountChanged',
      'LotExpired',
    ]);
  });

  it('comes before a role and falls back to it', () => {
    const book = company({ roles: ['power'], overrides: [MORE] });
    expect(lines(book)).toMatchObject([{ amount: units(200n), rule: 'override' }]);
    book.advance(t(60));
    expect(lines(book)).toMatchObject([{ amount: units(100n), rule: 'role/power' }]);
  });

  it('is compared like the personal limit that it replaces', () => {
    const less = { ...MORE, amount: units(10n) };
    const ada = { ...PERSONAL, roles: ['power'], overrides: [less] };
    expect(lines(company({ ...ada, precedence: 'most-permissive' }))).toMatchObject([{ rule: 'role/power' }]);
    expect(lines(company({ ...ada, precedence: 'most-restrictive' }))).toMatchObject([{ rule: 'override' }]);
  });

  it('is in force alone: the personal limit is not compared beside it', () => {
    const less = { ...PERSONAL, overrides: [{ ...MORE, amount: units(10n) }] };
    expect(lines(company({ ...less, precedence: 'most-permissive' }))).toMatchObject([{ amount: units(10n) }]);
    const more = { ...PERSONAL, overrides: [MORE] };
    expect(lines(company({ ...more, precedence: 'most-restrictive' }))).toMatchObject([{ amount: units(200n) }]);
  });

  it('that ends at the instant of its policy is over already', () => {
    const book = company(PERSONAL);
    const ada = { ...PERSONAL, overrides: [{ ...MORE, until: t(5) }] };
    expect(book.must(t(5), configure(under('org', 'user/ada', ada)))).toEqual([]);
  });

  it('may lift a limit for a time', () =>
    expect(lines(company({ ...PERSONAL, overrides: [{ ...MORE, amount: UNLIMITED }] }))).toMatchObject([
      { amount: UNLIMITED, remaining: UNLIMITED, rule: 'override' },
    ]));

  it('is changed by stating it otherwise, and withdrawn by not stating it', () => {
    const book = company({ ...PERSONAL, overrides: [MORE] });
    const until = { ...MORE, until: t(90) };
    const changed = book.must(t(1), configure(under('org', 'user/ada', { ...PERSONAL, overrides: [until] })));
    expect(changed).toMatchObject([{ type: 'LimitOverridden', until: t(90) }]);
    expect(book.advance(t(60))).toEqual([]);
    expect(book.must(t(61), configure(under('org', 'user/ada', PERSONAL)))).toEqual([
      { type: 'OverrideEnded', node: 'user/ada', limit: 'weekly', at: t(61) },
      { type: 'LimitAmountChanged', node: 'user/ada', limit: 'weekly', amount: units(70n) },
    ]);
    expect(nextDueAt(book.state)).toBeUndefined();
  });

  it('changes nothing when its policy is applied again, before its end and after', () => {
    const ada = { ...PERSONAL, overrides: [MORE] };
    const book = company(ada);
    expect(book.must(t(1), configure(under('org', 'user/ada', ada)))).toEqual([]);
    expect(book.must(t(61), configure(under('org', 'user/ada', ada)))).toEqual([]);
    expect(lines(book)).toMatchObject([{ rule: 'personal' }]);
  });

  it('outlives a change of the role below it', () => {
    const book = company({ roles: ['power'], overrides: [MORE] });
    book.must(t(1), { ...configure(), roles: [{ name: 'power', limits: [weekly(90n)] }] });
    expect(lines(book)).toMatchObject([{ amount: units(200n), rule: 'override' }]);
    book.advance(t(60));
    expect(lines(book)).toMatchObject([{ amount: units(90n), rule: 'role/power' }]);
  });

  it('of an archived node ends without a word of its limits', () => {
    const book = company({ ...PERSONAL, overrides: [MORE] });
    book.must(t(1), { ...configure(), archive: [nodeId('user/ada')] });
    expect(book.advance(t(60)).map(({ type }) => type)).toEqual(['OverrideEnded']);
  });

  it.each([
    ['of a limit that is not there', { ...MORE, limit: limitName('daily') }, 'has no limit daily'],
    ['in another currency', { ...MORE, currency: currencyId('usd') }, 'is in credit, not in usd'],
  ])('%s is refused', (_what, override, message) =>
    expect(
      company(PERSONAL).refused(t(1), configure(under('org', 'user/ada', { ...PERSONAL, overrides: [override] }))),
    ).toMatchObject({
      code: 'Malformed',
      message: expect.stringContaining(message),
      path: 'nodes.0.overrides.0',
    }),
  );

  it('is stated once for each limit', () =>
    expect(
      company(PERSONAL).refused(t(1), configure(under('org', 'user/ada', { ...PERSONAL, overrides: [MORE, MORE] }))),
    ).toEqual({
      code: 'Malformed',
      message: 'user/ada overrides the limit weekly twice.',
      path: 'nodes.0.overrides.1',
    }));

  it('stands beside that of another limit', () => {
    const limits = [weekly(70n), limit('daily', 9n, every('day'))];
    const daily = { ...MORE, limit: limitName('daily'), amount: units(20n) };
    const book = company({ limits, overrides: [MORE, daily] });
    expect(lines(book)).toMatchObject([{ amount: units(20n) }, { amount: units(200n) }]);
  });

  it('follows its limit into another currency', () => {
    const usd = currencyId('usd');
    const currencies = [...configure().currencies, { currency: usd, display: 2 }];
    const book = company({ ...PERSONAL, overrides: [MORE] });
    const inUsd = { limits: [{ ...weekly(70n), currency: usd }], overrides: [{ ...MORE, currency: usd }] };
    book.must(t(1), { ...configure(under('org', 'user/ada', inUsd)), currencies });
    expect(lines(book)).toMatchObject([{ currency: 'usd', amount: units(200n), rule: 'override' }]);
    book.must(t(2), configure());
    expect(book.state.nodes.get(nodeId('user/ada'))?.rules?.overrides.get(limitName('weekly'))).toMatchObject({
      currency: 'usd',
    });
  });

  it('of the root ends on the limit of the tier that the account is in, and that of others on theirs', () => {
    const tiers = [{ name: 'free', limits: [weekly(30n)] }];
    const book = new Book();
    const nodes = [
      node('org', { overrides: [MORE] }),
      under('org', 'user/ada', { roles: ['power'], overrides: [MORE] }),
    ];
    book.must(t(0), { ...configure(...nodes), roles: [{ name: 'power', limits: [weekly(100n)] }], tiers });
    book.advance(t(60));
    expect(lines(book, 'org')).toMatchObject([{ amount: units(30n), rule: 'tier/free' }]);
    expect(lines(book)).toMatchObject([{ amount: units(100n), rule: 'role/power' }]);
  });

  it('of a node without another limit ends without one, whatever tier the account is in', () => {
    const tiers = [{ name: 'free', limits: [limit('monthly', 30n, every('month'))] }];
    const book = company({ roles: ['power'], overrides: [MORE] });
    book.must(t(1), { ...configure(), tiers });
    book.advance(t(60));
    expect(lines(book)).toMatchObject([{ limit: 'weekly', rule: 'role/power' }]);
  });
});
