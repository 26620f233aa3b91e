import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import type { Configure, NodePolicy } from '../commands.js';
import { poolLines } from '../pools/pool-lines.js';
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
  only,
  t,
  under,
} from '../spec/book.js';
import { restoreState } from './restore-state.js';
import { storeState } from './store-state.js';
import type { StoredState } from './stored-state.js';

function restored({ state }: Book): Book {
  const again = restoreState(JSON.parse(JSON.stringify(storeState(state))) as StoredState);
  if (again === undefined) throw new Error('the snapshot was not understood');
  return new Book(again);
}

function company(team: Partial<NodePolicy> = {}, more: Partial<Configure> = {}): Book {
  const book = new Book();
  book.must(t(0), { ...configure(node('org'), under('org', 'team', team), under('team', 'ada')), ...more });
  book.must(t(0), grant('org', 100n));
  return book;
}

describe('a snapshot', () => {
  it('knows of calls under way, and of those that lapsed, that they are at a stated price, and their market cost', () => {
    const book = company({}, { statedPrices: { meters: {}, request: { price: '2', currency: CREDIT } } });
    const told = { provisional: 'no card has it', market: [credits(9n)] };
    const { hold } = book.hold(t(1), authorize('ada', 2n, told));
    const lapsed = book.hold(t(1), authorize('ada', 3n, { ...told, holdForMs: t(1) })).hold;
    book.advance(t(5));
    const again = restored(book);
    expect(only(again.must(t(6), capture(hold)), 'HoldCaptured')).toMatchObject(told);
    expect(only(again.must(t(7), capture(lapsed)), 'CreditsDrawn')).toMatchObject({ ...told, late: true });
  });

  it.each(['reserve', 'borrowMax', 'lendMax'] as const)('has each pool rule by itself: %s', (rule) => {
    const book = company({ pools: [{ currency: CREDIT, [rule]: units(5n) }] });
    book.hold(t(1), authorize('ada', 4n));
    const of = ({ state }: Book) => Array.from(state.nodes.values(), (one) => poolLines(one, t(2)));
    expect(of(restored(book))).toEqual(of(book));
    expect(of(book).flat()).toMatchObject([{ [rule]: units(5n) }]);
  });

  it('knows since when a rate stands', () => {
    const book = company();
    book.must(t(3), configure(under('org', 'team', { rates: [{ requests: { count: 5, per: 'day' } }] })));
    book.must(t(9), grant('org', 1n));
    const since = ({ state }: Book) => state.nodes.get(nodeId('team'))?.rates?.all.map((rate) => rate.since);
    expect(since(restored(book))).toEqual([t(3)]);
  });

  it('has tiers that nobody has reached, and what was reached in tiers that are stated no more', () => {
    const paid = { currency: currencyId('usd'), amount: units(5n) };
    const tiers = [{ name: 'gold', paid, limits: [limit('month', 9n, every('month'))] }];
    const book = company({}, { tiers });
    expect(restored(book).state.tier).toEqual(book.state.tier);
    expect(book.state.tier).toMatchObject({ ladder: [{ name: 'gold' }], advances: 0 });
    book.must(t(1), grant('org', 1n, { paid }));
    book.must(t(2), { ...configure(), tiers: [] });
    expect(restored(book).state.tier).toEqual(book.state.tier);
    expect(book.state.tier).toMatchObject({ ladder: [], advances: 1 });
  });
});
