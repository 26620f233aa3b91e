import { PLACE, type Place, type Table } from './table.js';

/** How a fact changes the balances of one lot, or what one node owes (layer `overage`, without lot and grant). */
export interface MovementRow extends Place {
  /** Number of the movement within its fact. */
  readonly line: number;
  /** When it took effect: for what expired the instant of the expiry, else that of the booking. */
  readonly effective_at: number;
  /** The fact's type; for transfers with the kind, as `CreditsTransferred/pooled`. */
  readonly reason: string;
  readonly hold: string;
  readonly lot: string;
  readonly grant: string;
  readonly node: string;
  /** The node at the other end of a transfer. */
  readonly counterpart: string;
  readonly layer: string;
  readonly currency: string;
  /** Changes, in nano-units. What is granted is the sum of the next four. */
  readonly granted: bigint;
  readonly available: bigint;
  readonly held: bigint;
  readonly spent: bigint;
  readonly forfeited: bigint;
  readonly owed: bigint;
}

export const MOVEMENTS: Table<MovementRow> = {
  name: 'movements',
  columns: [
    ...PLACE,
    'line',
    'effective_at',
    'reason',
    'hold',
    'lot',
    'grant',
    'node',
    'counterpart',
    'layer',
    'currency',
    'granted',
    'available',
    'held',
    'spent',
    'forfeited',
    'owed',
  ],
};
