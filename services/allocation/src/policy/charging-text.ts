import { amountText } from '@exchequer/contracts';
import { z } from 'zod';
import { byForm, isNamed } from './by-form.js';
import { moneyList } from './money-text.js';
import { partText } from './share-text.js';

const QUANTILE_SENTENCE = 'takes a number from 0.5 to 0.999 of at most 15 digits, such as 0.95';

const quantileNumber = z
  .number({ error: () => QUANTILE_SENTENCE })
  .min(0.5, 'is below 0.5')
  .max(0.999, 'is above 0.999');

const atMost = z.literal('max', { error: () => 'takes max, { fixed: 0.01 usd } or { quantile: 0.95 }' });
const fixedEstimate = z.strictObject({ fixed: moneyList });
const learnedEstimate = z.strictObject({ quantile: quantileNumber });

/** What a hold asks for: `max`, `{ fixed: 0.01 usd }` or `{ quantile: 0.95 }`. */
export const estimateText = byForm((stated) => {
  if (!isNamed(stated)) return atMost;
  if ('fixed' in stated) return fixedEstimate;
  return 'quantile' in stated ? learnedEstimate : atMost;
});

const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const FEE_SENTENCE = 'takes a share of the market cost, or an amount for each call, such as 5% or 0.01';

const feeShare = partText.transform((share) => ({ share }));
const feeAmount = z
  .union([z.number().transform(String), z.string()], { error: () => FEE_SENTENCE })
  .pipe(z.string().regex(DECIMAL, FEE_SENTENCE))
  .pipe(amountText)
  .transform((fixed) => ({ fixed }));

const fee = byForm((stated) => (typeof stated === 'string' && stated.trim().endsWith('%') ? feeShare : feeAmount));
const withFee = z.strictObject({ fee });
const withoutFee = z.enum(['waived', 'charged'], {
  error: () => 'takes waived, charged, { fee: 5% } or { fee: 0.01 }',
});

/** What is charged of own keys in a currency: nothing, the market cost, a share of it, or so much for each call. */
export const ownKeyText = byForm((stated) => (isNamed(stated) && 'fee' in stated ? withFee : withoutFee));
