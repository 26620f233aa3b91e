import { amount, minusFloored, smaller, ZERO, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import type { NodeState, Purse } from '../state/node-state.js';
import type { PoolCap } from '../state/pool-state.js';
import { isMore, type Kept } from './kept-credits.js';
import type { PoolGate, PoolGates } from './pool-gates.js';

/** The rule that stopped a draw short of what was there. */
export type PoolCut = CutRule & {
  /** Whose credits were not given. */
  readonly pool: NodeState;
  readonly by: bigint;
};

/** A rule and whose it is; of a reserve, for whom most is kept. */
type CutRule =
  | { readonly rule: PoolCap; readonly node: NodeState }
  | {
      readonly rule: 'reserve';
      readonly node: NodeState;
      /** For that node and under it. */
      readonly most: Amount;
      /** For everybody. */
      readonly kept: Amount;
    };

/** How much pool rules let a payer take in one currency, while a draw is being planned. */
export class PoolRoom {
  /** What each rule still lets pass, by its name and node. */
  private readonly borrowable = new Map<NodeState, Amount>();
  private readonly lendable = new Map<NodeState, Amount>();
  /** The rule that withheld most so far, of several the first. */
  cut: PoolCut | undefined;

  constructor(
    private readonly gates: PoolGates,
    private readonly currency: CurrencyId,
    private readonly at: Instant,
  ) {
    for (const [node, { borrowing, lending }] of gates) {
      for (const one of borrowing) this.open(this.borrowable, one, 'borrowMax');
      if (lending !== undefined) this.open(this.lendable, node, 'lendMax');
    }
  }

  private open(rooms: Map<NodeState, Amount>, node: NodeState, cap: PoolCap): void {
    const left = node.pools?.get(this.currency)?.leftOf(cap, this.at);
    if (left !== undefined) rooms.set(node, left);
  }

  /** How much of `wanted` the lots of a node may give: what they have, less what is kept for others, as the caps allow. */
  fromLots(node: NodeState, { spendable }: Purse, wanted: Amount): Amount {
    const gate = this.gates.get(node);
    if (gate === undefined) return wanted;
    const kept = this.keptBy(gate);
    const enough = wanted + kept;
    let there = 0n;
    for (const lot of spendable) {
      if (there >= enough) break;
      if (lot.grant.startsAt <= this.at) there += lot.available;
    }
    const free = minusFloored(amount(there), kept);
    return this.bounded(node, gate, smaller(wanted, amount(there)), free);
  }

  /** As {@link fromLots}, of the overage of a node: nothing of it is kept for anybody. */
  fromOverage(node: NodeState, wanted: Amount): Amount {
    const gate = this.gates.get(node);
    return gate === undefined ? wanted : this.bounded(node, gate, wanted, wanted);
  }

  /** @param free what is there and kept for nobody else. */
  private bounded(pool: NodeState, gate: PoolGate, wanted: Amount, free: Amount): Amount {
    const { borrowing } = gate;
    let most = wanted;
    const lower = (to: Amount, cut: () => CutRule): void => {
      most = smaller(most, to);
      const by = wanted - most;
      if (by > (this.cut?.by ?? 0n)) this.cut = { ...cut(), pool, by };
    };
    for (const one of borrowing) lower(this.borrowable.get(one) ?? most, () => ({ rule: 'borrowMax', node: one }));
    lower(this.lendable.get(pool) ?? most, () => ({ rule: 'lendMax', node: pool }));
    lower(free, () => this.mostKept(pool, gate));
    return most;
  }

  private keptBy({ kept }: PoolGate): Amount {
    let sum = ZERO;
    for (const { level, besides } of kept) sum = amount(sum + level.keptBeside(besides, this.currency, this.at));
    return sum;
  }

  /** For whom most is kept; the pool itself stands for nobody. */
  private mostKept(pool: NodeState, gate: PoolGate): CutRule {
    let most: Kept = { node: pool, amount: ZERO };
    for (const { level, besides } of gate.kept) {
      const one = level.mostBeside(besides, this.currency, this.at);
      if (one !== undefined && isMore(one, most)) most = one;
    }
    return { rule: 'reserve', node: most.node, most: most.amount, kept: this.keptBy(gate) };
  }

  /** Counts what a plan takes from a node. */
  take(node: NodeState, taken: bigint): void {
    const gate = this.gates.get(node);
    if (gate === undefined) return;
    for (const one of gate.borrowing) lessen(this.borrowable, one, taken);
    lessen(this.lendable, node, taken);
  }
}

function lessen(rooms: Map<NodeState, Amount>, node: NodeState, by: bigint): void {
  const left = rooms.get(node);
  if (left !== undefined) rooms.set(node, amount(left - by));
}
