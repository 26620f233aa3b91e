import type { Amount, CurrencyId, Instant, LimitName, NodeId } from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { RuleName } from '../facts.js';
import { remainingOf } from '../limits/check-limits.js';
import { resetOf, usedAt } from '../limits/windows.js';
import type { LimitState } from '../state/limit-state.js';

/** The rule of a limit that its node states itself. */
export const PERSONAL: RuleName = 'personal';

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
  /** The rule that is in force: `personal`, or where it comes from. */
  readonly rule: RuleName;
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
      remaining: remainingOf(limit, at),
      resetsAt: resetOf(limit, at, calendar),
      rule: limit.rule ?? PERSONAL,
    };
  });
