import { z } from 'zod';
import type { Code } from './codes.js';
import type { PoolRuleText } from './pools.js';
import {
  amountsMap,
  BOUNDS,
  estimatedUse,
  holdForText,
  idText,
  nodeText,
  tagsMap,
  type AmountsMap,
} from './primitives.js';
import { taskText } from './outcomes.js';
import type { ThresholdReply } from './thresholds.js';

const nodes = z.array(nodeText).max(BOUNDS.nodesPerRequestMax, 'names more than 16 nodes');

export const attribution = {
  /** Who pays. The account's default project when not given. */
  payer: nodeText.optional(),
  /** Further nodes that the call belongs to: user, key, agent, … */
  nodes: nodes.optional(),
  tags: tagsMap.optional(),
  taskType: z.string().max(64).optional(),
  /** The task that the call is made for: what is told of its outcome speaks of all that name it. */
  taskId: taskText.optional(),
  credentialType: z.string().max(64).optional(),
  /** The work is critical: overage that is for such work alone may pay for it. */
  critical: z.boolean().optional(),
};

const asked = {
  ...attribution,
  use: estimatedUse.optional(),
  amounts: amountsMap.optional(),
  accept: z.enum(['full', 'partial']).optional(),
  holdFor: holdForText.optional(),
  explain: z.enum(['brief', 'full']).optional(),
};

const exactlyOne = (body: { use?: unknown; amounts?: unknown }): boolean =>
  (body.use === undefined) !== (body.amounts === undefined);
export const EXACTLY_ONE = 'takes exactly one of "use" and "amounts"';

export const authorizeSchema = z.strictObject({ id: idText, ...asked }).refine(exactlyOne, EXACTLY_ONE);
export const quoteSchema = z.strictObject({ id: idText.optional(), ...asked }).refine(exactlyOne, EXACTLY_ONE);

export type AuthorizeBody = z.infer<typeof authorizeSchema>;
export type QuoteBody = z.infer<typeof quoteSchema>;

/** Where a part of the amount comes from. */
export interface SourceReply {
  readonly node: string;
  /** Absent for overage, which is not a lot. */
  readonly lot?: string;
  readonly layer: string;
  readonly currency: string;
  readonly amount: string;
  /** Of overage: what is owed on top of the amount, by its rate. */
  readonly surcharge?: string;
}

/** One limit on the chain. A brief reply has only the first four fields and `resetsAt`. */
export interface LimitReply {
  readonly node: string;
  readonly limit: string;
  readonly currency: string;
  readonly remaining: string;
  readonly amount?: string;
  readonly mode?: 'hard' | 'throttle' | 'alert';
  /** What happens beyond it; refused when absent. */
  readonly then?: 'spill' | 'slow' | 'cheaper-model';
  /** What its pace has released so far; what remains is reckoned from that. */
  readonly released?: string;
  /** What counts beyond the limit. Absent while nothing does. */
  readonly overrun?: string;
  readonly used?: string;
  readonly held?: string;
  /** Its thresholds in the present window. Absent where it has none, and from brief replies. */
  readonly thresholds?: readonly ThresholdReply[];
  /** When the window ends. Absent for limits that never reset and windows not yet begun. */
  readonly resetsAt?: string;
  /**
   * The rule that is in force: `personal`, `override`, or where the limit comes from, such as `role/power`. Absent from brief
   * replies where it is personal.
   */
  readonly rule?: string;
}

/** What stopped a request, or made it smaller: an amount that was left, or a rule that no amount would satisfy. */
export type BindingReply = AmountBindingReply | RuleBindingReply;

/** A limit, or the funds of a node. */
export interface AmountBindingReply {
  readonly kind: 'limit' | 'funds';
  readonly node: string;
  readonly limit?: string;
  readonly currency: string;
  readonly remaining: string;
  readonly resetsAt?: string;
  /** The rule that the limit comes from, such as `role/power`. Absent where the node states it itself. */
  readonly rule?: string;
  /** The pool rule of the node that withholds credits; a `reserve` keeps them for the node. */
  readonly pool?: PoolRuleText;
}

