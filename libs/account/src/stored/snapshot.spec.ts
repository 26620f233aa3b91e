import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, nodeId, units, type HoldId } from '@exchequer/kernel';
import type { AccountState } from '../state/account-state.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  decisionText,
  every,
  grant,
  limit,
  node,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';
import { restoreState } from './restore-state.js';
import { storeState } from './store-state.js';
import { STATE_VERSION, type StoredState } from './stored-state.js';

const USD = currencyId('usd');

function restored(state: AccountState): AccountState {
  const again = restoreState(JSON.parse(JSON.stringify(storeState(state))) as StoredState);
  if (again === undefined) throw new Error('the snapshot was not understood');
  return again;
}

/** An account with something of everything that a state can keep. */
function full(): { book: Book; open: HoldId } {
  const book = new Book();
  const limits = [
    limit('daily', 90n, every('day', 'Europe/Berlin')),
    limit('extra', 90n, every('month'), { scope: { layers: ['overage'], tags: { env: ['prod'] } } }),
    limit('even', 90n, every('month'), { pace: { aheadMs: t(9) }, then: 'slow', slowMs: 5 }),
    limit('sliding', 90n, { kind: 'sliding', lengthMs: t(100) }, { blocks: 'all-currencies' }),
    limit('ever', 400n, { kind: 'lifetime' }, { usedAtStart: units(3n) }),
    limit('weekly', 90n, { kind: 'rolling', lengthMs: t(100) }, { scope: { models: ['o3'], meters: ['tokens'] } }),
  ];
  const overage = [{ currency: CREDIT, amount: units(9n) }];
  book.must(t(0), {
    ...configure(
      node('org', { limits }),
      under('org', 'team', {
        overage,
        captureBeyond: 'cap',
        limits,
        estimate: { by: 'fixed', amounts: overage },
        ownKey: { usd: 'waived', credit: { share: '0.05' } },
        observe: true,
        rates: [{ requests: { count: 5, per: 'day' } }],
        entitlements: { models: { allow: ['*'] } },
        pools: [{ currency: CREDIT, reserve: units(9n), borrowMax: units(500n), lendMax: units(400n) }],
      }),
      under('team', 'user/ada', { pooling: 'parent' }),
      under('org', 'old'),
    ),
    currencies: [
      { currency: USD, display: 2 },
      { currency: CREDIT, display: 0 },
    ],
    statedPrices: { meters: { tokens: { price: '0.5', currency: CREDIT } } },
  });
  book.must(t(0), grant('team', 30n, { currency: USD, paid: { currency: USD, amount: units(1n) }, note: 'x' }));
  book.must(t(0), grant('team', 5n, { expiresAt: t(40), layer: 'promotional' }));
  book.must(t(0), grant('team', 20n, { startsAt: t(5), expiresAt: t(500) }));
  book.must(t(0), grant('team', 1n, { startsAt: t(900) }));
  book.must(t(1), { ...configure(), archive: [nodeId('old')] });
  const lines = [credits(4n, 'tokens'), credits(1n)];
  const particulars = { model: 'o3', tags: { env: 'prod' } };
  const ada = { nodes: [nodeId('user/ada')], particulars };
  book.hold(t(10), authorize('team', 0n, { lines, ...ada }));
  const voided = book.hold(
    t(11),
    authorize('team', 2n, { ...ada, provisional: 'no card', market: [credits(3n)] }),
  ).hold;
  book.must(t(12), { type: 'void', hold: voided });
  const captured = book.hold(t(12), authorize('user/ada', 3n)).hold;
  book.must(t(13), capture(captured, 2n, { particulars }));
  book.must(t(14), { type: 'transfer', from: nodeId('team'), to: nodeId('org'), currency: CREDIT, amount: units(2n) });
  book.must(t(15), record('team', 1n, { unpriced: 'no card', lines: [] }));
  const open = book.hold(
    t(50),
    authorize('team', 27n, { holdForMs: t(600), provisional: 'no card', market: [credits(30n)] }),
  ).hold;
  book.must(t(51), record('team', 4n, { particulars, provisional: 'no card' }));
  book.must(t(52), { type: 'pause', node: nodeId('team'), actor: 'grace', reason: 'review', below: true });
  return { book, open };
}

