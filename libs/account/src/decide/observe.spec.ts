import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import {
  authorize,
  Book,
  configure,
  every,
  grant,
  limit,
  node,
  only,
  openSession,
  capture,
  record,
  t,
  under,
} from '../spec/book.js';
import { limitLines } from '../report/limit-lines.js';

const DAILY = limit('daily', 5n, every('day'));

/** The team is observed, and with it ada; what the organization says is enforced. */
function company(): Book {
  const book = new Book();
  book.must(
    t(0),
    configure(
      node('org', { limits: [limit('monthly', 20n, every('month'))] }),
      under('org', 'team', { observe: true, limits: [DAILY], entitlements: { models: { deny: ['o3'] } } }),
      under('team', 'ada', { limits: [limit('own', 3n, every('day'))] }),
    ),
  );
  book.must(t(0), grant('org', 30n));
  return book;
}

const o3 = { particulars: { model: 'o3' } };

describe('observe mode', () => {
  it('lets everything below pass, and records what would have been refused', () => {
    const book = company();
    book.must(t(1), { type: 'pause', node: nodeId('ada'), actor: 'grace' });
    const placed = book.hold(t(2), authorize('ada', 6n, o3));
    expect(placed.amounts).toEqual([{ currency: 'credit', amount: units(6n) }]);
    expect(placed.observed).toEqual([
      { code: 'Paused', node: 'ada' },
      { code: 'NotEntitled', node: 'team' },
      { code: 'LimitReached', node: 'team', limit: 'daily' },
      { code: 'LimitReached', node: 'ada', limit: 'own' },
    ]);
  });

  it('records a feature that would have been refused, and lets what stands above it be enforced', () => {
    const book = company();
    const deny = (...names: readonly string[]) => ({ entitlements: { features: { deny: names } } });
    book.must(t(1), configure(under('org', 'team', { observe: true, ...deny('export') })));
    const using = (feature: string) => ({ particulars: { tags: { feature } } });
    expect(book.hold(t(2), authorize('ada', 1n, using('export'))).observed).toEqual([
      { code: 'NotEntitled', node: 'team' },
    ]);
    book.must(t(3), configure(node('org', deny('upload'))));
    expect(book.refused(t(4), authorize('ada', 1n, using('upload'))).rule).toMatchObject({ node: 'org' });
  });

  it('records no limit that made a request smaller because it is in force', () => {
    const book = company();
    book.must(t(1), configure(node('org', { limits: [limit('monthly', 2n, every('month'))] })));
    const placed = book.hold(t(2), authorize('team', 4n, { accept: 'partial' }));
    expect(placed.amounts).toEqual([{ currency: 'credit', amount: units(2n) }]);
    expect(placed).not.toHaveProperty('observed');
  });

  it('records nothing where nothing would have been refused', () => {
    expect(company().hold(t(1), authorize('ada', 3n))).not.toHaveProperty('observed');
  });

  it('does not make a request smaller that welcomes a part, and records what would have', () => {
    const placed = company().hold(t(1), authorize('ada', 6n, { accept: 'partial' }));
    expect(placed).not.toHaveProperty('binding');
    expect(placed.observed).toHaveLength(2);
  });

  it('says nothing to the rules above', () => {
    const refusal = company().refused(t(1), authorize('ada', 21n));
    expect(refusal).toMatchObject({ code: 'LimitReached', binding: { node: 'org', limit: 'monthly' } });
  });

  it('makes no credits: what is not there is not there', () => {
    const book = company();
    book.must(t(0), configure(node('org'), under('org', 'team', { observe: true, pooling: 'own' })));
    expect(book.refused(t(1), authorize('team', 1n)).code).toBe('InsufficientCredits');
  });

  it('still counts, so that limits show the overrun, and what is left is nothing', () => {
    const book = company();
    const placed = book.hold(t(1), authorize('ada', 6n));
    expect(placed.tightest).toMatchObject({ node: 'ada', limit: 'own', remaining: 0n });
    book.must(t(2), capture(placed.hold));
    book.must(t(2), record('ada', 1n));
    const [line] = limitLines([book.limit('ada', 'own')], { at: t(3), calendar: book.calendar });
    expect(line).toMatchObject({ used: units(7n), remaining: 0n });
  });

  it('takes an allowance that is merely observed for none', () => {
    const book = company();
    book.must(
      t(1),
      configure(
        node('org', { entitlements: { models: { deny: ['o3'] } } }),
        under('org', 'team', { observe: true, entitlements: { models: { allow: ['*'] } } }),
      ),
    );
    expect(book.refused(t(2), authorize('team', 1n, o3)).rule?.node).toBe('org');
  });

  it('goes with the place: it is inherited anew where a node is moved', () => {
    const book = company();
    book.must(t(1), configure(under('org', 'ada', { limits: [limit('own', 3n, every('day'))] })));
    expect(book.refused(t(2), authorize('ada', 6n)).binding?.limit).toBe('own');
  });

  it('speaks to calls of a session as well, once whoever opened it is moved there', () => {
    const book = company();
    book.must(t(1), configure(under('org', 'bob')));
    const { session } = only(book.must(t(2), openSession('bob', 5n)), 'SessionOpened');
    book.must(t(3), configure(under('team', 'bob')));
    expect(book.hold(t(4), authorize(session, 1n, o3)).observed).toEqual([{ code: 'NotEntitled', node: 'team' }]);
  });

  it('ends when the policy no longer states it: then the same is refused', () => {
    const book = company();
    expect(
      only(
        book.must(
          t(1),
          configure(under('org', 'team', { limits: [DAILY], entitlements: { models: { deny: ['o3'] } } })),
        ),
        'ObserveSet',
      ),
    ).toEqual({ type: 'ObserveSet', node: 'team', observe: false });
    expect(book.refused(t(2), authorize('ada', 6n)).binding?.limit).toBe('own');
  });
});
