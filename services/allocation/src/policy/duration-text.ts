import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@exchequer/kernel';
import { z } from 'zod';

const DURATION = /^(\d{1,8})\s*(ms|s|m|h|d|w)$/;
const LENGTHS = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS } as const;

/** A length of time as people write it, in milliseconds: `500ms`, `5s`, `2h`, `1d`. */
export const durationText = z.string().transform((text, context): number => {
  const [, count, length] = DURATION.exec(text.trim()) ?? [];
  if (count !== undefined && isLength(length)) return Number(count) * LENGTHS[length];
  context.addIssue('takes a number and ms, s, m, h, d or w, such as 5s');
  return z.NEVER;
});

const isLength = (text: string | undefined): text is keyof typeof LENGTHS => text !== undefined && text in LENGTHS;
