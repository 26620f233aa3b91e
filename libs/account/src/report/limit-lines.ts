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
import type { LimitConduct, RuleName, Threshold } from '../facts.js';
import { remainingOf } from '../limits/check-limits.js';
import { allowedAt } from '../limits/pace.js';
import { isReached } from '../limits/thresholds.js';
import { resetOf, usedAt } from '../limits/windows.js';
import type { LimitState } from '../state/limit-state.js';

/** The rule of a limit that its node states itself. */
export const PERSONAL: RuleName = 'personal';

/** A threshold of a limit, and whether what is used in the present window has come to it. */
export interface ThresholdLine {
  readonly threshold: Threshold;
  readonly crossed: boolean;
}

/** How a limit stands at an instant. */
export interface LimitLine {
  readonly node: NodeId;
  readonly limit: LimitName;
  readonly currency: CurrencyId;
  readonly amount: Amount;
  readonly used: Amount;
  readonly held: Amount;
  readonly remaining: Amount;
  /** What counts beyond what the limit allows. */
  readonly overrun: Amount;
  /** What its pace has released; undefined where it has none. */
  readonly released: Amount | undefined;
  readonly conduct: LimitConduct;
  /** Undefined where it has none. */
  readonly thresholds: readonly ThresholdLine[] | undefined;
  readonly resetsAt: Instant | undefined;
  /** The rule that is in force: `personal`, or where it comes from. */
  readonly rule: RuleName;
}

export const limitLines = (limits: readonly LimitState[], moment: Moment): readonly LimitLine[] =>
  limits.map((limit) => {
    const used = usedAt(limit, moment.at);
    return {
      node: limit.node.id,
      limit: limit.name,
      currency: limit.currency,
      amount: limit.amount,
      used,
      held: limit.held,
      remaining: remainingOf(limit, moment),
      overrun: minusFloored(amount(used + limit.held), allowedAt(limit, moment)),
      released: limit.pace === undefined ? undefined : allowedAt(limit, moment),
      conduct: limit.conduct,
      thresholds: limit.thresholds?.map((threshold) => ({
        threshold,
        crossed: isReached(threshold, limit.amount, used),
      })),
      resetsAt: resetOf(limit, moment.at, moment.calendar),
      rule: limit.rule ?? PERSONAL,
    };
  });
