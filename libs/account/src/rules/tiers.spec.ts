import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, nodeId, units } from '@exchequer/kernel';
import type { TierPolicy } from '../commands.js';
import { nextDueAt } from '../decide/due.js';
import { limitLines } from '../report/limit-lines.js';
import { authorize, Book, capture, configure, CREDIT, every, grant, limit, node, t, under } from '../spec/book.js';

const USD = currencyId('usd');
const monthly = (most: bigint) => limit('monthly', most, every('month'));
const usd = (whole: bigint) => ({ currency: USD, amount: units(whole) });

/** Free at once; silver for 50 dollars; gold for 100 dollars and seven days. */
const LADDER: readonly TierPolicy[] = [
  { name: 'free', limits: [monthly(10n)] },
  { name: 'silver', paid: usd(50n), limits: [monthly(100n)] },
  { name: 'gold', paid: usd(100n), ageMs: 7 * DAY_MS, limits: [monthly(1_000n)] },
];

function company(tiers = LADDER, org: Parameters<typeof node>[1] = {}): Book {
  const book = new Book();
  book.must(t(0), { ...configure(node('org', org)), tiers });
  return book;
}

const pay = (whole: bigint) => grant('org', whole, { paid: usd(whole) });

const inForce = (book: Book) =>
  limitLines(book.state.nodes.get(nodeId('org'))?.limits ?? [], { at: book.state.now, calendar: book.calendar }).map(
    ({ amount, rule, used }) => [amount / units(1n), rule, used / units(1n)],
  );

const typesOf = (facts: readonly { readonly type: string }[]) => facts.map(({ type }) => type);

describe('an account with tiers', () => {
  it('begins in the one that asks for nothing, and its root has the limits of that', () => {
    const book = company();
    expect(book.state.tier.reached).toBe('free');
    expect(inForce(book)).toEqual([[10n, 'tier/free', 0n]]);
  });

  it('comes to the next with the grant that pays for it, and keeps what it has used', () => {
    const book = company();
    book.must(t(1), pay(49n));
    book.must(t(1), capture(book.hold(t(1), authorize('org', 4n)).hold));
    const facts = book.must(t(2), pay(1n));
    expect(facts).toMatchObject([
      { type: 'CreditsGranted' },
      { type: 'TierAdvanced', tier: 'silver', at: t(2) },
      { type: 'LimitAmountChanged', node: 'org', amount: units(100n), rule: 'tier/silver' },
    ]);
    expect(inForce(book)).toEqual([[100n, 'tier/silver', 4n]]);
  });

  it('comes to a tier of age by itself, at its instant, once it is paid', () => {
    const book = company();
    expect(nextDueAt(book.state)).toBeUndefined();
    book.must(t(1), pay(100n));
    expect(book.state.tier.reached).toBe('silver');
    expect(nextDueAt(book.state)).toBe(7 * DAY_MS);
    expect(book.advance(7 * DAY_MS - 1)).toEqual([]);
    expect(book.due(7 * DAY_MS)?.id).toBe('due/tier-3');
    expect(book.advance(7 * DAY_MS)).toMatchObject([
      { type: 'TierAdvanced', tier: 'gold', at: 7 * DAY_MS },
      { type: 'LimitAmountChanged', amount: units(1_000n), rule: 'tier/gold' },
    ]);
    expect(nextDueAt(book.state)).toBeUndefined();
  });

  it('skips a tier when it has earned the one above', () => {
    const book = company();
    const facts = book.must(8 * DAY_MS, pay(100n));
    expect(facts).toMatchObject([{}, { type: 'TierAdvanced', tier: 'gold' }, {}]);
  });

  it('counts what was paid in the currency of the tier, and nothing that was given', () => {
    const book = company();
    book.must(t(1), grant('org', 500n));
    book.must(t(1), grant('org', 500n, { paid: { currency: CREDIT, amount: units(500n) } }));
    expect(book.state.tier.reached).toBe('free');
  });

  it('does not fall, whatever happens to the table', () => {
    const book = company();
    book.must(t(1), pay(60n));
    const dearer = LADDER.map((tier) => (tier.name === 'silver' ? { ...tier, paid: usd(80n) } : tier));
    expect(typesOf(book.must(t(2), { ...configure(), tiers: dearer }))).toEqual(['TiersSet']);
    expect(inForce(book)).toEqual([[100n, 'tier/silver', 0n]]);
    expect(book.refused(t(3), { ...configure(), tiers: LADDER.slice(0, 1) })).toMatchObject({
      code: 'Malformed',
      message: 'The account is in the tier silver; keep it, or state no tiers at all.',
      path: 'tiers',
    });
    expect(inForce(book)).toEqual([[100n, 'tier/silver', 0n]]);
  });

  it('rises when the table asks for less', () => {
    const book = company();
    book.must(t(1), pay(60n));
    const cheaper = LADDER.map((tier) => (tier.name === 'gold' ? { ...tier, paid: usd(60n), ageMs: 0 } : tier));
    expect(typesOf(book.must(t(2), { ...configure(), tiers: cheaper }))).toEqual([
      'TiersSet',
      'TierAdvanced',
      'LimitAmountChanged',
    ]);
  });

  it('loses its limits with the whole table only', () => {
    const book = company();
    const facts = book.must(t(1), { ...configure(), tiers: [] });
    expect(typesOf(facts)).toEqual(['RuleSetRemoved', 'RuleSetRemoved', 'RuleSetRemoved', 'TiersSet', 'LimitRemoved']);
    expect(book.state.tier.reached).toBeUndefined();
  });

  it('has its own statement before its tier, and its tier before the default of its kind', () => {
    expect(inForce(company(LADDER, { limits: [monthly(7n)] }))).toEqual([[7n, 'personal', 0n]]);
    const book = company();
    book.must(t(1), { ...configure(), defaults: [{ name: 'organization', limits: [monthly(1n)] }] });
    expect(inForce(book)).toEqual([[10n, 'tier/free', 0n]]);
  });

  it('follows a changed limit of its tier, and no other', () => {
    const book = company();
    const other = (name: string) =>
      LADDER.map((tier) => (tier.name === name ? { ...tier, limits: [monthly(11n)] } : tier));
    expect(typesOf(book.must(t(1), { ...configure(), tiers: other('gold') }))).toEqual(['RuleSetDefined']);
    expect(typesOf(book.must(t(2), { ...configure(), tiers: other('free') }))).toContain('LimitAmountChanged');
  });

  it('is not changed by a policy that is applied again, nor by one without tiers', () => {
    const book = company();
    expect(book.must(t(1), { ...configure(node('org')), tiers: LADDER })).toEqual([]);
    expect(book.must(t(1), configure(node('org')))).toEqual([]);
  });

  it('comes at once to a tier whose age it has, counted from its own opening', () => {
    const book = new Book();
    book.must(20 * DAY_MS, configure(node('org')));
    const aged = (days: number) => ({ ...configure(), tiers: [{ name: 'old', ageMs: days * DAY_MS, limits: [] }] });
    book.must(26 * DAY_MS, aged(7));
    expect(book.state.tier.reached).toBeUndefined();
    book.must(26 * DAY_MS, aged(6));
    expect(book.state.tier.reached).toBe('old');
  });

  it('lets other nodes state what its tiers could not be compared with: tiers are of the root', () => {
    const book = company();
    const daily = { limits: [limit('monthly', 3n, every('day'))], precedence: 'most-restrictive' as const };
    book.must(t(1), configure(under('org', 'user/ada', daily)));
    expect(book.limit('user/ada', 'monthly').amount).toBe(units(3n));
  });

  it('may ask for as much money as below and more age, and for money where nothing was to be paid', () => {
    const ladder = [
      { name: 'a', paid: usd(0n), limits: [] },
      { name: 'b', limits: [] },
      { name: 'c', paid: usd(5n), limits: [] },
      { name: 'd', paid: usd(5n), ageMs: 1, limits: [] },
      { name: 'e', paid: { currency: CREDIT, amount: units(1n) }, ageMs: 1, limits: [] },
    ];
    company([]).must(t(1), { ...configure(), tiers: ladder });
  });

  it('stands as it stood after a replay', () => {
    const book = company();
    book.must(t(1), pay(100n));
    const again = book.replayed();
    expect([again.tier.reached, again.tier.dueAt, again.paid.get(USD)]).toEqual(['silver', 7 * DAY_MS, units(100n)]);
  });
});

