import type { Instant } from '@exchequer/kernel';

/** What a column of hours can say. */
const FIRST = 0;
const LAST = Date.UTC(2106, 0, 1) - 1;

/** The instant itself, or the nearest one that ClickHouse keeps. */
export const storableInstant = (at: Instant): Instant => Math.min(LAST, Math.max(FIRST, Math.trunc(at)));
