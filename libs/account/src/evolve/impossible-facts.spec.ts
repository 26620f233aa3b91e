import { describe, expect, it } from '@jest/globals';
import { holdId, limitName, lotId, nodeId, units } from '@exchequer/kernel';
import type { Fact } from '../facts.js';
import { authorize, Book, configure, CREDIT, grant, limit, every, node, openSession, t, under } from '../spec/book.js';
import { evolve } from './evolve.js';

/** A hold h-1-rs of 2 and the session session/s-1 with a reserve of 3, both of 10 (l-1) at the organization. */
function company(): Book {
  const book = new Book();
  const limits = [limit('daily', 100n, every('day'))];
  book.must(t(0), configure(node('org'), under('org', 'team', { limits })));
  book.must(t(0), grant('org', 10n));
  book.hold(t(1), authorize('team', 2n));
  book.must(t(1), openSession('team', 3n));
  return book;
}

const lot = lotId('l-1');
const NOBODY = nodeId('nobody');
const GONE = { hold: holdId('h-9-0') };
const PLACED = { amounts: [], shares: [], expiresAt: t(9), placedAt: t(1) };
const CHARGE = { number: 9, amounts: [{ currency: CREDIT, amount: units(1n) }], countedAt: t(1) };
const session = nodeId('session/s-1');

const IMPOSSIBLE: readonly (readonly [string, object])[] = [
  [
    'node nobody is named but does not exist',
    { type: 'NodeAdded', node: 'x', kind: 'node', parent: NOBODY, pooling: 'own' },
  ],
  ['node nobody is named but does not exist', { type: 'NodeArchived', node: NOBODY }],
  ['lot l-9 is named but does not exist', { type: 'LotExpired', lot: lotId('l-9'), at: t(2), forfeited: 0n }],
  ['hold h-9-0 names nodes that are not there', { type: 'HoldPlaced', ...GONE, payer: NOBODY, nodes: [], ...PLACED }],
  ['hold h-9-0 ends but is not open', { type: 'HoldVoided', ...GONE, returned: [] }],
  ['hold h-9-0 is extended but is not open', { type: 'HoldExtended', ...GONE, expiresAt: t(9) }],
  ['usage names nodes that are not there', { type: 'CreditsDrawn', payer: NOBODY, nodes: [], ...CHARGE }],
  ['daily of team has no window open', { type: 'CreditsDrawn', payer: nodeId('team'), nodes: [], ...CHARGE }],
  [
    'lot l-1 would be below zero',
    {
      type: 'CreditsTransferred',
      reason: 'asked',
      moves: [{ lot, amount: units(6n), toLot: lotId('l-2'), toNode: nodeId('team') }],
    },
  ],
  [
    'limit weekly of team is named but does not exist',
    { type: 'LimitAmountChanged', node: nodeId('team'), limit: 'weekly', amount: 0n },
  ],
  [
    'a limit of team is overridden, which states no rules',
    { type: 'OverrideEnded', node: nodeId('team'), limit: limitName('daily'), at: t(2) },
  ],
  [
    'session session/s-2 names nodes that are not there',
    {
      type: 'SessionOpened',
      session: nodeId('session/s-2'),
      payer: NOBODY,
      nodes: [],
      amounts: [],
      shares: [],
      endsAt: t(9),
    },
  ],
  [
    'a reserve has no such part',
    {
      type: 'HoldPlaced',
      hold: holdId('h-2-0'),
      payer: session,
      nodes: [],
      ...PLACED,
      session,
      shares: [{ lot, amount: units(4n) }],
    },
  ],
  [
    'a reserve has no such part',
    {
      type: 'HoldPlaced',
      hold: holdId('h-2-0'),
      payer: session,
      nodes: [],
      ...PLACED,
      session,
      shares: [{ lot: lotId('l-9'), amount: 0n }],
    },
  ],
  [
    'daily of team has no window from 5',
    {
      type: 'ThresholdCrossed',
      node: nodeId('team'),
      limit: limitName('daily'),
      threshold: { used: units(5n) },
      crossing: 1,
      from: 5,
    },
  ],
  ['org has no pool rules to remove', { type: 'PoolRulesSet', node: nodeId('org'), currency: CREDIT }],
  [
    'org has no pool rules in credit',
    { type: 'PoolPeriodOpened', node: nodeId('org'), currency: CREDIT, from: 0, to: t(9) },
  ],
  [
    'session session/s-9 is named but is not open',
    { type: 'SessionEnded', session: nodeId('session/s-9'), at: t(2), reason: 'time', spent: [], returned: [] },
  ],
];

describe('a fact that cannot be', () => {
  it.each(IMPOSSIBLE)('stops the account at once: %s', (message, fact) => {
    expect(() => evolve(company().state, fact as Fact, t(2))).toThrow(`broken invariant: ${message}`);
  });
});
