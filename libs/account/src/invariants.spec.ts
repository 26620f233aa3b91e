import { describe, expect, it } from '@jest/globals';
import { amount, currencyId, nodeId, units } from '@exchequer/kernel';
import { brokenInvariants } from './invariants.js';
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
  openSession,
  record,
  t,
  under,
} from './spec/book.js';
import type { ChargeStanding } from './state/correction-state.js';
import type { AccountState } from './state/account-state.js';
import type { SessionState } from './state/session-state.js';

/** An account with a spent part, an open hold on a lot and on overage, and a limit that counts both. */
function account(): Book {
  const book = new Book();
  const overage = [{ currency: CREDIT, amount: units(9n) }];
  book.must(t(0), configure(node('org', { overage, limits: [limit('daily', 90n, every('day'))] })));
  book.must(t(0), grant('org', 10n, { expiresAt: t(500) }));
  book.must(t(0), grant('org', 20n));
  book.must(t(1), capture(book.hold(t(1), authorize('org', 4n)).hold));
  book.hold(t(2), authorize('org', 28n));
  book.must(t(3), record('org', 1n));
  return book;
}

/** What is said of the account once something in it was changed by hand. */
function said(change: (book: Book, state: AccountState) => void): string {
  const book = account();
  change(book, book.state);
  return brokenInvariants(book.state).join('\n');
}

const one = amount(1n);
const purse = (state: AccountState) => state.nodes.get(nodeId('org'))!.purses.get(CREDIT)!;

