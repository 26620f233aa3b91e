import type { LotEntry } from './lot-directory.js';
import { PLACE, type Place, type Table } from './table.js';

/** A lot with its first mention: the directory that a restart reads back. */
export interface LotRow extends Place, LotEntry {
  readonly lot: string;
}

export const LOTS: Table<LotRow> = {
  name: 'lots',
  columns: [...PLACE, 'lot', 'grant', 'node', 'currency', 'layer', 'expires_at'],
};
