import { NODE_COLUMNS, nodeColumns, type NodeColumns } from '../rows/attribution.js';
import { storableInstant } from '../rows/instants.js';

/** A request that was denied, as its decision said it; or, without a request, many that were counted. */
export interface Refusal {
  readonly account: string;
  readonly decisionId: string;
  /** In epoch milliseconds. */
  readonly decidedAt: number;
  readonly decision: string;
  readonly code: string;
  readonly message: string;
  readonly payer: string;
  readonly nodes: readonly string[];
  readonly model: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What was asked, in nano-units by currency. */
  readonly amounts: Readonly<Record<string, bigint>>;
  readonly binding: unknown;
  readonly request: unknown;
  readonly lines: unknown;
  readonly context: unknown;
  /** The last fact before it, `account-<id>@<revision>.<fact>`. */
  readonly position: string;
  /** 1, or of a row without a request: how many refusals were counted in its place and not kept one by one. */
  readonly standsFor: number;
}

export interface RefusalRow extends NodeColumns {
  readonly account: string;
  readonly decided_at: number;
  readonly decision_id: string;
  readonly decision: string;
  readonly code: string;
  readonly message: string;
  readonly model: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly amounts: Readonly<Record<string, bigint>>;
  readonly binding: string;
  readonly request: string;
  readonly lines: string;
  readonly context: string;
  readonly address: string;
  readonly stands_for: number;
}

export const REFUSAL_COLUMNS = [
  'account',
  'decided_at',
  'decision_id',
  'decision',
  'code',
  'message',
  ...NODE_COLUMNS,
  'model',
  'tags',
  'amounts',
  'binding',
  'request',
  'lines',
  'context',
  'address',
  'stands_for',
] as const satisfies readonly (keyof RefusalRow)[];

export const refusalRow = (refusal: Refusal): RefusalRow => ({
  account: refusal.account,
  decided_at: storableInstant(refusal.decidedAt),
  decision_id: refusal.decisionId,
  decision: refusal.decision,
  code: refusal.code,
  message: refusal.message,
  ...nodeColumns(refusal.payer, refusal.nodes),
  model: refusal.model,
  tags: refusal.tags,
  amounts: refusal.amounts,
  binding: jsonOf(refusal.binding),
  request: jsonOf(refusal.request),
  lines: jsonOf(refusal.lines),
  context: jsonOf(refusal.context),
  address: refusal.position,
  stands_for: refusal.standsFor,
});

const jsonOf = (value: unknown): string => (value === undefined || value === null ? '' : JSON.stringify(value));
