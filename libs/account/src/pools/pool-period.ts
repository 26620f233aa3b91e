import { DEFAULT_ANCHOR, DEFAULT_ZONE, type CalendarWindow } from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { PoolPeriodOpened } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';

/** What pool rules count by where there is no plan: the calendar month. */
export const POOL_PERIOD: CalendarWindow = {
  kind: 'calendar',
  unit: 'month',
  zone: DEFAULT_ZONE,
  anchor: DEFAULT_ANCHOR,
};

/**
 * The periods in which pool rules on a way count a spending for the first time.
 *
 * @param bookedAt when the charge was booked, where it is corrected: in a period that is over it counts no more.
 */
export function periodsToCount(
  state: AccountState,
  way: readonly NodeState[],
  currencies: readonly { readonly currency: string }[],
  { at, calendar }: Moment,
  bookedAt = at,
): readonly PoolPeriodOpened[] {
  if (state.pooled === 0) return [];
  const period = calendar.windowAt(POOL_PERIOD, at);
  if (bookedAt < period.from) return [];
  return way.flatMap((node) =>
    Array.from(node.pools?.values() ?? []).flatMap(({ currency, to }): readonly PoolPeriodOpened[] =>
      to > at || !currencies.some((money) => money.currency === currency)
        ? []
        : [{ type: 'PoolPeriodOpened', node: node.id, currency, ...period }],
    ),
  );
}
