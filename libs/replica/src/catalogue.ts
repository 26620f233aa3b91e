import {
  appendUntilKnown,
  contentHashOf,
  NO_HASH,
  NO_STREAM,
  openEntry,
  sealEntries,
  WrongRevision,
  type AppendUntilKnownOptions,
  type Ledger,
  type Position,
  type Revision,
  type StoredFact,
} from '@exchequer/ledger';
import {
  canonicalRateCard,
  CATALOGUE_STREAM,
  PriceBook,
  rateCardOf,
  rateCardPublished,
  type RateCardContent,
  type RateCardPublished,
} from '@exchequer/rating';

/** Times that another publisher may come first before publishing gives up. */
const CLASHES_MAX = 10;
const ID_HASH_LENGTH = 12;

/** What became of a card that was to be published. */
export interface Published {
  readonly card: string;
  /** False when the newest card of that name says the same: nothing was added. */
  readonly isNew: boolean;
  /** `catalogue@<revision>` of the card. */
  readonly address: string;
  readonly position: Position | undefined;
}

interface Known {
  readonly card: string;
  readonly content: string;
  readonly revision: Revision;
}

/** The rate cards as they are in the ledger. Read again whenever there may be new ones; added to by `meter`. */
export class Catalogue {
  readonly book = new PriceBook();
  private revision: Revision = NO_STREAM;
  private hash = NO_HASH;
  /** The newest card of each name. */
  private readonly newest = new Map<string, Known>();
  /** The last reading that was begun. */
  private reading: Promise<void> = Promise.resolve();
  /** The one that begins when that has ended. */
  private next: Promise<void> | undefined;
  private readonly followers: (() => void)[] = [];

  /** @param appending how a card is appended until it is known to be stored. */
  constructor(
    private readonly ledger: Ledger,
    private readonly appending: AppendUntilKnownOptions = {},
  ) {}

  /** Calls back after every reading that found new cards. */
  whenGrown(follower: () => void): void {
    this.followers.push(follower);
  }

  /**
   * Reads what was published until now. Many callers at once share one reading, but none that began before they asked: its
   * answer may be on its way already, without the card that they have heard of.
   *
   * @throws LedgerError when the ledger cannot be read.
   */
  refresh(): Promise<void> {
    this.next ??= this.reading
      .catch(() => undefined) // whoever asked for that one hears of it
      .then(() => {
        this.next = undefined;
        this.reading = this.read();
        return this.reading;
      });
    return this.next;
  }

  /**
   * Adds a card, durable when it resolves. One that says what the newest card of its name says is not added again.
   *
   * @throws EntryTooLarge when the card is more than one entry takes; LedgerError when the ledger cannot be written.
   */
  async publish(content: RateCardContent, commandId: string, actor: string, at: number): Promise<Published> {
    const text = canonicalRateCard(content);
    for (let clash = 0; ; clash += 1) {
      await this.refresh();
      const known = this.newest.get(content.name);
      if (known?.content === text)
        return {
          card: known.card,
          isNew: false,
          address: `${CATALOGUE_STREAM}@${String(known.revision)}`,
          position: undefined,
        };
      const contentHash = contentHashOf(text);
      const card = `card-${String(this.revision + 1)}-${contentHash.slice(0, ID_HASH_LENGTH)}`;
      const fact = rateCardPublished({ ...content, id: card }) as unknown as StoredFact;
      const command = { id: commandId, contentHash, actor, facts: [fact] };
      const entries = sealEntries(CATALOGUE_STREAM, this.hash, at, [command]);
      try {
        const { ledger, appending, revision: expected } = this;
        const { revision, position } = await appendUntilKnown(ledger, CATALOGUE_STREAM, expected, entries, appending);
        await this.refresh();
        return { card, isNew: true, address: `${CATALOGUE_STREAM}@${String(revision)}`, position };
      } catch (fault) {
        if (!(fault instanceof WrongRevision) || clash >= CLASHES_MAX) throw fault;
      }
    }
  }

  private async read(): Promise<void> {
    const before = this.book.size;
    try {
      await this.readOn();
    } finally {
      if (this.book.size > before) for (const follower of this.followers) follower();
    }
  }

  private async readOn(): Promise<void> {
    for await (const { revision, bytes } of this.ledger.read(CATALOGUE_STREAM, this.revision + 1)) {
      const entry = openEntry(CATALOGUE_STREAM, revision, bytes);
      for (const { facts } of entry.commands)
        for (const fact of facts)
          if (fact.type === 'RateCardPublished') this.add(fact as unknown as RateCardPublished, revision);
      this.revision = revision;
      this.hash = entry.hash;
    }
  }

  private add(fact: RateCardPublished, revision: Revision): void {
    const card = rateCardOf(fact);
    this.book.add(card);
    this.newest.set(card.name, { card: card.id, content: canonicalRateCard(card), revision });
  }
}
