import { z } from 'zod';
import { idText, instantText } from './primitives.js';

export const TIME_GRAINS = ['minute', 'hour', 'day', 'week', 'month', 'quarter'] as const;
export const REPORT_DIMENSIONS = [
  ...TIME_GRAINS,
  'payer',
  'user',
  'project',
  'key',
  'agent',
  'workflow',
  'model',
  'provider',
  'meter',
  'taskType',
  'outcome',
  'credentialType',
  'source',
  'currency',
] as const;

/** A dimension, or `tag:<name>`. */
export const dimensionText = z
  .string()
  .regex(
    new RegExp(`^(?:${REPORT_DIMENSIONS.join('|')}|tag:[A-Za-z0-9][A-Za-z0-9._:/-]{0,63})$`),
    `is no dimension; it takes ${REPORT_DIMENSIONS.join(', ')} or tag:<name>`,
  );

const PLACE = /^(?:\d{1,19}|account-[a-z0-9][a-z0-9-]{0,62}@-?\d{1,15}(?:\.-?\d{1,9})?)$/;
const NO_PLACE = 'takes a position of the ledger, in digits or as a reply has it, such as account-demo@17.0';

/** A place in the ledger: a position in the order of all of it, or `account-<id>@<revision>`, as replies say it. */
export const placeText = z.string().regex(PLACE, NO_PLACE);

/** As {@link placeText}, or `now`: the end of the account's stream at the moment of asking. */
export const waitText = z.string().refine((text) => text === 'now' || PLACE.test(text), `${NO_PLACE}, or now`);

export const reportSchema = z.strictObject({
  by: z.array(dimensionText).max(6, 'has more than 6 dimensions'),
  from: instantText.optional(),
  to: instantText.optional(),
  /** IANA zone of days, weeks, months. UTC when not given. */
  zone: z.string().max(64).optional(),
  where: z
    .array(z.strictObject({ dimension: dimensionText, value: z.string().max(256) }))
    .max(16)
    .optional(),
  /** Only what was booked after this place. */
  after: placeText.optional(),
  /** Wait until everything up to this place has arrived in ClickHouse, and count nothing that was booked behind it. */
  until: waitText.optional(),
  limit: z.int().min(1).max(10_000).optional(),
});

export const decisionsSchema = z.strictObject({
  limit: z.int().min(1).max(1_000).optional(),
  decisionId: idText.optional(),
  /** Refusals of the requests with this id alone: what was allowed the ledger tells of. */
  requestId: idText.optional(),
  decision: z.enum(['allowed', 'partial', 'throttled', 'denied']).optional(),
  payer: z.string().max(128).optional(),
});

/** Compares the sums of ClickHouse with those of the ledger, up to a place; `now` when not given. */
export const reconcileSchema = z.strictObject({ until: waitText.optional() });

/** How far ClickHouse is; with `until` the answer waits until it is there. */
export const progressSchema = z.strictObject({ until: waitText.optional() });

export type ReportBody = z.infer<typeof reportSchema>;
export type DecisionsBody = z.infer<typeof decisionsSchema>;
export type ReconcileBody = z.infer<typeof reconcileSchema>;
export type ProgressBody = z.infer<typeof progressSchema>;

/**
 * One group of a report. Under each dimension's own name its value: `minute` and `hour` as the instant at which they
 * begin, `day` and `week` as their first day, `month` as 2026-11, `quarter` as 2026-Q4, anything else as it was told,
 * and empty where nothing was told. Beside them:
 *
 * - `calls`: usage events, and captures that came without one;
 * - `unpriced`: those of them that wait for a price: charged nothing yet, or at stated prices;
 * - `meters`: quantities by meter, always with `input_tokens` and `output_tokens`, as decimal strings;
 * - `amounts`: what they cost by currency, as decimal strings;
 * - `marketCost`: what that would have been at market prices, where own keys were used; not by meter.
 */
export interface ReportRow {
  readonly [dimension: string]: string | number | Readonly<Record<string, string>>;
  readonly calls: number;
  readonly unpriced: number;
  readonly meters: Readonly<Record<string, string>>;
  readonly amounts: Readonly<Record<string, string>>;
  readonly marketCost?: Readonly<Record<string, string>>;
}

