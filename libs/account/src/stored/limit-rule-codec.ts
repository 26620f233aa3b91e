import type { LimitConduct, LimitRule } from '../facts.js';
import { asIs, LIMIT_AMOUNT, type FieldCodec } from './field-codecs.js';
import { LIMIT_PAUSE, THRESHOLDS } from './threshold-codec.js';

export const CONDUCT: { readonly [Key in keyof LimitConduct]-?: FieldCodec<NonNullable<LimitConduct[Key]>> } = {
  mode: asIs(),
  throttle: asIs(),
  then: asIs(),
  slowMs: asIs(),
  blocks: asIs(),
  thresholds: THRESHOLDS,
  pauses: LIMIT_PAUSE,
};

/** Every field of a limit as it is stated, but for its name. The compiler keeps this table complete. */
export const LIMIT_RULE: {
  readonly [Key in Exclude<keyof LimitRule, 'name'>]-?: FieldCodec<NonNullable<LimitRule[Key]>>;
} = {
  currency: asIs(),
  amount: LIMIT_AMOUNT,
  window: asIs(),
  scope: asIs(),
  pace: asIs(),
  ...CONDUCT,
};

/** A stated limit as plain JSON. */
export type StoredLimitRule = { readonly name: string } & Readonly<Record<string, unknown>>;

type AnyField = readonly [key: string, codec: FieldCodec<unknown>];
const FIELD_LIST = Object.entries(LIMIT_RULE) as readonly AnyField[];

/** Limits as rule sets and nodes state them. */
export const LIMIT_RULES: FieldCodec<readonly LimitRule[]> = {
  write: (limits) => limits.map(writeRule),
  read: (stored: readonly StoredLimitRule[]) => stored.map(readRule),
};

// The tables are typed by field; here their entries are walked without their types.
type Fields = Readonly<Record<string, unknown>>;

const writeRule = (rule: LimitRule): StoredLimitRule => ({
  name: rule.name,
  ...writeFields(FIELD_LIST, rule as unknown as Fields),
});

const readRule = (stored: StoredLimitRule): LimitRule =>
  ({ name: stored.name, ...readFields(FIELD_LIST, stored) }) as unknown as LimitRule;

const CONDUCT_LIST = Object.entries(CONDUCT) as readonly AnyField[];

/** The conduct of a limit as plain JSON. */
export const writeConduct = (conduct: LimitConduct): Fields => writeFields(CONDUCT_LIST, { ...conduct });

export const readConduct = (stored: object = {}): LimitConduct => readFields(CONDUCT_LIST, { ...stored });

function writeFields(list: readonly AnyField[], values: Fields): Record<string, unknown> {
  const stored: Record<string, unknown> = {};
  for (const [key, { write }] of list) if (values[key] !== undefined) stored[key] = write(values[key]);
  return stored;
}

function readFields(list: readonly AnyField[], stored: Fields): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, { read }] of list) if (stored[key] !== undefined) values[key] = read(stored[key] as never);
  return values;
}
