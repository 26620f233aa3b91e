import { amount, END_OF_TIME, larger, ZERO, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import { isObserved, type NodeState } from '../state/node-state.js';

/** A branch of a pool that credits are kept for, as far as some node in it has a reserve there. */
export class KeptBranch {
  /** Where the node takes all from its pool: the branches under it whose reserves lie in the same pool. */
  readonly below: KeptLevel | undefined;

  constructor(
    readonly node: NodeState,
    private readonly level: KeptLevel,
  ) {
    const hasMore = node.pooling === 'parent' && node.children.size > 0;
    this.below = hasMore ? new KeptLevel(node, this) : undefined;
  }

  /** What the pool keeps for it: the node's own unmet reserve, or those under it together where they are more. */
  keptAt(currency: CurrencyId, at: Instant): Amount {
    return larger(unmetOf(this.node, currency, at), this.below?.keptAt(currency, at) ?? ZERO);
  }

  /** When what is kept changes by itself. */
  untilOf(currency: CurrencyId, at: Instant): Instant {
    const to = this.node.pools?.get(currency)?.to ?? END_OF_TIME;
    return Math.min(to > at ? to : END_OF_TIME, this.below?.untilOf(currency, at) ?? END_OF_TIME);
  }

  /** What the node has drawn is another amount now. */
  drewOtherwise(currency: CurrencyId): void {
    this.level.changed(this, currency);
  }
}

/** What is kept for a branch. */
export interface Kept {
  readonly node: NodeState;
  readonly amount: Amount;
}

/** Of two for whom the same is kept, the first by id: children have no order that would outlive a snapshot. */
export const isMore = (one: Kept, other: Kept): boolean =>
  one.amount > other.amount || (one.amount === other.amount && one.node.id < other.node.id);

/** What is kept in one currency for the branches of a level, as far as it was asked for. */
interface KeptSum {
  sum: Amount;
  /** By the nodes of the branches. */
  readonly by: Map<NodeState | undefined, Amount>;
  /** The two for whom most is kept, the most first; undefined while that is to be looked up anew. */
  most: readonly Kept[] | undefined;
  /** Those that have changed since. With them stands all that is around this level. */
  readonly changed: Set<KeptBranch>;
  /** From then on it holds, */
  from: Instant;
  /** and until then, when a period ends. */
  until: Instant;
}

/** All branches just under a node: of a pool, or of a node that takes all from its pool. */
export class KeptLevel {
  private readonly branches: KeptBranch[] = [];
  private readonly sums = new Map<CurrencyId, KeptSum>();

  constructor(
    node: NodeState,
    private readonly above?: KeptBranch,
  ) {
    for (const child of node.children) {
      if (child.archived || child.pooling === 'own' || isObserved(child)) continue;
      const branch = new KeptBranch(child, this);
      if (branch.below?.isEmpty === false || hasReserve(child)) this.branches.push(branch);
    }
  }

  get isEmpty(): boolean {
    return this.branches.length === 0;
  }

  /** What is kept for all branches but one. */
  keptBeside(one: NodeState | undefined, currency: CurrencyId, at: Instant): Amount {
    const { sum, by } = this.sumAt(currency, at);
    return amount(sum - (by.get(one) ?? ZERO));
  }

  keptAt(currency: CurrencyId, at: Instant): Amount {
    return this.sumAt(currency, at).sum;
  }

  untilOf(currency: CurrencyId, at: Instant): Instant {
    return this.sumAt(currency, at).until;
  }

  /** The branch for which most is kept, of all but one. */
  mostBeside(one: NodeState | undefined, currency: CurrencyId, at: Instant): Kept | undefined {
    const known = this.sumAt(currency, at);
    known.most ??= this.lookUpMost(known);
    return known.most.find(({ node }) => node !== one);
  }

  private lookUpMost({ by }: KeptSum): readonly Kept[] {
    let first: Kept | undefined;
    let second: Kept | undefined;
    for (const { node } of this.branches) {
      const kept: Kept = { node, amount: by.get(node) ?? ZERO };
      if (first === undefined || isMore(kept, first)) [first, second] = [kept, first];
      else if (second === undefined || isMore(kept, second)) second = kept;
    }
    return [first, second].filter((kept) => kept !== undefined);
  }

  /** Every branch at every depth. */
  *all(): Iterable<KeptBranch> {
    for (const branch of this.branches) {
      yield branch;
      if (branch.below !== undefined) yield* branch.below.all();
    }
  }

  changed(branch: KeptBranch, currency: CurrencyId): void {
    const known = this.sums.get(currency);
    if (known === undefined || known.changed.has(branch)) return;
    known.changed.add(branch);
    this.above?.drewOtherwise(currency);
  }

  private sumAt(currency: CurrencyId, at: Instant): KeptSum {
    const known = this.sums.get(currency);
    if (known === undefined || at < known.from || at >= known.until) return this.sumAnew(currency, at);
    for (const branch of known.changed) count(known, branch, currency, at);
    known.changed.clear();
    known.from = at;
    return known;
  }

  private sumAnew(currency: CurrencyId, at: Instant): KeptSum {
    const anew: KeptSum = {
      sum: ZERO,
      by: new Map(),
      most: undefined,
      changed: new Set(),
      from: at,
      until: END_OF_TIME,
    };
    for (const branch of this.branches) count(anew, branch, currency, at);
    this.sums.set(currency, anew);
    return anew;
  }
}

function count(into: KeptSum, branch: KeptBranch, currency: CurrencyId, at: Instant): void {
  const { node } = branch;
  const kept: Kept = { node, amount: branch.keptAt(currency, at) };
  into.sum = amount(into.sum - (into.by.get(node) ?? ZERO) + kept.amount);
  into.by.set(node, kept.amount);
  if (into.most?.some((one) => one.node === node || isMore(kept, one)) === true) into.most = undefined;
  into.until = Math.min(into.until, branch.untilOf(currency, at));
}

/**
 * What pools keep for reserves, in the present structure of the tree. A cache: what one draw changes is counted again, not
 * what all the others have reserved, and payers of one pool share it.
 */
export class KeptCredits {
  private readonly levels = new Map<NodeState, KeptLevel>();
  private readonly branches = new Map<NodeState, KeptBranch>();

  /** The branches under a node: a pool, or one that takes all from its pool. */
  levelOf(node: NodeState): KeptLevel {
    const known = this.branches.get(node)?.below ?? this.levels.get(node);
    if (known !== undefined) return known;
    const level = new KeptLevel(node);
    this.levels.set(node, level);
    for (const branch of level.all()) this.branches.set(branch.node, branch);
    return level;
  }

  /** A node has drawn more or less from above than before. */
  changed(node: NodeState, currency: CurrencyId): void {
    this.branches.get(node)?.drewOtherwise(currency);
  }
}

function hasReserve({ pools }: NodeState): boolean {
  for (const { rule } of pools?.values() ?? []) if (rule.reserve !== undefined) return true;
  return false;
}

/** What of its reserve a node has not drawn from above in the period: zero where it has none. */
export const unmetOf = ({ pools }: NodeState, currency: CurrencyId, at: Instant): Amount =>
  pools?.get(currency)?.unmetAt(at) ?? ZERO;
