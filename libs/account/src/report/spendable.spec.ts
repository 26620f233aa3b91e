import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import { Book, configure, CREDIT, grant, node, only, openSession, t, under } from '../spec/book.js';
import { spendableBy } from './spendable.js';

const DATA = currencyId('data-credit');

/** The organization has 2 credits and 5 data credits, and may owe 10 credits for critical work and 3 data credits for any. */
function company(): Book {
  const book = new Book();
  const overage = [
    { currency: CREDIT, amount: units(10n), for: 'critical' as const },
    { currency: DATA, amount: units(3n) },
  ];
  const currencies = [CREDIT, DATA].map((currency) => ({ currency, display: 0 }));
  book.must(t(0), { ...configure(node('org', { overage }), under('org', 'team')), currencies });
  book.must(t(0), grant('org', 2n));
  book.must(t(0), grant('org', 5n, { currency: DATA }));
  return book;
}

function told(book: Book, id: string) {
  const found = book.state.nodes.get(nodeId(id));
  if (found === undefined) throw new Error(`there is no node ${id}`);
  const { fundingPath, amounts, ifCritical } = spendableBy(book.state, found, t(1));
  return { path: fundingPath.map((one) => one.id), amounts, ifCritical };
}

describe('what a node could spend', () => {
  it('is what its funding path has, by currency, and what critical work could where that is more', () =>
    expect(told(company(), 'team')).toEqual({
      path: ['team', 'org'],
      amounts: [
        { currency: CREDIT, amount: units(2n) },
        { currency: DATA, amount: units(8n) },
      ],
      ifCritical: [{ currency: CREDIT, amount: units(12n) }],
    }));

  it('is what is left of its reserve where it is a session, whatever work that is for', () => {
    const book = company();
    const { session } = only(book.must(t(1), openSession('team', 2n)), 'SessionOpened');
    expect(told(book, session)).toEqual({
      path: ['team', 'org'],
      amounts: [{ currency: CREDIT, amount: units(2n) }],
      ifCritical: [],
    });
  });
});
