import type { Bag, HoldPlaced } from '@exchequer/account';
import { UNLIMITED, UNLIMITED_TEXT } from '@exchequer/kernel';
import { NODE_COLUMNS, nodeColumns, nodesOf, type NodeColumns } from './attribution.js';
import { storableInstant } from './instants.js';
import { PLACE, type Place, type Table } from './table.js';

/** An authorization that was approved, wholly or in part. Its hold names it. */
export interface ApprovalRow extends Place, NodeColumns {
  readonly hold: string;
  readonly decision: 'allowed' | 'partial' | 'throttled';
  readonly expires_at: number;
  readonly model: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly amounts: Readonly<Record<string, bigint>>;
  /** What was asked, where only a part was granted. */
  readonly asked: Readonly<Record<string, bigint>>;
  /** What made it smaller, as JSON; empty when nothing did. */
  readonly binding: string;
  /** The limit with the least left, as JSON; empty when there is none. */
  readonly tightest: string;
}

export const APPROVALS: Table<ApprovalRow> = {
  name: 'approvals',
  columns: [
    ...PLACE,
    'hold',
    'decision',
    'expires_at',
    ...NODE_COLUMNS,
    'model',
    'tags',
    'amounts',
    'asked',
    'binding',
    'tightest',
  ],
};

export const approvalRow = (fact: HoldPlaced, place: Place): ApprovalRow => ({
  ...place,
  hold: fact.hold,
  decision: fact.delay !== undefined ? 'throttled' : fact.asked === undefined ? 'allowed' : 'partial',
  expires_at: storableInstant(fact.expiresAt),
  ...nodeColumns(fact.payer, nodesOf(fact)),
  model: fact.particulars?.model ?? '',
  tags: fact.particulars?.tags ?? {},
  amounts: amountsOf(fact.amounts),
  asked: amountsOf(fact.asked ?? []),
  binding: jsonOf(fact.binding),
  tightest: jsonOf(fact.tightest),
});

const amountsOf = (bag: Bag): Record<string, bigint> =>
  Object.fromEntries(bag.map(({ currency, amount }) => [currency, amount]));

/** Amounts as decimal strings of nano-units; what a limit without end leaves as `unlimited`. */
const jsonOf = (value: object | undefined): string =>
  value === undefined
    ? ''
    : JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? nanoText(part) : part));

const nanoText = (part: bigint): string => (part === UNLIMITED ? UNLIMITED_TEXT : part.toString());
