import type { LimitConduct, LimitRule } from '../facts.js';
import { asIs, LIMIT_AMOUNT, type FieldCodec } from './field-codecs.js';

export const CONDUCT: { readonly [Key in keyof LimitConduct]-?: FieldCodec<NonNullable<LimitConduct[Key]>> } = {
  mode: asIs(),
  throttle: asIs(),
  then: asIs(),
  slowMs: asIs(),
  blocks: asIs(),
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

function writeRule(rule: LimitRule): StoredLimitRule {
  const stored: { name: string } & Record<string, unknown> = { name: rule.name };
  // The table is typed by field; here its entries are walked without their types.
  const values = rule as unknown as Readonly<Record<string, unknown>>;
  for (const [key, { write }] of FIELD_LIST) if (values[key] !== undefined) stored[key] = write(values[key]);
  return stored;
}

function readRule(stored: StoredLimitRule): LimitRule {
  const rule: Record<string, unknown> = { name: stored.name };
  for (const [key, { read }] of FIELD_LIST) if (stored[key] !== undefined) rule[key] = read(stored[key] as never);
  return rule as unknown as LimitRule;
}
