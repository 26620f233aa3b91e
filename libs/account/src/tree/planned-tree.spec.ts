import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import type { LimitPolicy, NodePolicy } from '../commands.js';
import type { Fact } from '../facts.js';
import { Book, configure, every, grant, limit, node, openSession, record, t, under } from '../spec/book.js';

/** Pauses its node and all below when 5 are used. */
const pausing = (more: Partial<LimitPolicy> = {}): Pick<NodePolicy, 'limits'> => ({
  limits: [limit('daily', 10n, every('day'), { pauses: { at: { used: units(5n) }, below: true }, ...more })],
});

/** org has a team that has used 6, with ada and bob under it. */
function company(org: Partial<NodePolicy> = {}): Book {
  const book = new Book();
  const limits = [limit('daily', 10n, every('day'))];
  book.must(
    t(0),
    configure(node('org', org), under('org', 'team', { limits }), under('team', 'ada'), under('team', 'bob')),
  );
  book.must(t(0), grant('org', 50n));
  book.must(t(1), record('team', 6n));
  return book;
}

const paused = (facts: readonly Fact[]): readonly string[] =>
  facts.flatMap((fact) => (fact.type === 'NodePaused' ? [fact.node] : []));

describe('a policy by which a limit pauses a node and all below at once', () => {
  it('pauses the node once, and those that stay below it', () =>
    expect(paused(company().must(t(2), configure(node('team', pausing()))))).toEqual(['team', 'ada', 'bob']));

  it('leaves out who moves away or is archived by the same policy', () => {
    expect(paused(company().must(t(2), configure(node('team', pausing()), under('org', 'ada'))))).toEqual([
      'team',
      'bob',
    ]);
    const command = { ...configure(node('team', pausing())), archive: [nodeId('bob')] };
    expect(paused(company().must(t(2), command))).toEqual(['team', 'ada']);
  });

  it('leaves out who comes with it, and sessions: they have the paused node above them', () => {
    const book = company();
    book.must(t(1), openSession('team', 2n));
    expect(paused(book.must(t(2), configure(node('team', pausing()), under('team', 'eve'))))).toEqual([
      'team',
      'ada',
      'bob',
    ]);
  });

  it('pauses a node that comes with it, where that has used so much elsewhere', () => {
    const used = { window: { kind: 'lifetime' }, usedAtStart: units(6n) } as const;
    expect(paused(company().must(t(2), configure(under('org', 'new', pausing(used)))))).toEqual(['new']);
  });

  it('pauses nothing that is merely observed: by this policy, by one before, by its own word or by one above', () => {
    const observed = company({ observe: true });
    expect(paused(observed.must(t(2), configure(node('team', pausing()))))).toEqual([]);
    const command = configure(node('org', { observe: true }), node('team', pausing()));
    expect(paused(company().must(t(2), command))).toEqual([]);
    const own = configure(node('team', pausing()), node('ada', { observe: true }));
    expect(paused(company().must(t(2), own))).toEqual(['team', 'bob']);
  });
});
