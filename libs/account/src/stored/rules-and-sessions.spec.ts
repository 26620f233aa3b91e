import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, limitName, nodeId, units } from '@exchequer/kernel';
import type { Command, Configure } from '../commands.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  decisionText,
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
import { restoreState } from './restore-state.js';
import { storeState } from './store-state.js';
import type { StoredState } from './stored-state.js';

const USD = currencyId('usd');
const weekly = (most: bigint) => limit('weekly', most, every('week'));
const roles = (most: bigint): Pick<Configure, 'roles'> => ({ roles: [{ name: 'power', limits: [weekly(most)] }] });

/** Rules in force, sessions in sessions with calls under way, charges that were corrected, nodes that were moved. */
function account() {
  const book = new Book();
  const overage = [{ currency: CREDIT, amount: units(20n) }];
  const spend = limit('spend', 80n, every('day'), {
    thresholds: [{ used: units(3n) }, { used: units(30n) }],
    pauses: { at: { used: units(40n) }, resume: 'at-reset' },
  });
  const override = { limit: limitName('weekly'), currency: CREDIT, amount: units(70n), until: t(900) };
  book.must(t(0), {
    ...configure(
      node('org'),
      under('org', 'team', { overage, limits: [spend] }),
      under('team', 'ada', { roles: ['power'], overrides: [override], precedence: 'most-permissive' }),
      under('team', 'bob', { roles: ['power'] }),
      under('org', 'other'),
    ),
    ...roles(60n),
    tiers: [
      { name: 'free', limits: [limit('month', 500n, every('month'))] },
      { name: 'gold', paid: { currency: USD, amount: units(5n) }, ageMs: DAY_MS, limits: [] },
    ],
    modelKinds: [{ kind: 'chat', models: ['o3', 'mini'] }],
    currencies: [
      { currency: CREDIT, display: 2 },
      { currency: USD, display: 2 },
    ],
  });
  book.must(t(0), grant('team', 30n, { paid: { currency: USD, amount: units(5n) } }));
  book.must(t(1), record('ada', 0n, { lines: [credits(2n, 'input'), credits(3n, 'output')] }));
  const [first = 0] = book.charges();
  book.must(t(2), book.correction(first, { refund: [credits(1n)] }));
  book.must(t(2), record('bob', 2n));
  book.must(t(3), configure(under('other', 'bob', { roles: ['power'] })));
  const run = (at: number, payer: string, most: bigint) =>
    only(book.must(at, openSession(payer, most, { lifeForMs: t(600), nodes: [nodeId('other')] })), 'SessionOpened')
      .session;
  const outer = run(t(4), 'ada', 28n);
  const inner = run(t(5), outer, 6n);
  const inOuter = book.hold(t(6), authorize(outer, 4n, { holdForMs: t(500) })).hold;
  const gone = run(t(7), 'ada', 3n);
  const inGone = book.hold(t(8), authorize(gone, 2n, { holdForMs: t(500) })).hold;
  const lapsed = book.hold(t(8), authorize(gone, 1n, { holdForMs: t(1) })).hold;
  book.must(t(10), endSession(gone));
  return { book, first, outer, inner, gone, inOuter, inGone, lapsed };
}

const copied = (book: Book): Book => {
  const state = restoreState(JSON.parse(JSON.stringify(storeState(book.state))) as StoredState);
  if (state === undefined) throw new Error('the snapshot was not understood');
  return new Book(state);
};

/** What may come next; each is decided by itself, by the account and by one that was restored. */
const NEXT: readonly (readonly [string, (of: ReturnType<typeof account>) => Command])[] = [
  ['a call in a session', ({ outer }) => authorize(outer, 9n)],
  ['a call in a session inside it', ({ inner }) => authorize(inner, 6n)],
  ['a call that is more than is left', ({ inner }) => authorize(inner, 7n)],
  ['a call that names the session beside its payer', ({ outer }) => authorize('bob', 1n, { nodes: [outer] })],
  ['a call that names a session that has ended', ({ gone }) => authorize(gone, 1n)],
  ['the end of a session', ({ outer }) => endSession(outer)],
  ['the end of a session inside it', ({ inner }) => endSession(inner)],
  ['another session', () => openSession('ada', 1n)],
  ['the capture of a call in a session', ({ inOuter }) => capture(inOuter, 1n)],
  ['the capture of a call whose session has ended', ({ inGone }) => capture(inGone, 1n)],
  ['usage of a call that lapsed in a session', ({ gone, lapsed }) => record(gone, 1n, { hold: lapsed })],
  ['usage of a session that has ended', ({ gone }) => record(gone, 2n)],
  ['usage that crosses a threshold', () => record('ada', 31n)],
  ['usage that pauses', () => record('ada', 45n)],
  ['a correction of what was corrected', ({ book, first }) => book.correction(first, { refund: [credits(2n)] })],
  ['a correction that gives back too much', ({ book, first }) => book.correction(first, { refund: [credits(5n)] })],
  [
    'a correction of a charge of a node that was moved',
    ({ book }) => book.correction(book.charges()[1] ?? 0, { refund: [credits(1n)] }),
  ],
  ['another limit of a role', () => ({ ...configure(), ...roles(90n) })],
  ['the end of a role', () => ({ ...configure(), roles: [] })],
  ['another node with the role', () => configure(under('org', 'eve', { roles: ['power'] }))],
  ['another role of a node', () => configure(under('team', 'ada', { precedence: 'most-permissive' }))],
  ['no tiers any more', () => ({ ...configure(), tiers: [] })],
  ['fewer tiers', () => ({ ...configure(), tiers: [{ name: 'gold', limits: [] }] })],
  ['no models of one kind any more', () => ({ ...configure(), modelKinds: [] })],
  [
    'a node that goes',
    ({ book }) => ({ ...configure(), archive: [...book.state.nodes.keys()].filter((id) => id === 'ada') }),
  ],
];

describe('an account that was restored', () => {
  it.each(NEXT)('decides as before: %s', (_what, command) => {
    const live = account();
    const again = copied(live.book);
    expect(again.text()).toBe(live.book.text());
    expect(decisionText(again.do(t(20), command(live)))).toBe(decisionText(live.book.do(t(20), command(live))));
    expect(again.text()).toBe(live.book.text());
  });

  it.each([t(605), t(901), DAY_MS, 2 * DAY_MS])('does what is due as before, by %d', (at) => {
    const { book } = account();
    const again = copied(book);
    expect(decisionText(again.advance(at))).toBe(decisionText(book.advance(at)));
    expect(again.text()).toBe(book.text());
    expect(decisionText(copied(book).do(at, authorize('ada', 61n)))).toBe(
      decisionText(book.do(at, authorize('ada', 61n))),
    );
  });

  it('resumes what a limit had paused as before', () => {
    const { book } = account();
    book.must(t(20), record('ada', 45n));
    const again = copied(book);
    expect(decisionText(again.advance(2 * DAY_MS))).toBe(decisionText(book.advance(2 * DAY_MS)));
    expect(again.text()).toBe(book.text());
  });
});
