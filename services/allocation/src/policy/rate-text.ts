import { RATE_PERIODS, type RateBody } from '@exchequer/contracts';
import { z } from 'zod';

const RATE = new RegExp(`^(\\d{1,12})\\s*/\\s*(${RATE_PERIODS.join('|')})$`);

/** A rate as people write it: `500/minute`, `200000/day`. */
export const rateText = z.string().transform((text, context): NonNullable<RateBody['requests']> => {
  const [, count, period] = RATE.exec(text.trim()) ?? [];
  const per = RATE_PERIODS.find((one) => one === period);
  if (count !== undefined && per !== undefined) return { count: Number(count), per };
  context.addIssue('takes a number and minute, hour or day, such as 500/minute');
  return z.NEVER;
});
