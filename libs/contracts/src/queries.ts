import { z } from 'zod';
import type { AuthorizationReply, LimitReply } from './authorize.js';
import { eventNamed } from './cloud-event.js';
import { CODES } from './codes.js';
import type { CostReply, LaterCorrectionReply } from './correct.js';
import type { EntitlementsReply } from './permission.js';
import type { PausedReply } from './pause.js';
import type { PoolReply } from './pools.js';
import { answeredAmounts, BOUNDS, idText, instantText, nodeText, type AmountsMap } from './primitives.js';
import { pricedLines, refusalContextSchema } from './refusal-context.js';
import type { RateReply } from './rates.js';
import type { OpenSessionReply, SessionReply } from './sessions.js';
import type { SettlementReply } from './settle.js';

export const balanceSchema = z.strictObject({ node: nodeText });

export const treeSchema = z.strictObject({
  /** The node to begin at. The root, when not given. */
  under: nodeText.optional(),
  /** `next` of the page before. */
  cursor: nodeText.optional(),
  limit: z.int().min(1).max(BOUNDS.nodesPerMessageMax).optional(),
  archived: z.boolean().optional(),
});

export const describeSchema = z.strictObject({
  /** How many of the newest open holds to show. */
  holds: z.int().min(0).max(100).optional(),
  /** Also the hash of the whole state: costs time that grows with the account. */
  stateHash: z.boolean().optional(),
});

/** Does everything that is due, though no other command asks for it. */
export const advanceSchema = z.strictObject({ id: idText.optional() });

/** What a refusal said when it was made, so that deciding again can be compared with it. */
const answeredThen = z.strictObject({
  decision: z.enum(['allowed', 'partial', 'throttled', 'denied']),
  code: z.enum(CODES).optional(),
  message: z.string().max(4_096).optional(),
  amounts: answeredAmounts.optional(),
  /** As the reply had it. */
  binding: z.unknown().optional(),
});

/**
 * What to explain: what stands at a position, as a reply has it: `account-acme@12.1`; an approval by its hold or the id of its command, a session by the id that it was opened with, a refusal by what was asked and where it was decided, and a
 * settlement by its usage event, the id of its command, or the hold that it got by itself, because its cost waited.
 */
export const explainSchema = z.union([
  z.strictObject({ hold: z.string().max(64) }),
  z.strictObject({ command: idText }),
  z.strictObject({ usage: eventNamed }),
  z.strictObject({
    request: z.record(z.string(), z.unknown()),
    lines: pricedLines,
    /** What the account's host knew beside the request. Rates are counted again where it is not given. */
    context: refusalContextSchema.optional(),
    position: z.string().max(256),
    decidedAt: instantText,
    then: answeredThen.optional(),
  }),
  // After the refusal, which has a position, too: what is amiss with one is told of it.
  z.strictObject({ position: z.string().max(256) }),
]);

export type BalanceBody = z.infer<typeof balanceSchema>;
export type TreeBody = z.infer<typeof treeSchema>;
export type DescribeBody = z.infer<typeof describeSchema>;
export type AdvanceBody = z.infer<typeof advanceSchema>;
export type ExplainBody = z.infer<typeof explainSchema>;

export interface CurrencyBalance {
  readonly currency: string;
  /** In the node's own lots, free to spend. */
  readonly available: string;
  /** Set aside in the node's own lots for calls under way. */
  readonly heldInLots: string;
  /** Set aside for calls of this node and all under it, wherever their funds come from. */
  readonly held: string;
  /** Spent by this node and all under it since the account began. */
  readonly spent: string;
  /** Owed beyond funds, surcharges included. */
  readonly owed: string;
}

export interface LotReply {
  readonly lot: string;
  readonly grant: string;
  readonly currency: string;
  readonly layer: string;
  readonly priority: number;
  readonly available: string;
  readonly held: string;
  readonly spent: string;
  readonly startsAt?: string;
  readonly expiresAt?: string;
  /** When the ledger tells next that it will expire. Absent where it tells no more. */
  readonly noticeAt?: string;
}

export interface NodeReply {
  readonly node: string;
  readonly kind: string;
  readonly parent?: string;
  readonly depth: number;
  readonly pooling: string;
  readonly archived?: true;
  /** No new work is let through here, nor anywhere under it. */
  readonly paused?: PausedReply;
  /** Which models and features may be used here and below, as the node says itself. */
  readonly entitlements?: EntitlementsReply;
  /** Its rules refuse nothing: it, or a node above it, is in observe mode. */
  readonly observed?: true;
  /** Of a session: what it lives on. */
  readonly session?: SessionReply;
  readonly balances: readonly CurrencyBalance[];
  readonly limits: readonly LimitReply[];
  /** Absent where it has no pool rules. */
  readonly pools?: readonly PoolReply[];
  /** Absent where it states none. */
  readonly rates?: readonly RateReply[];
}

