import { OVERAGE_FOR, overageRateText } from '@exchequer/contracts';
import { z } from 'zod';
import { byForm, isNamed } from './by-form.js';
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

const one = byForm((stated): z.ZodType<OverageStatement> => (isNamed(stated) ? withTerms : plain));

const list = z
  .array(one)
  .refine(
    (stated) => new Set(stated.map(({ limit }) => limit.currency)).size === stated.length,
    'names a currency twice; state one overage for each',
  );

/** `100 usd`, or `{ limit: 100 usd, for: critical, rate: 1.25 }`, or a list of such with a currency once. */
export const overageText = byForm((stated): z.ZodType<readonly OverageStatement[]> =>
  Array.isArray(stated) ? list : one.transform((only) => [only]),
);
