import { lotId, type Instant, type LotId, type NodeId } from '@exchequer/kernel';
import type { CreditsTransferred, Move, Share } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import type { LotState } from '../state/lot-state.js';
import { openPoolOf } from '../tree/chain.js';
import { lotOf } from './lot-of.js';

/** Names the lots that moved parts go to: the one of the same grant and expiry at that node, or a new one. */
export class LotNamer {
  private next: number;
  private readonly named = new Map<string, LotId>();

  constructor(state: AccountState) {
    this.next = state.nextLot;
  }

  lotFor(lot: LotState, node: NodeId, expiresAt = lot.expiresAt): LotId {
    const existing = lot.grant.lots.find((sibling) => sibling.node.id === node && sibling.expiresAt === expiresAt);
    if (existing !== undefined) return existing.id;
    const key = `${lot.grant.id} ${node} ${String(expiresAt)}`;
    const named = this.named.get(key) ?? lotId(`l-${String(this.next++)}`);
    this.named.set(key, named);
    return named;
  }
}

/** A part of a lot on its way to another node. */
export const moveTo = (namer: LotNamer, lot: LotState, part: Share, node: NodeId): Move => ({
  ...part,
  toLot: namer.lotFor(lot, node),
  toNode: node,
});

/** What came back to lots of nodes that meanwhile take all from their pool, or are archived, goes on to the pool above. */
export function followToPool(
  state: AccountState,
  returned: readonly Share[],
  namer = new LotNamer(state),
): readonly CreditsTransferred[] {
  const moves: Move[] = [];
  for (const part of returned) {
    const lot = lotOf(state, part.lot);
    const pool = openPoolOf(lot.node);
    if (pool !== lot.node) moves.push(moveTo(namer, lot, part, pool.id));
  }
  return moves.length === 0 ? [] : [{ type: 'CreditsTransferred', reason: 'pooled', moves }];
}

/** As {@link followToPool}, after something that happened by itself at an instant. */
export const followByItself = (
  state: AccountState,
  returned: readonly Share[],
  at: Instant,
): readonly CreditsTransferred[] => followToPool(state, returned).map((moved) => ({ ...moved, at }));
