import { NO_HASH, type Entry, type StoredFact } from '@exchequer/ledger';
import { CATALOGUE_STREAM, PriceBook, rateCardOf, type RateCard, type RateCardPublished } from '@exchequer/rating';

/** Sees every rate card the moment it is stored, and knows what the prices were before it and are since. */
export class CatalogueWitness {
  private readonly cards: RateCard[] = [];
  private readonly booksBySize: PriceBook[] = [new PriceBook()];
  private hash = NO_HASH;

  /** How many cards are stored. */
  get size(): number {
    return this.cards.length;
  }

  /** All prices. */
  get newest(): PriceBook {
    return this.bookOf(this.size);
  }

  /** The prices of whoever knows the cards with these numbers, from the first on: one book after the other. */
  *books(from: number, to = this.size): Iterable<PriceBook> {
    for (let size = from; size <= to; size += 1) yield this.bookOf(size);
  }

  /** What is wrong with an entry of the catalogue, if anything is. */
  sees(revision: number, { commands, previousHash, hash }: Entry): string | undefined {
    const isChained = previousHash === this.hash;
    this.hash = hash;
    for (const { facts } of commands) for (const fact of facts) this.add(fact);
    return isChained ? undefined : `${CATALOGUE_STREAM}@${String(revision)} is not chained`;
  }

  private add(fact: StoredFact): void {
    if (fact.type !== 'RateCardPublished') return;
    this.cards.push(rateCardOf(fact as unknown as RateCardPublished));
    const book = new PriceBook();
    for (const card of this.cards) book.add(card);
    this.booksBySize.push(book);
  }

  private bookOf(size: number): PriceBook {
    const book = this.booksBySize[size];
    if (book === undefined) throw new RangeError(`there are no ${String(size)} cards`);
    return book;
  }
}
