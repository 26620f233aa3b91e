import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { currencyId, DAY_MS, START_OF_TIME, type Instant } from '@exchequer/kernel';
import { LedgerUnavailable, openLedger, type Ledger } from '@exchequer/ledger';
import { parseDecimal, rate, type RateCardContent } from '@exchequer/rating';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { Catalogue } from './catalogue.js';

let scratch: ScratchDirectory;
let ledger: Ledger;

beforeEach(async () => {
  scratch = await createScratchDirectory();
  ledger = openLedger(`lmdb:${scratch.path}`);
});

afterEach(async () => {
  await ledger.close();
  await scratch.remove();
});

/** A card with one model, whose input costs `price` dollars a token. */
function card(price: string, effectiveFrom: Instant = START_OF_TIME, name = 'list'): RateCardContent {
  const decimal = parseDecimal(price);
  if (decimal === undefined) throw new Error(`${price} is no decimal`);
  const prices = [{ meter: 'input_tokens', price: decimal, tier: 'standard', aboveInputTokens: 0 }] as const;
  return { name, currency: currencyId('usd'), effectiveFrom, models: new Map([['small', { prices }]]) };
}

/** What a million tokens cost at an instant, in nano-dollars. */
function million({ book }: Catalogue, at: Instant): bigint | string {
  const rating = rate({ model: 'small', meters: { input_tokens: 1_000_000 } }, at, book);
  return rating.kind === 'priced' ? (rating.amounts[0]?.amount ?? 0n) : rating.code;
}

const DOLLAR = 1_000_000_000n;

describe('publishing a rate card', () => {
  it('makes its prices hold, here and wherever the ledger is read', async () => {
    const catalogue = new Catalogue(ledger);
    expect(million(catalogue, 0)).toBe('unknown-model');
    expect(await catalogue.publish(card('0.000003'), 'p-1', 'ada', 5)).toMatchObject({
      isNew: true,
      address: 'catalogue@0',
    });
    const other = new Catalogue(ledger);
    await other.refresh();
    expect([million(catalogue, 0), million(other, 0)]).toEqual([3n * DOLLAR, 3n * DOLLAR]);
  });

  it('adds nothing when the newest card of its name says the same', async () => {
    const catalogue = new Catalogue(ledger);
    const first = await catalogue.publish(card('0.000003'), 'p-1', 'ada', 5);
    expect(await catalogue.publish(card('0.0000030'), 'p-2', 'bob', 6)).toEqual({
      card: first.card,
      isNew: false,
      address: 'catalogue@0',
      position: undefined,
    });
    expect((await ledger.head('catalogue'))?.revision).toBe(0);
  });

  it('adds a card that was there before, when another came between: the older one holds again', async () => {
    const catalogue = new Catalogue(ledger);
    for (const price of ['0.000003', '0.000004', '0.000003'])
      expect((await catalogue.publish(card(price), price, 'ada', 5)).isNew).toBe(true);
    expect(million(catalogue, 0)).toBe(3n * DOLLAR);
  });

  it('keeps the price of each day', async () => {
    const catalogue = new Catalogue(ledger);
    await catalogue.publish(card('0.000003'), 'p-1', 'ada', 5);
    await catalogue.publish(card('0.000002', DAY_MS), 'p-2', 'ada', 6);
    expect([million(catalogue, DAY_MS - 1), million(catalogue, DAY_MS)]).toEqual([3n * DOLLAR, 2n * DOLLAR]);
  });

  it('loses no card when two publish at once, each with its own view of the ledger', async () => {
    const [one, two] = [new Catalogue(ledger), new Catalogue(ledger)];
    const published = await Promise.all([
      one.publish(card('0.000003', 0, 'list'), 'p-1', 'ada', 5),
      two.publish(card('0.000004', 0, 'special'), 'p-2', 'bob', 5),
    ]);
    expect(published.map(({ address }) => address).sort()).toEqual(['catalogue@0', 'catalogue@1']);
    for (const catalogue of [one, two]) {
      await catalogue.refresh();
      expect(catalogue.book.cards().map(({ id }) => id)).toEqual(
        published.toSorted((a, b) => (a.address < b.address ? -1 : 1)).map((card) => card.card),
      );
    }
  });

  it('reads each card once, however many ask at once', async () => {
    await new Catalogue(ledger).publish(card('0.000003'), 'p-1', 'ada', 5);
    const catalogue = new Catalogue(ledger);
    const reading = jest.spyOn(ledger, 'read');
    await Promise.all([catalogue.refresh(), catalogue.refresh(), catalogue.refresh()]);
    expect(reading.mock.calls).toEqual([['catalogue', 0]]);
    await catalogue.refresh();
    expect(reading.mock.calls.slice(1)).toEqual([['catalogue', 1]]);
    expect(catalogue.book.cards()).toHaveLength(1);
  });

  it('reads once more for whoever asks while a reading is on its way: what it brings may be older than the question', async () => {
    const catalogue = new Catalogue(ledger);
    let arrives: () => void = () => undefined;
    const onItsWay = new Promise<void>((resolve) => (arrives = resolve));
    const reading = jest.spyOn(ledger, 'read').mockImplementationOnce(async function* () {
      await onItsWay;
      yield* [];
    });
    const first = catalogue.refresh();
    while (reading.mock.calls.length === 0) await Promise.resolve();
    await new Catalogue(ledger).publish(card('0.000003'), 'p-1', 'ada', 5);
    const second = catalogue.refresh();
    arrives();
    await first;
    expect(million(catalogue, 0)).toBe('unknown-model');
    await second;
    expect(million(catalogue, 0)).toBe(3n * DOLLAR);
  });

  it('reads again after a reading that failed, and tells only those of it who asked for that one', async () => {
    await new Catalogue(ledger).publish(card('0.000003'), 'p-1', 'ada', 5);
    const catalogue = new Catalogue(ledger);
    const broken = new LedgerUnavailable('the connection broke');
    const once = jest.spyOn(ledger, 'read').mockImplementationOnce(() => {
      throw broken;
    });
    const first = catalogue.refresh();
    while (once.mock.calls.length === 0) await Promise.resolve();
    const second = catalogue.refresh();
    await expect(first).rejects.toBe(broken);
    await second;
    expect(million(catalogue, 0)).toBe(3n * DOLLAR);
  });
});