describe('a table of tiers that cannot stand', () => {
  it.each([
    ['names a tier twice', [LADDER[0]!, LADDER[0]!], 'The tier free is stated twice.'],
    ['asks for less money above', [LADDER[2]!, { ...LADDER[1]!, ageMs: 8 * DAY_MS }], 'silver asks for less than gold'],
    ['asks for less age above', [LADDER[2]!, { name: 'x', paid: usd(200n), limits: [] }], 'x asks for less than gold'],
    ['asks for no money above', [LADDER[1]!, { name: 'x', limits: [] }], 'x asks for less than silver'],
  ])('%s', (_what, tiers, message) =>
    expect(company([]).refused(t(1), { ...configure(), tiers })).toMatchObject({
      code: 'Malformed',
      message: expect.stringContaining(message),
      path: 'tiers.1',
    }),
  );

  it('has a limit in a currency that nobody declared: named by its place in the table', () => {
    const yen = { ...LADDER[1]!, limits: [{ ...monthly(7n), currency: currencyId('yen') }] };
    expect(company([]).refused(t(1), { ...configure(), tiers: [LADDER[0]!, yen] })).toMatchObject({
      code: 'Malformed',
      path: 'tiers.1.limits.0.currency',
    });
  });

  it('has a limit, on any tier, that the root could not compare', () => {
    const daily = { ...LADDER[2]!, limits: [limit('monthly', 1n, every('day'))] };
    const book = company([], { limits: [monthly(7n)], precedence: 'most-restrictive' });
    expect(book.refused(t(1), { ...configure(), tiers: [LADDER[0]!, daily] })).toMatchObject({
      code: 'Malformed',
      message: expect.stringContaining('cannot be compared for org'),
    });
  });
});
