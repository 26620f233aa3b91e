import { decimalOf, digitsOf, type Decimal } from '../decimal.js';
import type { CoreMeter } from '../meters.js';
import type { MeterPrice, ModelPrices } from '../rate-card.js';
import { parsePriceKey, type PriceKey } from './price-key.js';

/** A field of a model that bears on its price and is not used. */
export interface UnusedField {
  readonly model: string;
  readonly field: string;
  readonly reason: string;
}

export type ReadModel = {
  readonly notUnderstood: readonly UnusedField[];
  readonly ignoredFields: readonly string[];
} & ({ readonly kind: 'priced'; readonly prices: ModelPrices } | { readonly kind: 'skipped'; readonly reason: string });

/** The format's own file begins with an entry that explains its fields, with prices of zero. */
const EXAMPLE_ENTRY = 'sample_spec';

/** Bounds of what a rate card can carry. */
const MODEL_NAME = /^[\x21-\x7e]{1,128}$/;
const PROVIDER_LENGTH_MAX = 64;
const PRICES_PER_MODEL_MAX = 128;
const PRICE_WHOLE_DIGITS_MAX = 12;
const PRICE_FRACTION_DIGITS_MAX = 24;

const SEARCH_FIELD = 'search_context_cost_per_query';
const SEARCH_METERS: ReadonlyMap<string, CoreMeter> = new Map<string, CoreMeter>([
  ['search_context_size_low', 'search_queries_low'],
  ['search_context_size_medium', 'search_queries_medium'],
  ['search_context_size_high', 'search_queries_high'],
]);

/** Fields that may change what a model costs even where their key is none of the grammar. */
const BEARS_ON_PRICE = /cost|pric(?:e|ing)|multiplier|uplift|surcharge|discount|^provider_specific_entry$/;

/** Reads one model of the common model price JSON. */
export function readModel(model: string, entry: unknown): ReadModel {
  const reader = new ModelReader(model);
  const reason = reader.read(entry);
  const { notUnderstood, ignoredFields } = reader;
  return reason === undefined
    ? { kind: 'priced', prices: reader.prices(), notUnderstood, ignoredFields }
    : { kind: 'skipped', reason, notUnderstood, ignoredFields };
}

class ModelReader {
  readonly notUnderstood: UnusedField[] = [];
  readonly ignoredFields: string[] = [];
  private provider: string | undefined;
  /** By what they price, with the field that said so. */
  private readonly found = new Map<string, { readonly field: string; readonly price: MeterPrice }>();
  private firstFault: string | undefined;

  constructor(private readonly model: string) {}

  /** @returns why the model cannot be priced, or undefined. */
  read(entry: unknown): string | undefined {
    if (this.model === EXAMPLE_ENTRY) return 'it is the example that explains the format, not a model';
    if (!MODEL_NAME.test(this.model)) return 'its name is not 1 to 128 printable characters without spaces';
    if (!isObject(entry)) return 'its entry is not an object';
    for (const [field, value] of Object.entries(entry)) this.readField(field, value);
    if (this.firstFault !== undefined) return this.firstFault;
    if (this.found.size > PRICES_PER_MODEL_MAX) return `it has more than ${PRICES_PER_MODEL_MAX} prices`;
    if (this.found.size > 0) return undefined;
    const unused = this.notUnderstood.map(({ field }) => field);
    return unused.length === 0 ? 'it has no prices' : `none of its prices is understood: ${unused.join(', ')}`;
  }

  prices(): ModelPrices {
    const prices = Array.from(this.found.values(), ({ price }) => price);
    return this.provider === undefined ? { prices } : { provider: this.provider, prices };
  }

  private readField(field: string, value: unknown): void {
    const key = parsePriceKey(field);
    if (key !== undefined) this.readPrice(field, value, key);
    else if (field === SEARCH_FIELD && isObject(value)) this.readSearchPrices(value);
    else if (BEARS_ON_PRICE.test(field)) this.leave(field, 'is no price that this release can read');
    else if (field === 'litellm_provider' && typeof value === 'string' && value.length <= PROVIDER_LENGTH_MAX)
      this.provider = value;
    else this.ignoredFields.push(field);
  }

  private readSearchPrices(sizes: Readonly<Record<string, unknown>>): void {
    for (const [size, value] of Object.entries(sizes)) {
      const meter = SEARCH_METERS.get(size);
      const field = `${SEARCH_FIELD}.${size}`;
      if (meter === undefined) this.leave(field, 'is no size of search that this release can read');
      else this.readPrice(field, value, { meter, tier: 'standard', aboveInputTokens: 0 });
    }
  }

  private readPrice(field: string, value: unknown, key: PriceKey): void {
    if (value === null) {
      this.leave(field, 'is null');
      return;
    }
    const price = readDecimal(value);
    if (typeof price === 'string') {
      // Left out, another tier's or step's price would take its place: a price, but the wrong one.
      this.firstFault ??= `${field} ${price}`;
      return;
    }
    const place = `${key.meter} ${key.tier} ${key.aboveInputTokens}`;
    const known = this.found.get(place);
    if (known === undefined) this.found.set(place, { field, price: { ...key, price } });
    else if (known.price.price.mantissa !== price.mantissa || known.price.price.scale !== price.scale)
      this.firstFault ??= `${known.field} and ${field} are two prices for the same`;
  }

  private leave(field: string, reason: string): void {
    this.notUnderstood.push({ model: this.model, field, reason });
  }
}

/** The price, or what is wrong with it. */
function readDecimal(value: unknown): Decimal | string {
  if (typeof value !== 'number' && typeof value !== 'string') return 'is neither a number nor a text';
  const price = decimalOf(value);
  if (price === undefined) return `is ${String(value).slice(0, 40)}, which is no price`;
  if (price.mantissa < 0n) return 'is negative';
  const { whole, fraction } = digitsOf(price);
  if (whole > PRICE_WHOLE_DIGITS_MAX) return `has more than ${PRICE_WHOLE_DIGITS_MAX} digits before the point`;
  if (fraction > PRICE_FRACTION_DIGITS_MAX) return `has more than ${PRICE_FRACTION_DIGITS_MAX} digits after the point`;
  return price;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
