import { holdId, type HoldId, type Instant } from '@exchequer/kernel';

/** What a hold's id tells of it. */
export interface HoldNumber {
  /** Number of the hold in its account, from 1. */
  readonly order: number;
  readonly placedAt: Instant;
}

/** A hold's id tells its number and when it was placed, so that nothing needs to be remembered of those that ended. */
export const holdIdOf = (order: number, placedAt: Instant): HoldId =>
  holdId(`h-${order.toString(36)}-${placedAt.toString(36)}`);

/** What an id tells, or undefined when it is not of the form that {@link holdIdOf} gives. */
export function readHoldId(id: HoldId): HoldNumber | undefined {
  const [, order = '', placedAt = ''] = id.split('-');
  const told = { order: Number.parseInt(order, 36), placedAt: Number.parseInt(placedAt, 36) };
  return holdIdOf(told.order, told.placedAt) === id ? told : undefined;
}
