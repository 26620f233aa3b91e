import {
  parseInstant,
  type OutcomeBody,
  type OutcomeEvent,
  type RecordBody,
  type UsageEvent,
} from '@exchequer/contracts';
import { formatAmount, type Instant } from '@exchequer/kernel';
import { contentHashOf } from '@exchequer/ledger';
import { canonicalUsage, rate, type PriceBook, type Rating } from '@exchequer/rating';

/** The price of an event by the card of its own instant; without a time of its own, by that of its arrival. */
export const rateEvent = ({ time, data }: UsageEvent, now: Instant, prices: PriceBook): Rating =>
  rate(data, time === undefined ? now : parseInstant(time), prices);

/** What the account is told: the event's identity, what it used, and its price or why it has none. */
export function toRecord({ source, id, time, data }: UsageEvent, rating: Rating): RecordBody {
  const { model, provider, serviceTier, meters, ...told } = data;
  return {
    ...told,
    id,
    use: { model, provider, serviceTier, meters },
    ...(time !== undefined && { time }),
    usage: { source, id, contentHash: usageHash({ time, data }) },
    ...(rating.kind === 'priced' ? { priced: pricedOf(rating) } : { unpriced: rating.reason.slice(0, 256) }),
  };
}

const pricedOf = ({ card, lines }: Extract<Rating, { kind: 'priced' }>): NonNullable<RecordBody['priced']> => ({
  card,
  lines: lines.map(({ meter, currency, amount }) => ({ meter, currency, amount: formatAmount(amount) })),
});

/** The same for an event that tells how a task came out. */
export const toOutcome = ({ source, id, data }: OutcomeEvent): OutcomeBody => ({
  ...data,
  id,
  usage: { source, id, contentHash: contentHashOf(JSON.stringify([data.taskId, data.outcome])) },
});

/** Over what the event means: equal for a repeat, whatever the order of its keys. */
const usageHash = ({ time, data }: Pick<UsageEvent, 'time' | 'data'>): string =>
  contentHashOf(canonicalUsage({ ...data, ...(time !== undefined && { time: parseInstant(time) }) }));
