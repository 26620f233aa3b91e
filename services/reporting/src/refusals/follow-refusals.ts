import { AnalyticsUnavailable, storeRefusals } from '@exchequer/analytics';
import { consume, DECISIONS, type Bus, type StreamConsumer } from '@exchequer/bus';
import type { Reporting } from '../reporting.js';
import { readRefusals } from './read-refusals.js';

const DURABLE = 'reporting';
/** Messages, each of the refusals of one group commit. */
const BATCH_MAX = 200;
/** After so long what a process had in hand when it died comes to the next one. */
const ACKNOWLEDGE_WITHIN_MS = 10_000;

/**
 * Takes refusals from the stream into ClickHouse. A message is acknowledged when its rows are kept; until then it comes
 * again, and is recognised.
 */
export function followRefusals(
  bus: Bus,
  { analytics, progress }: Reporting,
  warn: (err: unknown, message: string) => void,
): StreamConsumer {
  return consume(bus, {
    stream: DECISIONS.name,
    durable: DURABLE,
    batchMax: BATCH_MAX,
    acknowledgeWithinMs: ACKNOWLEDGE_WITHIN_MS,
    handler: async (messages) => {
      const { names } = progress;
      if (names === undefined) throw new AnalyticsUnavailable('its tables are being made');
      const read = messages.map(({ subject, bytes }) => readRefusals(subject, bytes));
      const unreadable = read.reduce((sum, one) => sum + one.unreadable, 0);
      if (unreadable > 0) warn(undefined, `${String(unreadable)} refusals could not be read and are left out`);
      await storeRefusals(
        analytics,
        names,
        read.flatMap(({ refusals }) => refusals),
      );
    },
    onFault: (err) => {
      warn(err, 'refusals could not be stored; they come again');
    },
  });
}