describe('a snapshot', () => {
  it('gives back the state, to the last byte of its text', () => {
    const { book } = full();
    expect(JSON.stringify(storeState(restored(book.state)))).toBe(book.text());
    expect(book.text()).toMatch(/"lapsed":\[\{.*"owed":\[|"owed":\[.*"lapsed":\[\{/);
  });

  it('leaves out nothing that its own text would not miss', () => {
    const { state } = full().book;
    const told = ({
      unpriced,
      statedPrices,
      ownKeyPolicies,
      provisional,
      estimating,
      now,
      currencies,
      grants,
      nodes,
    }: AccountState) => ({
      unpriced,
      statedPrices,
      ownKeyPolicies,
      provisional: [...provisional],
      estimating,
      now,
      currencies: [...currencies],
      grants: Array.from(grants.values(), ({ lots, ...grant }) => ({ ...grant, lots: lots.map(({ id }) => id) })),
      nodes: Array.from(
        nodes.values(),
        ({ id, kind, pooling, archived, captureBeyond, estimate, ownKey, paused, entitlements, observe, rates }) => [
          id,
          kind,
          pooling,
          archived,
          captureBeyond,
          estimate,
          ownKey,
          paused,
          entitlements?.stated,
          observe,
          rates?.stated,
          rates?.all.map(({ name, count, then, since }) => [name, count, then, since]),
        ],
      ),
    });
    expect(told(restored(state))).toEqual(told(state));
    expect(state.unpriced).toBe(1);
    expect(state.provisional.size).toBe(1);
  });

  it('says of an account only what there is', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { limits: [limit('daily', 9n, every('day'))] })));
    book.must(t(0), grant('org', 5n));
    book.hold(t(1), authorize('org', 2n));
    book.must(t(2), { type: 'void', hold: book.hold(t(2), authorize('org', 1n)).hold });
    book.must(t(3), openSession('org', 1n));
    book.must(t(4), record('org', 1n));
    book.must(t(5), book.correction(book.charges()[0] ?? 0, { refund: [{ currency: CREDIT, amount: units(1n) }] }));
    const stored = storeState(book.state);
    const [root] = stored.nodes;
    const fields = (told: object | undefined): string => Object.keys(told ?? {}).join(' ');
    expect(fields(stored)).toBe(
      'version opening now next unpriced currencies nodes grants lots holds lapsed sessions endedSessions corrected moveCount moves chains',
    );
    expect(fields(root)).toBe('id kind pooling limits purses activity');
    expect(fields(root?.limits[0])).toBe('name currency amount window since held counters');
    expect(fields(stored.grants[0])).toBe('id currency amount layer priority startsAt expiresAt grantedAt');
    expect(fields(stored.lots[0])).toBe('id order grant node balances');
    expect(fields(stored.holds[0])).toBe('id order chain placedAt expiresAt amounts shares');
    expect(fields(stored.lapsed[0])).toBe('id chain placedAt endedAt amounts');
    expect(fields(stored.sessions[0])).toBe('id chain openedAt endsAt reserve shares owed');
    expect(fields(stored.corrected[0])).toBe('of firstCorrectedAt amounts uncollected paid owing');
    expect(stored.chains.map(fields)).toEqual(['payer nodes members way moveCount']);
  });

  it('says of what is under way, what lapsed, what was corrected and what is counted all that a call told', () => {
    const book = new Book();
    const thresholds = [{ share: '0.5' }];
    const limits = [
      limit('even', 90n, every('month'), { pace: { aheadMs: 31 * DAY_MS } }),
      limit('roll', 4n, { kind: 'sliding', lengthMs: t(60) }, { thresholds, mode: 'alert' }),
    ];
    book.must(t(0), configure(node('org', { limits })));
    book.must(t(0), grant('org', 50n));
    const particulars = { model: 'o3', tags: { env: 'prod' } };
    const told = { particulars, lines: [credits(2n, 'input')] };
    book.hold(t(1), authorize('org', 0n, { ...told, holdForMs: t(600) }));
    const { hold } = book.hold(t(1), authorize('org', 0n, { ...told, provisional: 'no card', market: [credits(3n)] }));
    book.must(t(2), { type: 'void', hold });
    book.must(t(3), openSession('org', 1n, { particulars }));
    book.must(t(4), record('org', 0n, { ...told, market: [credits(4n)] }));
    book.must(t(5), book.correction(book.charges()[0] ?? 0, { lines: [credits(1n, 'input')] }));
    const lines = [['input', 'credit', '2000000000']];
    const stored = storeState(book.state);
    expect(stored).toMatchObject({
      holds: [{ particulars, lines }],
      lapsed: [{ particulars, lines, provisional: 'no card' }],
      sessions: [{ particulars }],
      corrected: [{ particulars, lines: [['input', 'credit', '1000000000']], market: [['credit', '4000000000']] }],
    });
    expect(stored.nodes[0]?.limits).toMatchObject([
      { pace: { aheadMs: 31 * DAY_MS } },
      { name: 'roll', crossings: [['share 500000000', 1, false]] },
    ]);
    expect(JSON.stringify(storeState(restored(book.state)))).toBe(book.text());
    expect(restored(book.state).corrected.values().next().value).toEqual(book.state.corrected.values().next().value);
  });

  it('is that of an account that was never opened, too', () => {
    const book = new Book();
    expect(JSON.stringify(storeState(restored(book.state)))).toBe(book.text());
  });

  it('of another version is not used', () =>
    expect(restoreState({ ...storeState(full().book.state), version: STATE_VERSION + 1 })).toBeUndefined());

  it('shares nothing with the state that it was taken of', () => {
    const { book, open } = full();
    const copy = new Book(restored(book.state));
    const before = copy.text();
    book.must(t(60), capture(open));
    book.must(t(61), configure(under('org', 'team')));
    expect(copy.text()).toBe(before);
  });

  it('decides as the state that it was taken of, whatever comes', () => {
    const { book, open } = full();
    const again = new Book(restored(book.state));
    const lapsed = [...book.state.lapsed.keys()];
    const commands = [
      authorize('user/ada', 3n),
      authorize('team', 300n, { accept: 'partial', nodes: [nodeId('user/ada')] }),
      record('team', 2n, { hold: lapsed[0]!, usedAt: t(12) }),
      capture(open, 31n),
      grant('org', 4n),
      configure(
        under('org', 'team', { pooling: 'parent' }),
        under('team', 'user/ada', { limits: [limit('new', 9n, every('hour'))] }),
      ),
      { type: 'advance' } as const,
      { ...configure(under('org', 'old')), archive: [] },
    ];
    for (const [index, command] of commands.entries()) {
      const at = t(55 + 60 * index);
      expect(decisionText(again.do(at, command))).toBe(decisionText(book.do(at, command)));
      expect(again.text()).toBe(book.text());
    }
  });

  it('keeps the order in which a node came by its currencies, so that lots that move to a pool get the same names', () => {
    const book = new Book();
    const currencies = [USD, CREDIT].map((currency) => ({ currency, display: 0 }));
    book.must(t(0), { ...configure(node('org'), under('org', 'team')), currencies });
    book.must(t(0), grant('team', 1n, { currency: USD }));
    book.must(t(0), grant('team', 1n));
    const again = new Book(restored(book.state));
    const pooled = configure(under('org', 'team', { pooling: 'parent' }));
    expect(decisionText(again.must(t(1), pooled))).toBe(decisionText(book.must(t(1), pooled)));
  });
});

describe('the text of a state', () => {
  it('tells apart states that differ in one amount', () => {
    const text = (whole: bigint) => {
      const book = new Book();
      book.must(t(0), configure(node('org')));
      book.must(t(0), grant('org', whole));
      return book.text();
    };
    expect(text(1n)).not.toBe(text(2n));
    expect(text(1n)).toBe(text(1n));
  });

  it('is the same whether a chain was asked for before or not', () => {
    const { book } = full();
    const before = book.text();
    book.refused(t(55), authorize('team', 999n, { nodes: [nodeId('org')] }));
    expect(book.text()).toBe(before);
  });
});