describe('the check of an account', () => {
  it('finds nothing in an account that nobody tampered with', () =>
    expect(brokenInvariants(account().state)).toEqual([]));

  it.each(['available', 'held', 'spent', 'forfeited', 'revoked'] as const)('finds a credit too many: %s', (part) =>
    expect(said((book) => (book.lot('l-2')[part] = amount(book.lot('l-2')[part] + one)))).toContain(
      'I1: grant g-2 gave 20000000000 and its lots account for 20000000001',
    ),
  );

  it('finds less than nothing', () =>
    expect(
      said((book) => {
        book.lot('l-2').forfeited = amount(-1n);
        book.lot('l-2').spent = amount(book.lot('l-2').spent + one);
      }),
    ).toContain('I2: forfeited of lot l-2 is below zero'));

  it('finds a lot with credits that cannot be spent, and one without that can', () => {
    expect(said((_, state) => state.due.remove(purse(state).lots[0]!))).toContain('due: 1 are queued, 2 are open');
    expect(
      said((book) => {
        book.lot('l-2').available = one;
        book.lot('l-2').held = amount(book.lot('l-2').held - one);
      }),
    ).toContain('I2: lot l-2 is not listed as spendable');
    expect(said((book, state) => purse(state).spendable.push(book.lot('l-1')))).toContain(
      'I2: lot l-1 is listed as spendable',
    );
    expect(
      said((book, state) => {
        state.holds.clear();
        book.lot('l-2').ended = true;
        book.lot('l-2').available = one;
      }),
    ).toContain('I2: lot l-2 has ended and has credits');
  });

  it('finds a hold that is not what it set aside', () => {
    expect(said((_, state) => Object.assign([...state.holds.values()][0]!, { shares: [] }))).toContain(
      'I3: hold h-2-1jk is of 28000000000 credit and set aside 2000000000',
    );
    expect(said((_, state) => state.holds.clear())).toContain(
      'I3: lot l-2 holds 20000000000 and its holds and reserves 0',
    );
    expect(said((_, state) => (purse(state).owedHeld = one))).toContain(
      'I3: overage held at org differs from its holds',
    );
  });

  it('finds a session whose reserve is not what it set aside', () => {
    const opened = (change: (session: SessionState, state: AccountState) => void): string =>
      said((book, state) => {
        book.must(t(3), grant('org', 40n));
        book.must(t(4), openSession('org', 36n));
        change([...state.sessions.values()][0]!, state);
      });
    expect(opened(() => undefined)).toBe('');
    expect(opened(({ shares }) => (shares[0] = { ...shares[0]!, amount: one }))).toMatch(
      /^I3: lot l-3 holds 36000000000 and its holds and reserves 1\nI4: held of limit daily of org differs/,
    );
    expect(opened(({ owed }) => owed.push({ node: nodeId('org'), currency: CREDIT, amount: one }))).toContain(
      'I3: overage held at org differs from its holds',
    );
    expect(opened((_, state) => state.sessions.clear())).toContain('due: 3 are queued, 2 are open');
  });

  it('finds a corrected charge that is not what pays for it, each currency by itself', () => {
    const usd = currencyId('usd');
    const corrected = (change: (standing: ChargeStanding) => object): string =>
      said((book, state) => {
        const currencies = [CREDIT, usd].map((currency) => ({ currency, display: 2 }));
        book.must(t(4), { ...configure(), currencies });
        book.must(t(4), grant('org', 9n));
        book.must(t(4), record('org', 0n, { lines: [credits(5n), { currency: usd, amount: units(2n) }] }));
        const place = book.charges().at(-1) ?? 0;
        book.must(t(5), book.correction(place, { refund: [credits(1n)] }));
        const [of] = [...state.corrected.keys()];
        const standing = state.corrected.get(of ?? '')!;
        state.corrected.set(of ?? '', { ...standing, ...change(standing) });
      });
    expect(corrected(() => ({}))).toBe('');
    expect(corrected(() => ({ paid: [] }))).toMatch(
      /^the charge account-test@\d+\.0 comes to 4000000000 credit and 0 is paid or owed$/,
    );
    expect(corrected(() => ({ owing: [] }))).toMatch(/comes to 2000000000 usd and 0 is paid or owed$/);
    expect(corrected(() => ({ uncollected: [{ currency: usd, amount: one }] }))).toMatch(
      /comes to 2000000000 usd and 2000000001 is paid or owed$/,
    );
  });

  it('finds overage that is held at another node or in another currency than its holds say', () => {
    const usd = currencyId('usd');
    const book = new Book();
    const overage = [CREDIT, usd].map((currency) => ({ currency, amount: units(9n) }));
    const currencies = [CREDIT, usd].map((currency) => ({ currency, display: 2 }));
    book.must(t(0), { ...configure(node('org', { overage }), under('org', 'team', { overage })), currencies });
    book.hold(t(1), authorize('team', 0n, { lines: [credits(10n), { currency: usd, amount: units(3n) }] }));
    expect(brokenInvariants(book.state)).toEqual([]);
    const purses = book.state.nodes.get(nodeId('team'))!.purses;
    purses.get(CREDIT)!.owedHeld = units(3n);
    purses.get(usd)!.owedHeld = units(9n);
    expect(brokenInvariants(book.state)).toHaveLength(2);
  });

  it('finds a limit that holds or has used what it should not', () => {
    expect(said((book) => (book.limit('org', 'daily').held = one))).toContain('I4: held of limit daily of org differs');
    expect(said((book) => (book.limit('org', 'daily').counters[0]!.used = amount(-1n)))).toContain(
      'I4: limit daily of org has used less than nothing',
    );
    expect(said((book) => book.limit('org', 'daily').counters.push({ from: t(5), to: t(9), used: one }))).toContain(
      'I4: windows of limit daily of org overlap',
    );
    expect(
      said((book) => book.limit('org', 'daily').counters.push({ from: t(99_999), to: t(99_999), used: one })),
    ).toContain('I4: windows of limit daily of org overlap');
    expect(said((_, state) => (state.nodes.get(nodeId('org'))!.activityIn(CREDIT).held = one))).toContain(
      'I4: held of org in credit differs from its holds',
    );
  });
});

describe('an account that is whole', () => {
  it('may have several calls and sessions under way that each may owe at the same nodes, in several currencies', () => {
    const usd = currencyId('usd');
    const book = new Book();
    const both = (whole: bigint) => [CREDIT, usd].map((currency) => ({ currency, amount: units(whole) }));
    const nodes = [node('org', { overage: both(90n) }), under('org', 'team', { overage: both(4n) })];
    book.must(t(0), {
      ...configure(...nodes),
      currencies: [CREDIT, usd].map((currency) => ({ currency, display: 2 })),
    });
    for (const whole of [3n, 5n]) {
      book.hold(t(1), authorize('team', 0n, { lines: both(whole) }));
      book.must(t(1), openSession('team', 0n, { lines: both(whole) }));
    }
    expect(brokenInvariants(book.state)).toEqual([]);
    expect([purse(book.state).owedHeld]).toEqual([units(12n)]);
  });
});
