import { amountFault, formatAmount, parseAmount } from '@exchequer/kernel';
import { z } from 'zod';

/** Bounds of a single message. Beyond them a request is refused as Malformed. */
export const BOUNDS = {
  messageBytesMax: 1024 * 1024,
  itemsPerBatchMax: 1_000,
  nodesPerRequestMax: 16,
  tagsMax: 32,
  tagKeyLengthMax: 64,
  tagValueLengthMax: 256,
  metersPerUseMax: 32,
  currenciesPerRequestMax: 8,
  idLengthMax: 128,
  nodesPerMessageMax: 1_000,
  holdForMinMs: 1_000,
  holdForMaxMs: 24 * 60 * 60 * 1_000,
  modelKindsMax: 64,
  /** Also how many models are looked at when a call is refused. */
  modelsPerKindMax: 16,
  /** The longest that a call is asked to wait before it runs. */
  delayMaxMs: 60 * 60 * 1_000,
  sessionLifeMaxMs: 30 * 24 * 60 * 60 * 1_000,
  /** How long a refund that comes after the expiry of its lot may be spent. */
  refundGraceMinMs: 60 * 1_000,
  refundGraceMaxMs: 366 * 24 * 60 * 60 * 1_000,
  /** How long before the end of credits notice of it may be given, and how often. */
  expiryNoticeMinMs: 60 * 1_000,
  expiryNoticeMaxMs: 366 * 24 * 60 * 60 * 1_000,
  expiryNoticesMax: 8,
} as const;

export const DEFAULT_HOLD_FOR = 'PT2M';

const AMOUNT_SENTENCES = {
  'not-a-decimal': 'takes a decimal in a string, such as "12.5"',
  negative: 'is negative; amounts start at 0',
  'too-precise': 'has more than 9 digits after the point; round it to nano-units',
  'too-large': 'is above 9223372036.854775807, the largest amount',
} as const;

/** Why a text is no amount, as a sentence, or undefined. */
export function amountSentence(text: string): string | undefined {
  const fault = amountFault(text);
  return fault === undefined ? undefined : AMOUNT_SENTENCES[fault];
}

const SHORT_AMOUNT = /^\d{1,9}(?:\.\d{1,9})?$/;

/** A decimal string of whole units, at most 9 digits after the point, from 0 to 2⁶³ − 1 nano-units. It stays as it is written. */
export const decimalText = z.string().check((context) => {
  if (SHORT_AMOUNT.test(context.value)) return;
  const message = amountSentence(context.value.slice(0, 64));
  if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value, continue: false });
});

/** Without zeros that say nothing, so that amounts are alike in their texts where they are alike. */
const SHORTEST_AMOUNT = /^(?:0|[1-9]\d{0,8})(?:\.\d{0,8}[1-9])?$/;

/** As {@link decimalText}, in the shortest text of the same amount: a request is told by its amounts, not by how they are written. */
export const amountText = z.string().check((context) => {
  if (SHORTEST_AMOUNT.test(context.value)) return;
  const message = amountSentence(context.value.slice(0, 64));
  if (message === undefined) context.value = formatAmount(parseAmount(context.value));
  else context.issues.push({ code: 'custom', message, input: context.value, continue: false });
});

/** The amount of a limit: as {@link amountText}, or `unlimited`. */
export const limitAmountText = z.union([z.literal('unlimited'), amountText], {
  error: ({ input }) =>
    typeof input === 'string'
      ? (amountSentence(input.slice(0, 64)) ?? 'is no amount')
      : 'takes a decimal in a string, such as "12.5", or "unlimited"',
});

const isPositive = (text: string): boolean => /[1-9]/.test(text);

/** As {@link amountText}, but more than nothing. */
export const positiveAmountText = amountText.refine(isPositive, 'is 0; it takes more than nothing');
/** As {@link decimalText}, but more than nothing. */
export const positiveDecimalText = decimalText.refine(isPositive, 'is 0; it takes more than nothing');

/** A delay to keep before a call, in milliseconds. */
export const delayMs = z.int().min(1, 'is less than a millisecond').max(BOUNDS.delayMaxMs, 'is longer than an hour');

export const accountText = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'is no account name; it takes 1 to 63 of a-z, 0-9 and -, beginning with a letter or digit',
  );

export const nodeText = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@:+-]*(?:\/[A-Za-z0-9][A-Za-z0-9._@:+-]*){0,7}$/,
    'is no node name; it takes letters, digits and . _ @ : + - in parts divided by /, such as project/chat',
  )
  .max(BOUNDS.idLengthMax, 'is longer than 128 characters');

export const currencyText = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'is no currency name; it takes 1 to 32 of a-z, 0-9 and -, such as usd');

export const limitText = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is no limit name; it takes 1 to 63 of a-z, 0-9 and -, such as daily');

export const kindText = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'is no kind; it takes a word such as team');

export const setText = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'is no name of a role or group; it takes 1 to 64 letters, digits and . _ -, such as power',
  );

export const modelText = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'is no model name; it takes 1 to 128 printable characters without spaces');

export const meterText = z
  .string()
  .regex(/^[a-z][a-z0-9_.]{0,63}$/, 'is no meter name; it takes 1 to 64 of a-z, 0-9, _ and ., such as input_tokens');

/** An id chosen by the sender. Any printable text, so that UUIDs, ULIDs and paths all fit. */
export const idText = z.string().regex(/^[\x20-\x7e]{1,128}$/, 'takes 1 to 128 printable characters');

