import type { CreditsGranted } from '@exchequer/account';
import { storableInstant } from './instants.js';
import { PLACE, type Place, type Table } from './table.js';

/** Credits that were issued. */
export interface GrantRow extends Place {
  readonly grant: string;
  readonly lot: string;
  readonly node: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly layer: string;
  readonly priority: number;
  readonly starts_at: number | null;
  readonly expires_at: number | null;
  readonly paid_currency: string;
  readonly paid_amount: bigint;
  readonly note: string;
}

export const GRANTS: Table<GrantRow> = {
  name: 'grants',
  columns: [
    ...PLACE,
    'grant',
    'lot',
    'node',
    'currency',
    'amount',
    'layer',
    'priority',
    'starts_at',
    'expires_at',
    'paid_currency',
    'paid_amount',
    'note',
  ],
};

const orNone = (at: number | undefined): number | null => (at === undefined ? null : storableInstant(at));

export const grantRow = (fact: CreditsGranted, place: Place): GrantRow => ({
  ...place,
  grant: fact.grant,
  lot: fact.lot,
  node: fact.node,
  currency: fact.currency,
  amount: fact.amount,
  layer: fact.layer,
  priority: fact.priority,
  starts_at: orNone(fact.startsAt),
  expires_at: orNone(fact.expiresAt),
  paid_currency: fact.paid?.currency ?? '',
  paid_amount: fact.paid?.amount ?? 0n,
  note: fact.note ?? '',
});
