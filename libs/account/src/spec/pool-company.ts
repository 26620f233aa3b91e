import { nodeId, units } from '@exchequer/kernel';
import { Book, configure, CREDIT, grant, node, t, under } from './book.js';
import type { NodePolicy } from '../commands.js';
import type { PoolRule } from '../facts.js';
import { evolve } from '../evolve/evolve.js';
import { poolLines } from '../pools/pool-lines.js';

export type Rules = Partial<Record<'reserve' | 'borrowMax' | 'lendMax', bigint>>;

export const rules = (stated: Rules): Pick<NodePolicy, 'pools'> => ({
  pools: [
    {
      currency: CREDIT,
      ...(Object.fromEntries(Object.entries(stated).map(([name, whole]) => [name, units(whole)])) as Omit<
        PoolRule,
        'currency'
      >),
    },
  ],
});

export const DAY = 86_400;
/** The first instant of February and of March 1970, in seconds. */
export const FEBRUARY = 31 * DAY;
export const MARCH = 59 * DAY;

export interface Rulings {
  readonly org?: Rules;
  readonly sales?: Rules;
  readonly research?: Rules;
  readonly lab?: Rules;
}

export const policy = ({ org, sales, research, lab }: Rulings, more: Partial<NodePolicy> = {}) =>
  configure(
    node('org', org === undefined ? {} : rules(org)),
    under('org', 'sales', { pooling: 'parent', ...(sales && rules(sales)) }),
    under('org', 'research', { ...(research && rules(research)), ...more }),
    under('research', 'lab', { pooling: 'parent', ...(lab && rules(lab)) }),
  );

/** org has 100 credits, research under it 10 of its own; sales takes all from org, lab all from research. */
export function company(rulings: Rulings, more: Partial<NodePolicy> = {}): Book {
  const book = new Book();
  book.must(t(0), policy(rulings, more));
  book.must(t(0), grant('org', 100n));
  book.must(t(0), grant('research', 10n));
  return book;
}

/** As a stream of before can say: research lives on its own credits, and has a reserve that keeps nothing. */
export function withIdleReserve(): Book {
  const book = company({}, { pooling: 'own' });
  const node = nodeId('research');
  evolve(book.state, { type: 'PoolRulesSet', node, currency: CREDIT, reserve: units(30n) }, t(0));
  return book;
}

export const line = (book: Book, id: string, at = book.state.now) => {
  const found = book.state.nodes.get(nodeId(id));
  const [first] = found === undefined ? [] : poolLines(found, at);
  if (first === undefined) throw new Error(`${id} has no pool rules`);
  const { borrowed, lent, kept } = first;
  return {
    borrowed: borrowed / units(1n),
    lent: lent / units(1n),
    ...(kept !== undefined && { kept: kept / units(1n) }),
  };
};
