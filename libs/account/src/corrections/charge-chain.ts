import type { CreditsDrawn, HoldCaptured } from '../facts.js';
import { nodeOf } from '../evolve/evolve-tree.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import { membersOf, pathOf, type Chain } from '../tree/chain.js';

/** The nodes by which a charge was counted when it was booked, root first, wherever they stand today; without sessions that have ended. */
export function chainOfCharge(state: AccountState, fact: HoldCaptured | CreditsDrawn): readonly NodeState[] {
  if (fact.chain !== undefined) return fact.chain.flatMap((id) => state.nodes.get(id) ?? []);
  const attributed = [fact.payer, ...fact.nodes].map((id) => nodeOf(state, id));
  return membersOf(state, attributed, (node) => parentAt(state, node, fact.number ?? 0));
}

/** The parent of a node when a charge was booked: the one that the first move since then took it from. */
function parentAt(state: AccountState, node: NodeState, charge: number): NodeState | undefined {
  const moved = state.moves.find((move) => move.node === node.id && move.nextCharge > charge);
  return moved === undefined ? node.parent : nodeOf(state, moved.from);
}

/**
 * The members of a chain that the tree of the charge's day does not tell, for the charge to state them: nodes were moved
 * since its hold was placed, or it belongs to a session. Sessions that have ended are no more, and so are left out.
 */
export function movedChain(
  state: AccountState,
  { members, moveCount, way }: Chain,
): Pick<HoldCaptured, 'chain' | 'way'> {
  if (moveCount === state.moveCount) return UNMOVED;
  return {
    chain: members.filter((member) => member.session !== 'ended').map((member) => member.id),
    ...statedWay(way),
  };
}

/** The nodes whose pool rules count a charge, the payer first; empty where none can have counted it. */
export function wayOfCharge(state: AccountState, fact: HoldCaptured | CreditsDrawn): readonly NodeState[] {
  if (state.pooled === 0) return [];
  if (fact.way !== undefined) return fact.way.flatMap((id) => state.nodes.get(id) ?? []);
  const payer = fact.chain === undefined ? state.nodes.get(fact.payer) : undefined;
  return payer === undefined ? [] : pathOf(payer, (node) => parentAt(state, node, fact.number ?? 0));
}

/** Stated only where some node on the way has pool rules: rules that are set later do not count it. */
export const statedWay = (way: readonly NodeState[]): Pick<HoldCaptured, 'way'> =>
  way.some((node) => node.pools !== undefined) ? { way: way.map((node) => node.id) } : {};

const UNMOVED = {};
