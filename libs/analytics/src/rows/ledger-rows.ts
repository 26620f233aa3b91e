import type { Fact } from '@exchequer/account';
import { ProjectionBroken } from '../errors.js';
import { APPROVALS, approvalRow, type ApprovalRow } from './approval-row.js';
import { chargeRows, CHARGES, type ChargeRow } from './charge-row.js';
import { correctionRows } from './correction-rows.js';
import { grantRow, GRANTS, type GrantRow } from './grant-row.js';
import { storableInstant } from './instants.js';
import type { LotDirectory, LotEntry } from './lot-directory.js';
import { LOTS, type LotRow } from './lot-row.js';
import { MOVEMENTS, type MovementRow } from './movement-row.js';
import { movementsOf } from './movements-of.js';
import type { Place } from './table.js';
import { USAGE, tellsOfUsage, usageRow, type UsageRow } from './usage-row.js';

/** The row of each table that is made from the ledger. */
export interface RowOf {
  readonly grants: GrantRow;
  readonly lots: LotRow;
  readonly usage: UsageRow;
  readonly charges: ChargeRow;
  readonly movements: MovementRow;
  readonly approvals: ApprovalRow;
}

export const TABLES = {
  grants: GRANTS,
  lots: LOTS,
  usage: USAGE,
  charges: CHARGES,
  movements: MOVEMENTS,
  approvals: APPROVALS,
} as const;

/** Takes rows, each for its table. */
export type AddRow = <Name extends keyof RowOf>(table: Name, row: RowOf[Name]) => void;

/**
 * Turns a fact into rows. Facts come in the order of the ledger, each once: a lot is known from the fact that first
 * names it.
 *
 * @throws ProjectionBroken when the fact names a lot that no fact before it did.
 */
export function projectFact(fact: Fact, place: Place, lots: LotDirectory, add: AddRow): void {
  const lotOf = (lot: string): LotEntry => {
    const entry = lots.find(place.account, lot);
    if (entry === undefined) throw new ProjectionBroken(addressOf(place), `the lot ${lot} is not known`);
    return entry;
  };
  const addLot = (lot: string, entry: LotEntry): void => {
    if (lots.find(place.account, lot) !== undefined) return;
    lots.add(place.account, lot, entry);
    add('lots', { ...place, lot, ...entry });
  };
  switch (fact.type) {
    case 'CreditsGranted':
      addLot(fact.lot, {
        grant: fact.grant,
        node: fact.node,
        currency: fact.currency,
        layer: fact.layer,
        expires_at: null,
      });
      add('grants', grantRow(fact, place));
      break;
    case 'CreditsTransferred':
      for (const move of fact.moves) addLot(move.toLot, { ...lotOf(move.lot), node: move.toNode });
      break;
    case 'HoldPlaced':
      add('approvals', approvalRow(fact, place));
      break;
    case 'OutcomeAwaited':
    case 'CostReturned':
      if (tellsOfUsage(fact)) add('usage', usageRow(fact, place));
      break;
    case 'HoldCaptured':
    case 'CreditsDrawn':
      if (tellsOfUsage(fact)) add('usage', usageRow(fact, place));
      for (const row of chargeRows(fact, place, lotOf)) add('charges', row);
      break;
    case 'ChargeCorrected':
      for (const { lot, toLot, toNode, expiresAt } of fact.renewed ?? [])
        addLot(toLot, { ...lotOf(lot), node: toNode, expires_at: storableInstant(expiresAt) });
      if (tellsOfUsage(fact)) add('usage', usageRow(fact, place));
      for (const row of correctionRows(fact, place, lotOf)) add('charges', row);
      break;
    case 'UsageUnpriced':
      add('usage', usageRow(fact, place));
      break;
    default:
      break;
  }
  for (const row of movementsOf(fact, place, lotOf)) add('movements', row);
}

const addressOf = ({ account, revision, fact }: Place): string =>
  `account-${account}@${String(revision)}.${String(fact)}`;
