import { z } from 'zod';
import { byForm, isNamed } from './by-form.js';
import { moneyText, type MoneyText } from './money-text.js';
import { shareText } from './share-text.js';

/** A threshold of a limit as a policy file states it. */
export type ThresholdStatement =
  { readonly share: string } | { readonly used: MoneyText } | { readonly left: MoneyText };

const EXPECTED = 'takes a share, an amount used or an amount left, such as 50%, 5 usd or { left: 1 usd }';

const reached = z.string({ error: () => EXPECTED }).transform((text, context): ThresholdStatement => {
  const share = shareText.safeParse(text);
  if (share.success && /[1-9]/.test(share.data)) return { share: share.data };
  const used = moneyText.safeParse(text);
  if (used.success && /[1-9]/.test(used.data.amount)) return { used: used.data };
  context.addIssue(share.success || used.success ? 'is 0; it takes more than nothing' : EXPECTED);
  return z.NEVER;
});

const remaining = z.strictObject({ left: moneyText });

/** `50%` of the limit, `5 usd` used, `{ left: 1 usd }`. */
const thresholdText = byForm((stated): z.ZodType<ThresholdStatement> =>
  isNamed(stated) && 'left' in stated ? remaining : reached,
);

const WHOLE: ThresholdStatement = { share: '1' };

const atItsEnd = z
  .boolean({ error: () => 'takes true, false, or { at: 100%, below: false, resume: by-person }' })
  .transform((pauses) => (pauses ? { at: WHOLE } : undefined));

const pause = z.strictObject({
  at: thresholdText.default(WHOLE),
  below: z.boolean().optional(),
  resume: z.enum(['by-person', 'at-reset'], { error: () => 'takes by-person or at-reset' }).optional(),
});

/** What a limit tells of its own filling. `pauses: true` is short for: at its end, and only a person resumes; `false` is as if it were left out. */
export const thresholdFields = {
  thresholds: z.array(thresholdText).min(1).max(16).optional(),
  pauses: byForm((stated) => (isNamed(stated) ? pause : atItsEnd)).optional(),
};

/** The places of thresholds that are amounts in another currency than their limit. */
export function inOtherCurrency(
  { thresholds = [], pauses }: z.infer<z.ZodObject<typeof thresholdFields>>,
  currency: string,
): readonly (readonly PropertyKey[])[] {
  const isOther = (threshold: ThresholdStatement): boolean =>
    ('used' in threshold && threshold.used.currency !== currency) ||
    ('left' in threshold && threshold.left.currency !== currency);
  return [
    ...thresholds.flatMap((threshold, index) => (isOther(threshold) ? [['thresholds', index]] : [])),
    ...(pauses !== undefined && isOther(pauses.at) ? [['pauses', 'at']] : []),
  ];
}
