import { z } from 'zod';

const PERCENT = /^(\d{1,3})(?:\.(\d{1,7}))?\s*%$/;

/** A share as people write it, as an exact decimal: `80%` is `0.80`. */
export const shareText = z.string().transform((text, context): string => {
  const [, whole, fraction = ''] = PERCENT.exec(text.trim()) ?? [];
  if (whole !== undefined) {
    const digits = whole.padStart(3, '0');
    return `${String(Number(digits.slice(0, -2)))}.${digits.slice(-2)}${fraction}`;
  }
  context.addIssue('takes a share with at most 7 digits after its point, such as 80%');
  return z.NEVER;
});

/** As {@link shareText}, of at most the whole. */
export const partText = shareText.refine((share) => Number(share) <= 1, 'is above 100%, the whole');
