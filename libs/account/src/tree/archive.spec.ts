import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  every,
  grant,
  limit,
  node,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';

const archiving = (ids: readonly string[], ...nodes: readonly NodePolicy[]) => ({
  ...configure(...nodes),
  archive: ids.map(nodeId),
});

function company(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'team'), under('team', 'user/ada')));
  return book;
}

const reason = (book: Book, ids: readonly string[], ...nodes: readonly NodePolicy[]) =>
  book.refused(t(9), archiving(ids, ...nodes)).message;

describe('archiving a node', () => {
  it('takes it out of use', () => {
    const book = company();
    expect(book.must(t(1), archiving(['user/ada']))).toEqual([{ type: 'NodeArchived', node: 'user/ada' }]);
    expect(book.refused(t(2), authorize('user/ada', 0n))).toEqual({
      code: 'NodeArchived',
      message: 'The node user/ada is archived; restore it by applying a policy that names it.',
    });
    expect(book.refused(t(2), authorize('team', 0n, { nodes: [nodeId('user/ada')] })).code).toBe('NodeArchived');
    expect(book.refused(t(2), grant('user/ada', 1n)).code).toBe('NodeArchived');
  });

  it('happens once, however often it is asked', () => {
    const book = company();
    expect(book.must(t(1), archiving(['user/ada', 'user/ada']))).toHaveLength(1);
    expect(book.must(t(2), archiving(['user/ada']))).toEqual([]);
  });

  it('takes a branch in one step, in any order', () => {
    const book = company();
    expect(book.must(t(1), archiving(['team', 'user/ada'])).map((fact) => fact.type)).toEqual([
      'NodeArchived',
      'NodeArchived',
    ]);
  });

  it('is not kept from it by a session that is charged to others', () => {
    const book = company();
    book.must(t(1), configure(under('org', 'user/bob')));
    book.must(t(1), grant('team', 5n));
    book.must(t(1), openSession('user/ada', 5n));
    expect(book.must(t(2), archiving(['user/bob']))).toHaveLength(1);
  });

  it('is undone by a policy that names it; what it counted is still there', () => {
    const book = company();
    const limits = [limit('daily', 9n, every('day'))];
    book.must(t(1), configure(under('team', 'user/ada', { limits })));
    book.must(t(1), grant('team', 5n));
    book.must(t(2), record('user/ada', 3n));
    book.must(t(3), archiving(['user/ada']));
    expect(book.must(t(4), configure(node('user/ada', { limits })))).toEqual([
      { type: 'NodeRestored', node: 'user/ada' },
    ]);
    expect(book.limit('user/ada', 'daily').counters).toMatchObject([{ used: units(3n) }]);
    book.hold(t(5), authorize('user/ada', 1n));
  });
});

describe('a node that cannot be archived', () => {
  it('does not exist', () =>
    expect(company().refused(t(1), archiving(['nobody']))).toEqual({
      code: 'UnknownNode',
      message: 'There is no node nobody in this account.',
    }));

  it('says where in the policy it stands', () =>
    expect(company().refused(t(1), archiving(['user/ada', 'org']))).toEqual({
      code: 'Malformed',
      message: 'org cannot be archived: it is the root.',
      path: 'archive.1',
    }));

  it('is the root or the default project', () => {
    expect(reason(company(), ['org'])).toBe('org cannot be archived: it is the root.');
    expect(reason(company(), ['project/default'])).toBe(
      'project/default cannot be archived: it is the default project.',
    );
  });

  it('is stated by the same policy', () =>
    expect(reason(company(), ['user/ada'], node('user/ada'))).toBe(
      'user/ada cannot be archived: the same policy states it.',
    ));

  it('has others standing under it, there already or by the same policy', () => {
    expect(reason(company(), ['team'])).toBe('team cannot be archived: user/ada stands under it.');
    const book = company();
    book.must(t(1), archiving(['user/ada']));
    expect(reason(book, ['team'], under('team', 'user/bob'))).toBe(
      'team cannot be archived: user/bob stands under it.',
    );
    expect(reason(book, ['team'], node('user/ada'))).toBe('team cannot be archived: user/ada stands under it.');
    book.must(t(9), archiving(['team']));
  });

  it('may go when those under it move away in the same step', () => {
    const book = company();
    book.must(t(1), archiving(['team'], under('org', 'user/ada')));
    expect(book.state.nodes.get(nodeId('team'))?.archived).toBe(true);
  });

  it('has credits', () => {
    const book = company();
    book.must(t(1), grant('user/ada', 1n));
    expect(reason(book, ['user/ada'])).toBe('user/ada cannot be archived: it has credits; transfer them first.');
  });

  it('has credits that calls hold, or overage that they hold', () => {
    const sentence = 'user/ada cannot be archived: calls under way hold its credits.';
    const book = company();
    book.must(t(1), grant('user/ada', 1n));
    const { hold } = book.hold(t(1), authorize('user/ada', 1n));
    expect(reason(book, ['user/ada'])).toBe(sentence);
    book.must(t(10), capture(hold));
    book.must(t(11), archiving(['user/ada']));
    const owing = company();
    owing.must(t(1), configure(node('user/ada', { overage: [{ currency: CREDIT, amount: units(1n) }] })));
    owing.hold(t(1), authorize('user/ada', 1n));
    expect(reason(owing, ['user/ada'])).toBe(sentence);
  });

  it('owes overage', () => {
    const book = company();
    book.must(t(1), record('user/ada', 1n));
    expect(reason(book, ['user/ada'])).toBe('user/ada cannot be archived: it owes overage.');
  });

  it('has calls under way that others pay for', () => {
    const book = company();
    book.must(t(1), grant('team', 1n));
    const { hold } = book.hold(t(1), authorize('team', 1n, { nodes: [nodeId('user/ada')] }));
    expect(reason(book, ['user/ada'])).toBe('user/ada cannot be archived: calls under way are charged to it.');
    book.must(t(10), { type: 'void', hold });
    book.must(t(11), archiving(['user/ada']));
  });
});
