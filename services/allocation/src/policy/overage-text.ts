import { OVERAGE_FOR, overageRateText, sentenceOf } from '@exchequer/contracts';
import { z } from 'zod';
import { moneyText } from './money-text.js';

const plain = moneyText.transform((limit) => ({ limit }));

const withTerms = z.strictObject({
  limit: moneyText,
  for: z.enum(OVERAGE_FOR, { error: () => 'takes critical; leave it out for any work' }).optional(),
  rate: z
    .union([z.number().transform(String), z.string()], {
      error: () => 'takes what is owed for each credit of cost, such as 1.25',
    })
    .pipe(overageRateText)
    .optional(),
});

/** The most that may be owed in a currency, for which work, and at what rate. */
export type OverageStatement = z.output<typeof withTerms>;

/**
 * `100 usd`, or `{ limit: 100 usd, for: critical, rate: 1.25 }`, or a list of such with a currency once. Each is read as what it
 * looks like, so that what is wrong is said of that, and where it stands.
 */
export const overageText = z.unknown().transform((stated, context): readonly OverageStatement[] => {
  const isList = Array.isArray(stated);
  const list: readonly unknown[] = isList ? stated : [stated];
  const read = list.flatMap((one, index) => {
    const parsed = (typeof one === 'object' ? withTerms : plain).safeParse(one);
    if (parsed.success) return [parsed.data];
    for (const issue of parsed.error.issues)
      context.addIssue({
        code: 'custom',
        message: sentenceOf(issue),
        path: isList ? [index, ...issue.path] : issue.path,
      });
    return [];
  });
  if (new Set(read.map(({ limit }) => limit.currency)).size < read.length)
    context.addIssue('names a currency twice; state one overage for each');
  return read;
});
