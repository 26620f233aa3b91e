import { LedgerError } from '@exchequer/ledger';
import type { PriceBook, RateCardContent } from '@exchequer/rating';
import { Catalogue } from '@exchequer/replica';
import type { SeededRandom } from '@exchequer/testing';
import type { Agenda } from './agenda.js';
import type { UnreliableLedger } from './unreliable-ledger.js';

/** After so long whoever has a card asks again, perhaps another instance, while the first may still be at it. */
const PATIENCE_MS = 2_000;

/** Two instances that publish rate cards, and put prices on usage events: each with its own view of the ledger. */
export class CardPublisher {
  readonly faults: string[] = [];
  private readonly catalogues: readonly Catalogue[];
  private published = 0;

  constructor(
    ledgers: readonly UnreliableLedger[],
    private readonly agenda: Agenda,
    private readonly random: SeededRandom,
  ) {
    const wait = (ms: number): Promise<void> => agenda.wait(ms);
    const withinMs = Number.POSITIVE_INFINITY;
    this.catalogues = ledgers.map((ledger) => new Catalogue(ledger, { wait, withinMs }));
  }

  /** The prices as one of the instances knows them: not always the newest. */
  get book(): PriceBook {
    return this.random.pick(this.catalogues).book;
  }

  /** Has a card published, asking again until it is. */
  publish(content: RateCardContent): void {
    this.published += 1;
    const asked = { content, id: `card-of-sim-${String(this.published)}`, isPublished: false };
    this.try(asked);
  }

  private try(asked: { readonly content: RateCardContent; readonly id: string; isPublished: boolean }): void {
    if (asked.isPublished) return;
    this.agenda.in(PATIENCE_MS, () => this.try(asked));
    this.random
      .pick(this.catalogues)
      .publish(asked.content, asked.id, 'sim', this.agenda.nowMs)
      .then(
        () => (asked.isPublished = true),
        (fault: unknown) => {
          if (!(fault instanceof LedgerError)) this.faults.push(`a card cannot be published: ${String(fault)}`);
        },
      );
  }
}