/** A node that lets nothing of a request pass, whatever its amount. */
export interface RuleBindingReply {
  readonly kind: 'pause' | 'entitlement' | 'rate';
  readonly node: string;
  /** What may not be used. */
  readonly model?: string;
  readonly feature?: string;
  /** The limit that paused the node. */
  readonly limit?: string;
  /** The rate that it is beyond, such as `requests/minute of gpt-4o*`. */
  readonly rate?: string;
}

/** A rule that would have refused the request, had its node not been in observe mode. */
export interface ObservedReply {
  readonly code: Code;
  readonly node: string;
  readonly limit?: string;
  readonly rate?: string;
}

/** A rate that the request went beyond, and that let it pass into credits. */
export interface SpilledReply {
  readonly node: string;
  readonly rate: string;
}

/** What would pass in place of what was refused: less of the same, or the same call with another model of its kind. */
export type AlternativeReply =
  | { readonly kind: 'smaller-amount'; readonly amounts: AmountsMap }
  | { readonly kind: 'model'; readonly model: string; readonly amounts: AmountsMap };

/** The model that was asked for, where a cheaper one is to be used, and the limit or rate that wants it so. */
export interface InsteadOfReply {
  readonly model: string;
  /** What it would have cost. */
  readonly amounts: AmountsMap;
  readonly node: string;
  readonly limit?: string;
  readonly rate?: string;
}

/** How the held amount was come by, where it is not the most that the call can cost. */
export interface EstimateReply {
  readonly by: 'fixed' | 'quantile';
  /** So large a share of `calls` settled calls of this payer and model put out no more than `outputTokens`. */
  readonly quantile?: number;
  readonly outputTokens?: number;
  readonly calls?: number;
}

export interface AuthorizationReply {
  readonly decision: 'allowed' | 'partial' | 'throttled' | 'denied';
  readonly hold?: { readonly id: string; readonly expiresAt: string };
  /** What is held; when denied, what was asked. */
  readonly amounts: AmountsMap;
  /** The model to use, where it is a cheaper one than was asked for. */
  readonly model?: string;
  readonly insteadOf?: InsteadOfReply;
  readonly sources?: readonly SourceReply[];
  readonly chain?: readonly LimitReply[];
  readonly binding?: BindingReply | null;
  /** What rules in observe mode would have refused. Absent when there is nothing. */
  readonly observed?: readonly ObservedReply[];
  /** Rates that it went beyond and did not count in. Absent when there are none. */
  readonly spilled?: readonly SpilledReply[];
  /** Why it was denied. */
  readonly code?: Code;
  /** The same in a sentence; of a call that passed, what it is to heed. */
  readonly message?: string;
  /** When denied, when to ask again. When throttled, the delay to keep before the call. */
  readonly retryAfterMs?: number | null;
  /** The limit or rate that asks for the delay, when throttled. */
  readonly delayedBy?: { readonly node: string; readonly limit?: string; readonly rate?: string };
  readonly resetsAt?: string;
  readonly alternatives?: readonly AlternativeReply[];
  /** Names a refusal, for `explain`. An approval is named by its hold, and what a quote says is not kept. */
  readonly decisionId?: string;
  /** The price that was used, for requests with `use`. */
  readonly card?: string;
  readonly estimate?: EstimateReply;
  /** What it would cost at market prices, where the caller's own key is used: `amounts` is what is charged of it. */
  readonly marketCost?: AmountsMap;
  /** There is no price: the amounts are at the account's stated prices. */
  readonly unpriced?: true;
  readonly decidedAt: string;
  /** `account-<id>@<revision>.<fact>`: the decision's fact, or the last fact before a refusal. */
  readonly position: string;
  /** True when this id was decided before and nothing new was done. */
  readonly repeated?: true;
}
