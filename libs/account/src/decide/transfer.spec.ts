import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import type { Transfer } from '../commands.js';
import { authorize, Book, configure, CREDIT, grant, node, only, t, under } from '../spec/book.js';

/** The team has plan 4 (l-1) until 50 and purchased 10 (l-2); the project has nothing. */
function company(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'team'), under('org', 'project'), under('org', 'third')));
  const paid = { currency: currencyId('usd'), amount: units(8n) };
  book.must(t(0), grant('team', 4n, { layer: 'plan', expiresAt: t(50) }));
  book.must(t(0), grant('team', 10n, { paid }));
  return book;
}

const transfer = (from: string, to: string, whole: bigint, more: Partial<Transfer> = {}): Transfer => ({
  type: 'transfer',
  from: nodeId(from),
  to: nodeId(to),
  currency: CREDIT,
  amount: units(whole),
  ...more,
});

const balances = (book: Book) =>
  [...book.state.lots.values()].map((lot) => [lot.id, lot.node.id, lot.available / units(1n)]);

describe('transferring credits', () => {
  it('moves parts of lots in draw-down order', () => {
    const book = company();
    expect(only(book.must(t(1), transfer('team', 'project', 6n, { note: 'Q4' })), 'CreditsTransferred')).toEqual({
      type: 'CreditsTransferred',
      reason: 'transfer',
      moves: [
        { lot: 'l-1', amount: units(4n), toLot: 'l-3', toNode: 'project' },
        { lot: 'l-2', amount: units(2n), toLot: 'l-4', toNode: 'project' },
      ],
      note: 'Q4',
    });
    expect(balances(book)).toEqual([
      ['l-1', 'team', 0n],
      ['l-2', 'team', 8n],
      ['l-3', 'project', 4n],
      ['l-4', 'project', 2n],
    ]);
  });

  it('keeps grant, cost basis, expiry and place in the order', () => {
    const book = company();
    book.must(t(1), transfer('team', 'project', 6n));
    expect(book.lot('l-3').grant).toBe(book.lot('l-1').grant);
    expect(book.lot('l-4').grant.paid).toEqual({ currency: 'usd', amount: units(8n) });
    expect(book.hold(t(2), authorize('project', 5n)).shares.map(({ lot }) => lot)).toEqual(['l-3', 'l-4']);
  });

  it('comes back to the lot that it came from', () => {
    const book = company();
    book.must(t(1), transfer('team', 'project', 6n));
    book.must(t(2), transfer('project', 'team', 6n));
    expect(balances(book)).toEqual([
      ['l-1', 'team', 4n],
      ['l-2', 'team', 10n],
      ['l-3', 'project', 0n],
      ['l-4', 'project', 0n],
    ]);
  });

  it('joins parts of one grant that meet at a node', () => {
    const book = company();
    book.must(t(1), transfer('team', 'project', 2n));
    book.must(t(2), transfer('team', 'third', 2n));
    book.must(t(3), transfer('third', 'project', 2n));
    expect(balances(book)).toContainEqual(['l-3', 'project', 4n]);
    expect(book.state.lots.size).toBe(4);
  });

  it('moves all of it, and a nano-unit more is refused', () => {
    const book = company();
    const refusal = book.refused(t(1), { ...transfer('team', 'project', 0n), amount: (units(14n) + 1n) as never });
    expect(refusal).toEqual({
      code: 'InsufficientCredits',
      message: 'team has 14 credit of its own to move and 14.000000001 was asked.',
      asked: [{ currency: CREDIT, amount: units(14n) + 1n }],
      binding: { node: 'team', currency: CREDIT, remaining: units(14n) },
    });
    book.must(t(1), transfer('team', 'project', 14n));
  });

  it('moves no more than a node has of its own, whatever its pool has', () => {
    const book = company();
    book.must(t(0), grant('org', 100n));
    expect(book.refused(t(1), transfer('team', 'project', 15n)).binding?.remaining).toBe(units(14n));
  });

  it('does not move what calls hold, what has expired, or what has not started', () => {
    const book = company();
    book.must(t(0), grant('team', 5n, { startsAt: t(90) }));
    book.hold(t(1), authorize('team', 7n));
    expect(book.refused(t(2), transfer('team', 'project', 8n)).binding?.remaining).toBe(units(7n));
    expect(book.refused(t(50), transfer('team', 'project', 8n)).binding?.remaining).toBe(units(7n));
    book.must(t(90), transfer('team', 'project', 12n));
  });

  it('counts in no limit: it is no spending', () => {
    const book = company();
    book.must(t(1), transfer('team', 'project', 6n));
    expect(book.state.nodes.get(nodeId('org'))?.activity.size).toBe(0);
  });

  it('goes from one node to another, both open, in a currency of the account', () => {
    const book = company();
    book.must(t(0), { ...configure(), archive: [nodeId('third')] });
    expect(book.refused(t(1), transfer('team', 'team', 1n))).toEqual({
      code: 'Malformed',
      message: 'to: is the same node as from, team.',
    });
    expect(book.refused(t(1), transfer('nobody', 'team', 1n)).code).toBe('UnknownNode');
    expect(book.refused(t(1), transfer('team', 'nobody', 1n)).code).toBe('UnknownNode');
    expect(book.refused(t(1), transfer('third', 'team', 1n)).code).toBe('NodeArchived');
    expect(book.refused(t(1), transfer('team', 'third', 1n)).code).toBe('NodeArchived');
    expect(book.refused(t(1), transfer('team', 'project', 1n, { currency: currencyId('yen') })).code).toBe('Malformed');
  });
});