export const holdText = z
  .string()
  .regex(/^h-[0-9a-z]+-[0-9a-z]+$/, 'is no hold; it takes the id that authorize returned');

/** An instant in ISO 8601 with a zone or offset. */
export const instantText = z
  .string()
  .refine(
    (text) => !Number.isNaN(parseInstant(text)),
    'is no instant; it takes ISO 8601 with a zone, such as 2026-11-21T10:00:00Z',
  );

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds since the epoch, or NaN. Digits beyond milliseconds are cut off. */
export function parseInstant(text: string): number {
  const [, year, month, day] = INSTANT.exec(text) ?? [];
  // Date.parse takes 30 February for 2 March.
  if (Number(day) > 28 && Number(day) > daysIn(Number(year), Number(month))) return Number.NaN;
  return day === undefined ? Number.NaN : Date.parse(text.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1'));
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const DURATION = /^P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.(\d{1,3}))?S)?)?$/;

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds, or NaN. */
export function parseDuration(text: string): number {
  if (text === DEFAULT_HOLD_FOR) return 120_000;
  const match = DURATION.exec(text);
  if (match === null || text.length < 3 || text.endsWith('T')) return Number.NaN;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', millis = '0'] = match;
  return (
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 +
    Number(seconds) * 1_000 +
    Number(millis.padEnd(3, '0'))
  );
}

export const holdForText = z.string().refine((text) => {
  const ms = parseDuration(text);
  return ms >= BOUNDS.holdForMinMs && ms <= BOUNDS.holdForMaxMs;
}, 'takes an ISO 8601 duration from PT1S to P1D, such as PT2M');

/** An ISO 8601 duration within the bounds of a session. */
export const lifeForText = z.string().refine((text) => {
  const ms = parseDuration(text);
  return ms >= BOUNDS.holdForMinMs && ms <= BOUNDS.sessionLifeMaxMs;
}, 'takes an ISO 8601 duration from PT1S to P30D, such as PT1H');

const noMoreThan = (most: number, what: string) => (record: Readonly<Record<string, unknown>>) => {
  const count = Object.keys(record).length;
  return count > most ? `has ${String(count)} ${what}; the most is ${String(most)}` : undefined;
};

function bounded<Value extends Readonly<Record<string, unknown>>>(
  schema: z.ZodType<Value>,
  most: number,
  what: string,
): z.ZodType<Value> {
  const fault = noMoreThan(most, what);
  return schema.check((context) => {
    const message = fault(context.value);
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value });
  });
}

/** Amounts by currency; none of them where nothing is charged. */
export const answeredAmounts = bounded(
  z.record(currencyText, amountText),
  BOUNDS.currenciesPerRequestMax,
  'currencies',
);

/** Amounts by currency: at least one. */
export const amountsMap = answeredAmounts.refine(
  (amounts) => Object.keys(amounts).length > 0,
  'is empty; it takes at least one currency, such as {"usd":"0.01"}',
);

export const tagText = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/, 'is no tag name; it takes 1 to 64 letters, digits and . _ : / -');

export const tagValueText = z.string().max(BOUNDS.tagValueLengthMax, 'is longer than 256 characters');

export const tagsMap = bounded(z.record(tagText, tagValueText), BOUNDS.tagsMax, 'tags');

/** @param text of digits, with a point among them or without. */
const withoutIdleZeros = (text: string): string =>
  (text.includes('.') ? text.replace(/\.?0+$/, '') : text).replace(/^0+(?=\d)/, '');

const quantityNumber = z
  .number()
  .min(0, 'is negative; quantities start at 0')
  .max(Number.MAX_SAFE_INTEGER, 'is above 9007199254740991');

/** In the shortest text of the same quantity. */
const quantityText = z
  .string()
  .regex(/^\d{1,15}(?:\.\d{1,9})?$/, 'takes a number, or a decimal in a string, such as "12.5"')
  .overwrite(withoutIdleZeros);

/** How much of a meter was used: a number, or a decimal string where a fraction must be exact. */
export const quantity = z.union([quantityNumber, quantityText], 'takes a number from 0, or a decimal in a string');

/** A quantity that is not known yet: the most that it can become. */
export const estimatedQuantity = z.union(
  [quantityNumber, quantityText, z.strictObject({ max: quantityNumber })],
  'takes a number from 0, a decimal in a string, or {"max": number}',
);

export const SERVICE_TIERS = ['standard', 'batch', 'flex', 'priority'] as const;

const usedModel = {
  model: modelText,
  provider: z.string().max(64).optional(),
  serviceTier: z.enum(SERVICE_TIERS).optional(),
};

/** How much of each meter was used. */
export const usedQuantities = bounded(z.record(meterText, quantity), BOUNDS.metersPerUseMax, 'meters');

/** What was used: a model, and how much of each meter. */
export const use = z.strictObject({ ...usedModel, meters: usedQuantities });

/** What a call will use, as far as it is known. */
export const estimatedUse = z.strictObject({
  ...usedModel,
  meters: bounded(z.record(meterText, estimatedQuantity), BOUNDS.metersPerUseMax, 'meters'),
});

export type Use = z.infer<typeof use>;
export type EstimatedUse = z.infer<typeof estimatedUse>;
export type AmountsMap = Readonly<Record<string, string>>;
