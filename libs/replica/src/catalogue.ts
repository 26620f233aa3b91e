import { openEntry, type Ledger, type Revision } from '@exchequer/ledger';
import { CATALOGUE_STREAM, PriceBook, rateCardOf, type RateCardPublished } from '@exchequer/rating';

/** The rate cards as they are in the ledger, read again whenever there may be new ones. */
export class Catalogue {
  readonly book = new PriceBook();
  private revision: Revision = -1;
  private reading: Promise<void> | undefined;

  constructor(private readonly ledger: Ledger) {}

  /** Reads what was published since. Many callers at once share one reading. */
  refresh(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async read(): Promise<void> {
    for await (const { revision, bytes } of this.ledger.read(CATALOGUE_STREAM, this.revision + 1)) {
      const entry = openEntry(CATALOGUE_STREAM, revision, bytes);
      for (const { facts } of entry.commands)
        for (const fact of facts)
          if (fact.type === 'RateCardPublished') this.book.add(rateCardOf(fact as unknown as RateCardPublished));
      this.revision = revision;
    }
  }
}
