import { END_OF_TIME, type Instant, type NodeId } from '@exchequer/kernel';
import type { Fact, NodePaused } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import { isObserved } from '../state/node-state.js';
import { openUnder } from '../tree/open-under.js';

/** What a pause must know of the tree: as it stands, or as a command wants it. */
export interface PausedTree {
  /** Rules of the node refuse nothing. */
  readonly isObserved: (node: NodeId) => boolean;
  /** The open nodes below it. Sessions are not among them: they have the node in their chain. */
  readonly below: (node: NodeId) => readonly NodeId[];
}

/** Facts, and after them the pauses that follow from the thresholds which they cross. */
export const withPauses = (state: AccountState, facts: readonly Fact[]): readonly Fact[] =>
  facts.length === 0 ? facts : [...facts, ...pausesBy(state, facts, treeOf(state))];

const treeOf = ({ nodes }: AccountState): PausedTree => ({
  isObserved: (id) => {
    const node = nodes.get(id);
    return node !== undefined && isObserved(node);
  },
  below: (id) => {
    const node = nodes.get(id);
    if (node === undefined) return [];
    return [...openUnder(node, ({ session }) => session === undefined)].slice(1).map((one) => one.id);
  },
});

/**
 * The pauses that follow from the thresholds which facts cross. Of several pauses of a node that which lasts longest stands,
 * of equal ones the first; one of a person lasts until a person ends it. What is merely observed is not paused.
 */
export function pausesBy(state: AccountState, facts: readonly Fact[], tree: PausedTree): readonly NodePaused[] {
  const planned = new Map<NodeId, NodePaused>();
  for (const fact of facts) {
    if (fact.type !== 'ThresholdCrossed' || fact.pauses === undefined) continue;
    const { node: of, limit, pauses } = fact;
    const { resumesAt } = pauses;
    for (const node of [of, ...(pauses.below === true ? tree.below(of) : [])]) {
      const present = planned.get(node) ?? presentPause(state, node);
      const outlasts = present === undefined || endOf(present) < endOf({ resumesAt });
      if (!outlasts || tree.isObserved(node)) continue;
      const by = { limit, ...(node !== of && { node: of }) };
      planned.set(node, { type: 'NodePaused', node, by, ...(resumesAt !== undefined && { resumesAt }) });
    }
  }
  return [...planned.values()];
}

interface Ending {
  readonly resumesAt?: Instant | undefined;
}

const endOf = ({ resumesAt = END_OF_TIME }: Ending): Instant => resumesAt;

function presentPause({ nodes }: AccountState, id: NodeId): Ending | undefined {
  const paused = nodes.get(id)?.paused;
  return paused && { resumesAt: paused.resumption?.dueAt };
}
