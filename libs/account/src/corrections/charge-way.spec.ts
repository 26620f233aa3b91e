import { describe, expect, it } from '@jest/globals';
import { units } from '@exchequer/kernel';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  grant,
  node,
  only,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';

/** Two teams under an organization that pays for both; ada stands under the first. */
function company(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'east'), under('org', 'west'), under('east', 'ada')));
  book.must(t(0), grant('org', 100n));
  return book;
}

const pooled = (id: string) => configure(node(id, { pools: [{ currency: CREDIT, borrowMax: units(50n) }] }));

const corrected = (book: Book) =>
  only(book.must(t(9), book.correction(book.charges().at(-1) ?? 0, { lines: [credits(4n)] })), 'ChargeCorrected');

describe('the nodes whose pool rules count a correction', () => {
  it('are those above the payer on the day of the charge, where that had been moved before', () => {
    const book = company();
    book.must(t(1), pooled('west'));
    book.must(t(2), configure(under('west', 'ada')));
    book.must(t(3), record('ada', 5n));
    expect(corrected(book).way).toEqual(['ada', 'west', 'org']);
  });

  it('are those above it on that day, where it was moved since', () => {
    const book = company();
    book.must(t(1), pooled('east'));
    book.must(t(2), record('ada', 5n));
    book.must(t(3), configure(under('west', 'ada')));
    expect(corrected(book).way).toEqual(['ada', 'east', 'org']);
  });

  it('are told with the charge of a session, which leaves the tree, however often nodes were moved before', () => {
    const book = company();
    for (const [index, team] of (['west', 'east', 'west'] as const).entries()) {
      const { session } = only(book.must(t(index), openSession('east', 6n)), 'SessionOpened');
      const { hold } = book.hold(t(index), authorize(session, 4n));
      expect(only(book.must(t(index), capture(hold)), 'HoldCaptured').chain).toEqual(['org', 'east', session]);
      book.must(t(index), configure(under(team, 'ada')));
    }
  });

  it('are none where no rule stood when a call was charged that began before a move', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('ada', 5n));
    book.must(t(2), configure(under('west', 'ada')));
    expect(only(book.must(t(3), capture(hold)), 'HoldCaptured').chain).toEqual(['org', 'east', 'ada']);
    book.must(t(4), pooled('west'));
    expect(corrected(book)).not.toHaveProperty('way');
  });
});