export interface ReportReply {
  /** The dimensions, as asked for, then `calls`, `unpriced`, `meters`, `amounts`. */
  readonly columns: readonly string[];
  /** In the order of the dimensions' values. */
  readonly rows: readonly ReportRow[];
  /** True when there are more rows than `limit`, or than one answer holds. */
  readonly truncated: boolean;
  /** The position in the ledger up to which everything is counted, and nothing behind it; null when there is nothing. */
  readonly position: string | null;
}

export interface DecisionRow {
  /** Of a refusal its own id, of an approval its hold. */
  readonly decisionId: string;
  readonly decidedAt: string;
  readonly decision: string;
  /** Why it was refused; empty for approvals. */
  readonly code: string;
  readonly message: string;
  readonly payer: string;
  readonly nodes: readonly string[];
  readonly model: string;
  /** What was held; when denied, what was asked. */
  readonly amounts: Readonly<Record<string, string>>;
  /** What stopped it or made it smaller, or null. */
  readonly binding: unknown;
  /** What was asked, of refusals; null for approvals, which the ledger has. */
  readonly request: unknown;
  /** What it cost at the prices of its instant, of refusals: as `explain` takes it. */
  readonly lines: readonly unknown[];
  /** What was known beside it, of refusals: as `explain` takes it; null for others. */
  readonly context: unknown;
  readonly position: string;
}

/** Refusals for one reason. */
export interface RefusalCount {
  readonly code: string;
  readonly node: string;
  /** Empty when it was for want of funds. */
  readonly limit: string;
  readonly currency: string;
  readonly count: number;
  /** When the newest of them said that it resets, or null. */
  readonly resetsAt: string | null;
}

export interface DecisionsReply {
  /** Newest first. */
  readonly decisions: readonly DecisionRow[];
  /** All decisions of the payer asked for, or of everybody, by verdict. */
  readonly counts: Readonly<Record<string, number>>;
  /** The refusals among them by reason, most frequent first. */
  readonly refusals: readonly RefusalCount[];
  /**
   * How many of the refusals are counted above and not kept one by one: when an account is refused very often, some of
   * each second are kept and the others counted by payer and reason.
   */
  readonly leftOut: number;
}

/** One sum, as the ledger's facts give it and as ClickHouse has it. */
export interface ReconciledSum {
  /** Such as `charged`, `available`, `calls`, `quantity`. */
  readonly sum: string;
  /** The currency or the meter that it counts; empty for numbers of things. */
  readonly of: string;
  readonly ledger: string;
  readonly clickhouse: string;
  readonly equal: boolean;
}

/** What differs among calls, or among charges in one currency, of one hour, payer and model. */
export interface ReconciledGroup {
  /**
   * `charged`, `calls` or `charges` (numbers of them), or where these are equal `checksum of calls` or `checksum of
   * charges`: a row says something else, such as another tag, node, meter or instant.
   */
  readonly sum: string;
  /** The currency; empty for calls. */
  readonly of: string;
  /** The hour of use in UTC, such as `2026-11-21T15`. */
  readonly hour: string;
  readonly payer: string;
  /** Empty where none was told. */
  readonly model: string;
  readonly ledger: string;
  readonly clickhouse: string;
}

export interface ReconcileReply {
  readonly account: string;
  /** True when every sum is equal, and every group. */
  readonly equal: boolean;
  readonly sums: readonly ReconciledSum[];
  /** The first 100 groups that differ, in the order of hours. */
  readonly groups: readonly ReconciledGroup[];
  /** How many differ; at least so many where there are more than 100. */
  readonly differentGroups: number;
  /** The position in the ledger up to which both were summed; null when there is nothing. */
  readonly position: string | null;
}

export interface ProgressReply {
  readonly state: 'starting' | 'catching-up' | 'following' | 'rebuilding' | 'stopped';
  /** Everything up to this position of the ledger is in ClickHouse; null while nothing is. */
  readonly position: string | null;
  /** How long ago the oldest fact was booked that is not there yet; null before anything was read. */
  readonly behindMs: number | null;
  /** The newest position that each table has a row of. */
  readonly tables: Readonly<Record<string, string | null>>;
  /** Rows written since the service started. */
  readonly rows: number;
  /** What went wrong last, until something goes right. */
  readonly trouble: string | null;
}
