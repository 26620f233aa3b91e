import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import type { Pause, Resume } from '../commands.js';
import {
  authorize,
  Book,
  capture,
  configure,
  every,
  grant,
  limit,
  node,
  only,
  record,
  t,
  under,
} from '../spec/book.js';

const pause = (at: string, more: Partial<Pause> = {}): Pause => ({
  type: 'pause',
  node: nodeId(at),
  actor: 'grace',
  ...more,
});
const resume = (at: string): Resume => ({ type: 'resume', node: nodeId(at) });

/** The organization pays for a team with two users, and for a project beside it. */
function company(): Book {
  const book = new Book();
  book.must(
    t(0),
    configure(
      node('org'),
      under('org', 'team'),
      under('team', 'user/ada', { limits: [limit('daily', 9n, every('day'))] }),
      under('team', 'user/bob'),
      under('org', 'project'),
    ),
  );
  book.must(t(0), grant('org', 100n));
  return book;
}

describe('a paused node', () => {
  it('refuses new calls, and says who paused it, why, and what to do', () => {
    const book = company();
    book.must(t(5), pause('team', { reason: 'budget review' }));
    expect(book.refused(t(6), authorize('team', 1n))).toEqual({
      code: 'Paused',
      message:
        'The node team was paused by grace (budget review) at 1970-01-01T00:00:05.000Z; it lets calls pass again once somebody resumes it: exchequer resume team.',
      asked: [{ currency: 'credit', amount: units(1n) }],
      rule: { kind: 'pause', node: 'team' },
    });
  });

  it('stops every call whose chain has it, by the payer or by another node, and no other', () => {
    const book = company();
    book.must(t(1), pause('team'));
    expect(book.refused(t(2), authorize('user/ada', 1n)).rule).toEqual({ kind: 'pause', node: 'team' });
    expect(book.refused(t(2), authorize('project', 1n, { nodes: [nodeId('user/bob')] })).code).toBe('Paused');
    book.hold(t(2), authorize('project', 1n));
  });

  it('names the one nearest to the root, when several are paused', () => {
    const book = company();
    book.must(t(1), pause('user/ada'));
    book.must(t(2), pause('team'));
    expect(book.refused(t(3), authorize('user/ada', 1n)).rule?.node).toBe('team');
  });

  it('comes before limits and funds, and after nodes that are not there', () => {
    const book = company();
    book.must(t(1), pause('team'));
    expect(book.refused(t(2), authorize('user/ada', 999n)).code).toBe('Paused');
    expect(book.refused(t(2), authorize('user/ada', 1n, { nodes: [nodeId('nobody')] })).code).toBe('UnknownNode');
  });

  it('lets what is held settle, be extended and be voided, and refuses no usage', () => {
    const book = company();
    const [one, two] = [book.hold(t(1), authorize('user/ada', 4n)), book.hold(t(1), authorize('user/ada', 2n))];
    book.must(t(2), pause('user/ada'));
    only(book.must(t(3), capture(one.hold, 5n)), 'HoldCaptured');
    only(book.must(t(3), { type: 'extend', hold: two.hold, holdForMs: t(9) }), 'HoldExtended');
    only(book.must(t(4), { type: 'void', hold: two.hold }), 'HoldVoided');
    only(book.must(t(5), record('user/ada', 3n)), 'CreditsDrawn');
  });

  it('is not resumed by a higher limit', () => {
    const book = company();
    book.must(t(1), pause('user/ada'));
    book.must(t(2), configure(under('team', 'user/ada', { limits: [limit('daily', 90n, every('day'))] })));
    expect(book.refused(t(3), authorize('user/ada', 1n)).code).toBe('Paused');
  });

  it('lets calls pass again once it is resumed', () => {
    const book = company();
    book.must(t(1), pause('user/ada'));
    book.must(t(2), resume('user/ada'));
    book.hold(t(3), authorize('user/ada', 1n));
  });

  it('stays paused when it is moved or comes back from the archive', () => {
    const book = company();
    book.must(t(1), pause('user/ada'));
    book.must(t(2), configure(under('project', 'user/ada')));
    expect(book.refused(t(3), authorize('user/ada', 1n)).rule?.node).toBe('user/ada');
    book.must(t(4), { ...configure(), archive: [nodeId('user/ada')] });
    book.must(t(5), configure(under('team', 'user/ada')));
    expect(book.refused(t(6), authorize('user/ada', 1n)).code).toBe('Paused');
  });
});

describe('pausing', () => {
  it('marks with `below` every open node under it, and each is then resumed by itself', () => {
    const book = company();
    book.must(t(0), { ...configure(), archive: [nodeId('user/bob')] });
    expect(book.must(t(1), pause('org', { below: true })).map((fact) => 'node' in fact && fact.node)).toEqual([
      'org',
      'project',
      'project/default',
      'team',
      'user/ada',
    ]);
    book.must(t(2), resume('org'));
    book.must(t(2), resume('team'));
    expect(book.refused(t(3), authorize('user/ada', 1n)).rule?.node).toBe('user/ada');
    book.must(t(4), resume('user/ada'));
    book.hold(t(5), authorize('user/ada', 1n));
    expect(book.refused(t(5), authorize('project', 1n)).rule?.node).toBe('project');
  });

  it('changes nothing that is so already: the first reason stays', () => {
    const book = company();
    book.must(t(1), pause('team', { reason: 'first' }));
    expect(book.must(t(2), pause('team', { reason: 'second' }))).toEqual([]);
    expect(book.refused(t(3), authorize('team', 1n)).message).toContain('(first)');
    expect(book.must(t(4), resume('user/ada'))).toEqual([]);
  });

  it('needs a node that is there and open', () => {
    const book = company();
    book.must(t(0), { ...configure(), archive: [nodeId('project')] });
    for (const command of [pause, resume]) {
      expect(book.refused(t(1), command('nobody')).code).toBe('UnknownNode');
      expect(book.refused(t(1), command('project')).code).toBe('NodeArchived');
    }
  });
});
