import { describe, expect, it } from '@jest/globals';
import { accountId, currencyId } from '@exchequer/kernel';
import type { Configure, NodePolicy } from '../commands.js';
import { Book, configure, CREDIT, every, grant, limit, node, t, under } from '../spec/book.js';

const opened = (...nodes: readonly NodePolicy[]): Book => {
  const book = new Book();
  book.must(t(0), configure(...nodes));
  return book;
};

const parents = (book: Book) =>
  Object.fromEntries([...book.state.nodes.values()].map((one) => [one.id, one.parent?.id ?? null]));

describe('opening an account', () => {
  it('makes its root and the default project', () => {
    const book = new Book();
    const command: Configure = { ...configure(), account: accountId('acme') };
    expect(book.must(t(5), command)).toEqual([
      {
        type: 'AccountOpened',
        account: 'acme',
        root: 'org',
        rootKind: 'organization',
        defaultProject: 'project/default',
      },
      { type: 'CurrencyDeclared', currency: CREDIT, display: 2 },
    ]);
    expect(book.state.opening).toMatchObject({ account: 'acme', openedAt: t(5) });
    expect(parents(book)).toEqual({ org: null, 'project/default': 'org' });
    expect(book.state.opening?.defaultProject).toMatchObject({ kind: 'project', pooling: 'own-then-parent' });
  });

  it('takes an organization without a parent for the root', () => {
    const book = opened(under('acme', 'team'), node('first'), node('acme', { kind: 'organization' }));
    expect(parents(book)).toEqual({ acme: null, 'project/default': 'acme', team: 'acme', first: 'acme' });
    expect(book.state.opening?.root).toMatchObject({ kind: 'organization', pooling: 'own' });
  });

  it('else takes org, and else the only node without a parent, if others hang on it', () => {
    const bare = opened(node('first'), under('first', 'team'), node('org'), node('project/default'));
    expect(parents(bare)).toEqual({ org: null, 'project/default': 'org', first: 'org', team: 'first' });
    expect(parents(opened(node('first'), node('second')))).toMatchObject({ org: null, first: 'org', second: 'org' });
    const book = opened(node('company', { kind: 'company' }), under('company', 'team'), node('project/default'));
    expect(parents(book)).toEqual({ company: null, 'project/default': 'company', team: 'company' });
    expect(book.state.opening?.root.kind).toBe('company');
    expect(book.booked[0]?.fact).toMatchObject({ type: 'AccountOpened', rootKind: 'company' });
  });

  it('takes an organization before a node that others hang on, and for its kind asks nobody else', () => {
    const book = opened(
      node('company', { kind: 'company' }),
      under('company', 'team', { kind: 'team' }),
      node('acme', { kind: 'organization' }),
    );
    expect(book.state.opening?.root).toMatchObject({ id: 'acme', kind: 'organization' });
    expect(opened(under('org', 'team', { kind: 'team' }), node('org')).state.opening?.root).toMatchObject({
      id: 'org',
      kind: 'organization',
    });
  });

  it.each([
    [
      'first and company have no parent, and only one node can be the root of an account, for good: state kind: organization for the root, under which the others then stand, or give all but one of them a parent.',
      [node('first'), under('company', 'team'), node('company', { kind: 'company' })],
      'nodes.2',
    ],
    [
      'acme and beta have no parent, and only one node can be the root of an account, for good: give all but one of them a parent.',
      [node('first'), node('acme', { kind: 'organization' }), node('beta', { kind: 'organization' })],
      'nodes.2',
    ],
    [
      'a, b and c have no parent, and only one node can be the root of an account, for good: state kind: organization for the root, under which the others then stand, or give all but one of them a parent.',
      [node('a'), node('b'), node('c'), under('c', 'team')],
      'nodes.1',
    ],
    [
      'a, b, c, d, e and 2 more have no parent, and only one node can be the root of an account, for good: state kind: organization for the root, under which the others then stand, or give all but one of them a parent.',
      [...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => node(id)), under('g', 'team')],
      'nodes.1',
    ],
  ])('never guesses the root from several: %s', (message, nodes, path) => {
    expect(new Book().refused(t(5), configure(...nodes))).toEqual({ code: 'Malformed', message, path });
  });

  it('never takes the default project for the root', () => {
    const book = opened(node('project/default'), under('project/default', 'key'));
    expect(parents(book)).toEqual({ org: null, 'project/default': 'org', key: 'project/default' });
  });

  it('does nothing when its policy is refused', () => {
    const book = new Book();
    expect(book.refused(t(0), configure(node('a'), node('a'))).code).toBe('Malformed');
    expect(book.state.opening).toBeUndefined();
  });

  it('happens once: the same policy again brings nothing', () => {
    const book = opened(node('org'), under('org', 'team', { limits: [limit('daily', 1n, every('day'))] }));
    const policy = configure(node('org'), under('org', 'team', { limits: [limit('daily', 1n, every('day'))] }));
    expect(book.must(t(9), policy)).toEqual([]);
  });
});

describe('declaring a currency', () => {
  it('keeps the digits that people are shown, and changes them', () => {
    const book = opened();
    const declared = (display: number) =>
      book.must(t(1), { ...configure(), currencies: [{ currency: CREDIT, display }] });
    expect(declared(2)).toEqual([]);
    expect(declared(0)).toEqual([{ type: 'CurrencyDeclared', currency: CREDIT, display: 0 }]);
    expect(book.state.currencies.get(CREDIT)?.display).toBe(0);
  });

  it('names them all to whoever asks for another', () => {
    const book = opened();
    book.must(t(1), { ...configure(), currencies: [{ currency: currencyId('usd'), display: 2 }] });
    expect(book.refused(t(2), grant('org', 1n, { currency: currencyId('yen') })).message).toBe(
      'The currency yen is not declared by this account; it has credit, usd.',
    );
  });

  it('keeps those that a policy does not name', () => {
    const book = opened();
    book.must(t(1), { ...configure(), currencies: [{ currency: currencyId('usd'), display: 2 }] });
    expect([...book.state.currencies.keys()]).toEqual(['credit', 'usd']);
  });
});