export interface TreeReply {
  readonly nodes: readonly NodeReply[];
  /** Pass as `cursor` for the nodes after these. Absent on the last page. */
  readonly next?: string;
  readonly at: string;
  readonly position: string;
}

export interface BalanceReply extends NodeReply {
  readonly lots: readonly LotReply[];
  /** The nodes that may pay for this one, nearest first. */
  readonly fundingPath: readonly string[];
  /** What the funding path together could pay now, limits aside. */
  readonly spendable: Readonly<Record<string, string>>;
  /** What it would be for work that is marked critical, in the currencies in which that is more. */
  readonly spendableIfCritical?: Readonly<Record<string, string>>;
  readonly at: string;
  readonly position: string;
}

export interface OpenHoldReply {
  readonly hold: string;
  readonly payer: string;
  readonly nodes: readonly string[];
  readonly amounts: Readonly<Record<string, string>>;
  readonly model?: string;
  readonly placedAt: string;
  readonly expiresAt: string;
  /** The call is settled, and its cost waits for the outcome of this task. */
  readonly taskId?: string;
}

export interface DescribeReply {
  readonly account: string;
  readonly root: string;
  readonly defaultProject: string;
  readonly currencies: Readonly<Record<string, { readonly display: number }>>;
  readonly nodes: number;
  readonly lots: number;
  readonly openHolds: number;
  /** The newest open holds, as many as asked for. */
  readonly holds: readonly OpenHoldReply[];
  /** Usage without a price, where there is any. */
  readonly unpriced?: {
    /** Charges at stated prices that wait for their price. */
    readonly waiting: number;
    /** Usage that was kept apart, since the account began: charged nothing. */
    readonly keptApart: number;
  };
  /** Settled calls that wait for the outcome of their task, where there are any. */
  readonly awaiting?: { readonly tasks: number; readonly calls: number };
  /** The tier that the account is in, where it has tiers. */
  readonly tier?: string;
  readonly nextDueAt?: string;
  /** Hash of the whole state: equal to that of a replay from the ledger. */
  readonly stateHash?: string;
  readonly at: string;
  readonly position: string;
}

export interface AdvanceReply {
  /**
   * When the account has something to do next by itself; at the latest in a minute while charges wait for their price.
   * Absent when it has nothing.
   */
  readonly nextDueAt?: string;
  readonly decidedAt: string;
  readonly position: string;
}

/** The parts of an answer that deciding again is compared in. */
export const COMPARED_PARTS = ['decision', 'code', 'amounts', 'sources', 'binding', 'hold'] as const;
export type ComparedPart = (typeof COMPARED_PARTS)[number];

/** What was answered at the time, in the parts that are known of it. */
export type AnswerThen = Pick<AuthorizationReply, 'decision'> & {
  readonly [Part in Exclude<ComparedPart, 'decision'> | 'message']?: AuthorizationReply[Part];
};

/** Of a session that was opened: which, and when it ended by itself, in place of the hold. */
export type DecidedAgain = AuthorizationReply & Pick<OpenSessionReply, 'session' | 'expiresAt'>;

export interface ExplainReply {
  readonly asked: unknown;
  /** What comes out when the account as it stood is asked again, by the rules of this release. */
  readonly decision: DecidedAgain;
  /** The parts that came out otherwise at the time. Absent when the two answers are the same. */
  readonly differsIn?: readonly ComparedPart[];
  /** The answer of that time, where it differs. */
  readonly then?: AnswerThen;
}

/** How the wait of a cost for the outcome of its task ended. */
export interface WaitEndReply {
  readonly at: string;
  /** Absent where none was told in time. */
  readonly outcome?: string;
  readonly charged: AmountsMap;
  readonly returned: AmountsMap;
  readonly position: string;
}

/** What was used, what it cost and who paid, as it was settled, and what became of that. */
export interface UsageExplainReply {
  readonly asked: unknown;
  /** As it was answered then. */
  readonly settlement: SettlementReply;
  /** Absent where nothing was waited for, and while it is. */
  readonly ended?: WaitEndReply;
  /** Every later correction of the charge, in their order. Absent where there were none. */
  readonly corrections?: readonly LaterCorrectionReply[];
  /** What the charge costs with all of them. Absent where there were none. */
  readonly cost?: CostReply;
}
