import {
  malformed,
  OUTCOME_EVENT_TYPE,
  outcomeEventSchema,
  parseInstant,
  problem,
  usageEventSchema,
  type OutcomeEvent,
  type Problem,
  type UsageEvent,
} from '@exchequer/contracts';
import { DAY_MS, type Instant } from '@exchequer/kernel';

/** Usage that claims to be further ahead than this is refused: its producer's clock is wrong. */
const AHEAD_MAX_MS = DAY_MS;

/** A usage event that can be priced and charged, or one that tells how a task came out; or why it is neither. */
export function readEvent(
  item: unknown,
  account: string,
  now: Instant,
  where: string,
): UsageEvent | OutcomeEvent | Problem {
  const parsed = (tellsOutcome(item) ? outcomeEventSchema : usageEventSchema).safeParse(item);
  if (!parsed.success) return malformed(parsed.error, where);
  const event = parsed.data;
  const field = (name: string): string => (where === '' ? name : `${where}.${name}`);
  if (event.subject !== undefined && event.subject !== account)
    return problem(
      'Malformed',
      `${field('subject')}: names another account than the one that it was sent to, ${account}.`,
    );
  if (event.time !== undefined && parseInstant(event.time) > now + AHEAD_MAX_MS)
    return problem('Malformed', `${field('time')}: is more than a day ahead; set the producer's clock right.`);
  return event;
}

const tellsOutcome = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && 'type' in item && item.type === OUTCOME_EVENT_TYPE;

export const isProblem = (value: UsageEvent | OutcomeEvent | Problem): value is Problem => 'code' in value;
