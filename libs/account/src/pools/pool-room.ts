import { amount, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import type { PoolRuleName } from '../facts.js';
import type { NodeState, Purse } from '../state/node-state.js';
import { keptFor, type KeptBranch, type PoolGates } from './pool-gates.js';

/** The rule that stopped a draw short of what was there. */
export interface PoolCut {
  readonly rule: PoolRuleName;
  /** Whose rule it is; of a reserve, for whom most is kept. */
  readonly node: NodeState;
  /** Whose credits were not given. */
  readonly pool: NodeState;
  readonly by: bigint;
}

/** How much pool rules let a payer take in one currency, while a draw is being planned. */
export class PoolRoom {
  /** What each rule still lets pass, by its name and node. */
  private readonly borrowable = new Map<NodeState, bigint>();
  private readonly lendable = new Map<NodeState, bigint>();
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

  private open(rooms: Map<NodeState, bigint>, node: NodeState, rule: 'borrowMax' | 'lendMax'): void {
    const pool = node.pools?.get(this.currency);
    const most = pool?.rule[rule];
    if (pool === undefined || most === undefined) return;
    const left = most - pool.countedAt(rule === 'borrowMax' ? pool.borrowed : pool.lent, this.at);
    rooms.set(node, left > 0n ? left : 0n);
  }

  /** How much of `wanted` the lots of a node may give: what they have, less what is kept for others, as the caps allow. */
  fromLots(node: NodeState, { spendable }: Purse, wanted: Amount): Amount {
    const gate = this.gates.get(node);
    if (gate === undefined) return wanted;
    let there = 0n;
    for (const lot of spendable) if (lot.grant.startsAt <= this.at) there += lot.available;
    return this.bounded(node, wanted < there ? wanted : there, there, gate.kept);
  }

  /** As {@link fromLots}, of the overage of a node: nothing of it is kept for anybody. */
  fromOverage(node: NodeState, wanted: Amount): Amount {
    return this.gates.has(node) ? this.bounded(node, wanted, wanted, []) : wanted;
  }

  private bounded(pool: NodeState, wanted: bigint, there: bigint, kept: readonly KeptBranch[]): Amount {
    let most = wanted;
    const lower = (to: bigint, rule: PoolRuleName, of: NodeState): void => {
      if (to >= most) return;
      most = to > 0n ? to : 0n;
      const by = wanted - most;
      if (by > (this.cut?.by ?? 0n)) this.cut = { rule, node: of, pool, by };
    };
    for (const one of this.gates.get(pool)?.borrowing ?? []) lower(this.borrowable.get(one) ?? most, 'borrowMax', one);
    lower(this.lendable.get(pool) ?? most, 'lendMax', pool);
    const [largest, sum] = this.keptIn(kept);
    if (largest !== undefined) lower(there - sum, 'reserve', largest);
    return amount(most);
  }

  private keptIn(branches: readonly KeptBranch[]): readonly [largest: NodeState | undefined, sum: bigint] {
    let largest: NodeState | undefined;
    let most = 0n;
    let sum = 0n;
    for (const branch of branches) {
      const kept = keptFor(branch, this.currency, this.at);
      sum += kept;
      // Children have no order that would outlive a snapshot.
      const isFirst = kept > 0n && kept === most && branch.node.id < (largest?.id ?? '');
      if (kept > most || isFirst) [largest, most] = [branch.node, kept];
    }
    return [largest, sum];
  }

  /** Counts what a plan takes from a node. */
  take(node: NodeState, taken: bigint): void {
    const gate = this.gates.get(node);
    for (const one of gate?.borrowing ?? []) lessen(this.borrowable, one, taken);
    if (gate?.lending !== undefined) lessen(this.lendable, node, taken);
  }
}

function lessen(rooms: Map<NodeState, bigint>, node: NodeState, by: bigint): void {
  const left = rooms.get(node);
  if (left !== undefined) rooms.set(node, left - by);
}
