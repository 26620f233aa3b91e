import {
  amount,
  minusFloored,
  type Amount,
  type CurrencyId,
  type Instant,
  type LimitName,
  type NodeId,
} from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import { resetOf, usedAt } from '../limits/windows.js';
import type { LimitState } from '../state/limit-state.js';

/** How a limit stands at an instant. */
export interface LimitLine {
  readonly node: NodeId;
  readonly limit: LimitName;
  readonly currency: CurrencyId;
  readonly amount: Amount;
  readonly used: Amount;
  readonly held: Amount;
  readonly remaining: Amount;
  readonly resetsAt: Instant | undefined;
}

export const limitLines = (limits: readonly LimitState[], { at, calendar }: Moment): readonly LimitLine[] =>
  limits.map((limit) => {
    const used = usedAt(limit, at);
    return {
      node: limit.node.id,
      limit: limit.name,
      currency: limit.currency,
      amount: limit.amount,
      used,
      held: limit.held,
      remaining: minusFloored(limit.amount, amount(used + limit.held)),
      resetsAt: resetOf(limit, at, calendar),
    };
  });
