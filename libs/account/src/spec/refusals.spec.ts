import { describe, expect, it } from '@jest/globals';
import { amount, currencyId, DAY_MS, holdId, nodeId, units } from '@exchequer/kernel';
import type { Command } from '../commands.js';
import type { Refusal, RefusalCode } from '../refusal.js';
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
  record,
  t,
  under,
} from './book.js';

const YEN = currencyId('yen');
const AT = Date.UTC(2026, 10, 21, 10);

/** Ada may spend 5 a day; 12 credits lie at the team and 1 at the root; one hold has ended. */
function company(): Book {
  const book = new Book();
  book.must(
    AT,
    configure(
      node('org'),
      under('org', 'team'),
      under('team', 'user/ada', {
        limits: [limit('daily', 5n, every('day')), limit('ever', 9n, { kind: 'lifetime' })],
      }),
      under('org', 'old'),
      under('team', 'user/bob', { pooling: 'parent' }),
    ),
  );
  book.must(AT, { ...configure(), archive: [nodeId('old')] });
  book.must(AT, grant('team', 12n));
  book.must(AT, grant('org', 1n));
  book.must(AT, capture(book.hold(AT, authorize('team', 0n)).hold));
  return book;
}

const yen = { lines: [{ currency: YEN, amount: units(1n) }] };
const ENDED = holdId(`h-1-${AT.toString(36)}`);

const SENTENCES: readonly (readonly [RefusalCode, Command, string])[] = [
  ['UnknownNode', authorize('nobody', 1n), 'There is no node nobody in this account.'],
  ['UnknownNode', authorize('team', 1n, { nodes: [nodeId('nobody')] }), 'There is no node nobody in this account.'],
  ['UnknownNode', grant('nobody', 1n), 'There is no node nobody in this account.'],
  ['NodeArchived', record('old', 1n), 'The node old is archived; restore it by applying a policy that names it.'],
  ['Malformed', authorize('team', 0n, yen), 'The currency yen is not declared by this account; it has credit.'],
  ['Malformed', record('team', 0n, yen), 'The currency yen is not declared by this account; it has credit.'],
  [
    'Malformed',
    record('team', 0n, { lines: [credits(1n), ...yen.lines] }),
    'The currency yen is not declared by this account; it has credit.',
  ],
  [
    'Malformed',
    grant('team', 1n, { currency: YEN }),
    'The currency yen is not declared by this account; it has credit.',
  ],
  [
    'LimitReached',
    authorize('user/ada', 6n),
    'The limit daily of user/ada has 5 credit left and 6 was asked; it resets at 2026-11-22T00:00:00.000Z.',
  ],
  [
    'InsufficientCredits',
    authorize('team', 14n),
    'team can spend 13 credit (from team, org) and 14 was asked; grant or transfer credits to one of these nodes.',
  ],
  [
    'InsufficientCredits',
    { type: 'transfer', from: nodeId('team'), to: nodeId('org'), currency: CREDIT, amount: amount(units(12n) + 1n) },
    'team has 12 credit of its own to move and 12.000000001 was asked.',
  ],
  ['UnknownHold', capture(holdId('h-2-0')), 'There is no hold h-2-0 in this account.'],
  ['UnknownHold', { type: 'void', hold: holdId('nonsense') }, 'There is no hold nonsense in this account.'],
  ['UnknownHold', record('team', 1n, { hold: holdId('h-2-0') }), 'There is no hold h-2-0 in this account.'],
  ['HoldAlreadyEnded', capture(ENDED), `The hold ${ENDED} has ended already; report further usage as a usage event.`],
  [
    'HoldAlreadyEnded',
    { type: 'extend', hold: ENDED, holdForMs: 1 },
    `The hold ${ENDED} has ended already; report further usage as a usage event.`,
  ],
  [
    'Malformed',
    grant('user/bob', 1n),
    'user/bob takes all its credits from its pool; grant or transfer to team, or set its pooling to own-then-parent.',
  ],
];

describe('a refusal', () => {
  it.each(SENTENCES)('says in a code and a sentence what is wrong, and changes nothing: %s', (code, command, message) =>
    expect(company().refused(AT + 1, command)).toMatchObject({ code, message }),
  );

  const WITHOUT_ACCOUNT: readonly Command[] = [
    authorize('org', 1n),
    record('org', 1n),
    record('org', 0n, { unpriced: 'no card' }),
    grant('org', 1n),
    { type: 'transfer', from: nodeId('org'), to: nodeId('team'), currency: CREDIT, amount: units(1n) },
    capture(ENDED),
    { type: 'void', hold: ENDED },
    { type: 'pause', node: nodeId('org'), actor: 'ada' },
    { type: 'resume', node: nodeId('org') },
    { type: 'extend', hold: ENDED, holdForMs: 1 },
  ];
  it.each(WITHOUT_ACCOUNT.map((command) => [command.type, command] as const))(
    'is all that an account which was never opened gives: %s',
    (_, command) =>
      expect(new Book().refused(t(0), command)).toEqual({
        code: 'UnknownAccount',
        message: 'There is no such account; apply a policy file to open it.',
      }),
  );

  it('is not what advancing gives: there is nothing to do', () =>
    expect(new Book().must(t(0), { type: 'advance' })).toEqual([]));

  it('says what a limit of for ever has left without a date', () => {
    const book = company();
    book.must(AT + 1, record('user/ada', 8n));
    book.must(AT + DAY_MS, { type: 'advance' });
    expect(book.refused(AT + DAY_MS, authorize('user/ada', 5n)).message).toBe(
      'The limit ever of user/ada has 1 credit left and 5 was asked; it does not reset.',
    );
  });

  it('says of an account without currencies that it has none', () => {
    const book = new Book();
    book.must(t(0), { ...configure(), currencies: [] });
    expect(book.refused(t(0), grant('org', 1n)).message).toBe(
      'The currency credit is not declared by this account; it has none yet.',
    );
  });

  it('of a request for credits says what was asked, what stands in the way, and what would pass', () => {
    const refusal: Refusal = company().refused(AT + 1, authorize('user/ada', 6n));
    expect(refusal).toMatchObject({
      asked: [{ currency: CREDIT, amount: units(6n) }],
      binding: { node: 'user/ada', limit: 'daily', currency: CREDIT, remaining: units(5n) },
      wouldPass: [{ currency: CREDIT, amount: units(5n) }],
      resetsAt: Date.UTC(2026, 10, 22),
    });
    expect(company().refused(AT + 1, authorize('team', 14n))).toMatchObject({
      asked: [{ amount: units(14n) }],
      binding: { node: 'team', remaining: units(13n) },
      wouldPass: [{ amount: units(13n) }],
    });
  });

  it('names an unknown node before a currency, a limit before the funds', () => {
    expect(company().refused(AT, authorize('nobody', 0n, yen)).code).toBe('UnknownNode');
    expect(company().refused(AT, record('nobody', 0n, yen)).code).toBe('UnknownNode');
    expect(company().refused(AT, authorize('user/ada', 999n)).code).toBe('LimitReached');
  });
});
