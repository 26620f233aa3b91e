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
  /** Only what was booked after this ledger position. */
  after: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
  /** Wait until this ledger position has arrived in ClickHouse. */
  until: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
  limit: z.int().min(1).max(10_000).optional(),
});

export const decisionsSchema = z.strictObject({
  limit: z.int().min(1).max(1_000).optional(),
  decisionId: idText.optional(),
  decision: z.enum(['allowed', 'partial', 'throttled', 'denied']).optional(),
  payer: z.string().max(128).optional(),
});

export type ReportBody = z.infer<typeof reportSchema>;
export type DecisionsBody = z.infer<typeof decisionsSchema>;

export type ReportRow = Readonly<Record<string, string | number | Readonly<Record<string, string>>>>;

export interface ReportReply {
  readonly columns: readonly string[];
  readonly rows: readonly ReportRow[];
  /** True when there are more rows than `limit`. */
  readonly truncated: boolean;
  /** Ledger position up to which ClickHouse is complete. */
  readonly position: string;
}

export interface DecisionRow {
  /** Of a refusal its own id; of an approval the hold that it placed. */
  readonly decisionId: string;
  readonly decidedAt: string;
  readonly decision: string;
  readonly code: string;
  readonly message: string;
  readonly payer: string;
  readonly model: string;
  readonly amounts: Readonly<Record<string, string>>;
  readonly binding: unknown;
  readonly request: unknown;
  /** What the request cost at the prices of its instant, as `explain` takes it. Empty for approvals, which the ledger has. */
  readonly lines: readonly (readonly [string | null, string, string])[];
  readonly position: string;
}

export interface DecisionsReply {
  readonly decisions: readonly DecisionRow[];
  readonly counts: Readonly<Record<string, number>>;
}
