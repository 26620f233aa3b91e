/** Meters that have a column of their own, because nearly every report asks for them. */
export const TOKEN_COLUMNS = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'reasoning_tokens',
  'input_audio_tokens',
  'output_audio_tokens',
] as const;
export type TokenColumn = (typeof TOKEN_COLUMNS)[number];

const IS_COLUMN: ReadonlySet<string> = new Set(TOKEN_COLUMNS);

/** Quantities as decimal texts of at most nine digits after the point. */
export interface QuantityColumns extends Readonly<Record<TokenColumn, string>> {
  /** All other meters by name. */
  readonly meters: Readonly<Record<string, string>>;
}

export const QUANTITY_COLUMNS = [...TOKEN_COLUMNS, 'meters'] as const;

const DECIMALS = 9;

/** Numbers have no digits beyond a billionth that a report would show. */
const quantityText = (quantity: number | string): string =>
  typeof quantity === 'string' || Number.isInteger(quantity) ? String(quantity) : quantity.toFixed(DECIMALS);

const NOTHING: QuantityColumns = {
  input_tokens: '0',
  output_tokens: '0',
  cache_read_tokens: '0',
  cache_write_tokens: '0',
  cache_write_1h_tokens: '0',
  reasoning_tokens: '0',
  input_audio_tokens: '0',
  output_audio_tokens: '0',
  meters: {},
};

export function quantityColumns(quantities: Readonly<Record<string, number | string>> | undefined): QuantityColumns {
  if (quantities === undefined) return NOTHING;
  const columns: Record<string, string> = {};
  const meters: Record<string, string> = {};
  for (const [meter, quantity] of Object.entries(quantities))
    (IS_COLUMN.has(meter) ? columns : meters)[meter] = quantityText(quantity);
  return { ...NOTHING, ...columns, meters };
}

const UNIT = 10n ** BigInt(DECIMALS);

/** By how much quantities differ, as exact decimal texts. */
export function quantityChanges(
  before: Readonly<Record<string, number | string>>,
  after: Readonly<Record<string, number | string>>,
): Readonly<Record<string, string>> {
  const changes: Record<string, string> = {};
  for (const meter of Object.keys({ ...before, ...after })) {
    const change = inBillionths(after[meter] ?? 0) - inBillionths(before[meter] ?? 0);
    if (change !== 0n) changes[meter] = decimalText(change);
  }
  return changes;
}

function inBillionths(quantity: number | string): bigint {
  const [whole = '0', fraction = ''] = (typeof quantity === 'number' ? quantity.toFixed(DECIMALS) : quantity).split(
    '.',
  );
  return BigInt(whole) * UNIT + BigInt(fraction.padEnd(DECIMALS, '0'));
}

function decimalText(change: bigint): string {
  const size = change < 0n ? 0n - change : change;
  return `${change < 0n ? '-' : ''}${String(size / UNIT)}.${String(size % UNIT).padStart(DECIMALS, '0')}`;
}
