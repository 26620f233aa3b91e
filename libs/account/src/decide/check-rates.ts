import { formatDelay } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import type { BeyondRate, SlowedBy } from '../commands.js';
import type { Delay, NamedRate, Observed } from '../facts.js';
import type { Refusal } from '../refusal.js';
import { isObserved } from '../state/node-state.js';
import type { RateState } from '../state/rate-state.js';

const stops = ({ then }: RateState): boolean => then !== 'spill';

/** The first rate that refuses what does not fit in it. */
export function checkRates(beyond: readonly BeyondRate[], asked: Bag, at: number): Refusal | undefined {
  const stopping = beyond.filter(({ rate }) => stops(rate) && !isObserved(rate.node));
  const [refusing] = stopping;
  if (refusing === undefined) return undefined;
  const asking = stopping.find(({ rate: { then } }) => then === 'cheaper-model');
  const { rate, retryAfterMs } = refusing;
  const { node, name } = rate;
  return {
    code: 'RateLimited',
    message: rate.count === 0 ? nothingPasses(rate) : beyondText(rate, retryAfterMs),
    asked,
    rule: { kind: 'rate', node: node.id, rate: name },
    ...(retryAfterMs !== undefined && { resetsAt: at + retryAfterMs }),
    ...(asking !== undefined && { cheaper: { node: asking.rate.node.id, rate: asking.rate.name } }),
  };
}

/** Waiting does not help where nothing ever passes. */
const nothingPasses = ({ node, name, unit }: RateState): string =>
  `${node.id} lets no ${unit} pass (${name} is 0); have that rate raised or taken away.`;

function beyondText(
  { node, name, unit, count, per, then, slowMs }: RateState,
  retryAfterMs: number | undefined,
): string {
  const tooLong = then === 'slow' ? `it would have to wait longer than ${formatDelay(slowMs)}; ` : '';
  const toDo =
    retryAfterMs === undefined
      ? 'one call alone is more than that: make it smaller'
      : `${tooLong}try again in ${formatDelay(retryAfterMs)}`;
  const units = count === 1 ? unit.slice(0, -1) : unit;
  return `${node.id} lets ${String(count)} ${units} pass ${per === 'hour' ? 'in an hour' : `in a ${per}`} (${name}), and this call is beyond that; ${toDo}.`;
}

/** The longer of the delays that a limit and a rate ask for; of equal ones that of the limit. */
export const longerDelay = (byLimit: Delay | undefined, { rate, ms }: SlowedBy): Delay =>
  byLimit !== undefined && byLimit.ms >= ms ? byLimit : { ms, node: rate.node.id, rate: rate.name };

/** What the fact says of rates that a call went beyond and that did not stop it. */
export function ratesPassed(beyond: readonly BeyondRate[]): {
  readonly spilled: readonly NamedRate[];
  readonly observed: readonly Observed[];
} {
  const named = beyond.map(({ rate }) => ({ rate, told: { node: rate.node.id, rate: rate.name } }));
  return {
    spilled: named.filter(({ rate }) => rate.then === 'spill').map(({ told }) => told),
    observed: named.filter(({ rate }) => stops(rate)).map(({ told }) => ({ code: 'RateLimited' as const, ...told })),
  };
}
