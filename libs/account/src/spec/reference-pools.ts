import type { PoolRuleName } from '../facts.js';
import type { StoredNode, StoredPool, StoredState } from '../stored/stored-state.js';
import { isObservedOn } from './reference-permission.js';

/** A lot, or the overage of a node, with what it could pay. */
export interface Source {
  readonly name: string;
  readonly node: string;
  readonly layer: string;
  readonly amount: bigint;
  /** Of overage: what is owed on top of a cost. */
  readonly surcharge?: (cost: bigint) => bigint;
}

/** A rule that withholds something, and whose it is. */
interface Cap {
  readonly left: bigint;
  readonly by: string;
  readonly rule: PoolRuleName;
}

/** What sources may give, and whose rule withholds most of what was wanted, if any does. */
interface Given {
  readonly sources: readonly Source[];
  readonly by?: string;
  readonly rule?: PoolRuleName;
}

/** What pool rules leave of the sources that a payer has, by the rules alone. */
export class ReferencePools {
  constructor(
    private readonly stored: StoredState,
    /** The payer and all above it. */
    private readonly path: readonly StoredNode[],
    private readonly currency: string,
    private readonly at: number,
    private readonly concerns: (node: StoredNode) => boolean,
  ) {}

  /** The sources with what each may give, one after the other, and whose rule withholds most of `wanted`. */
  leftOf(sources: readonly Source[], wanted: bigint): Given {
    const given: Source[] = [];
    let missing = wanted;
    let most: { by: Cap | undefined; withheld: bigint } | undefined;
    for (const group of grouped(sources)) {
      const there = group.reduce((sum, { amount }) => sum + amount, 0n);
      const asked = missing < there ? missing : there;
      let give = asked;
      let by: Cap | undefined;
      for (const cap of this.caps(group, there, given)) if (least(cap.left) < give) [give, by] = [least(cap.left), cap];
      if (asked - give > (most?.withheld ?? 0n)) most = { by, withheld: asked - give };
      missing -= give;
      for (const source of group) {
        const part = give < source.amount ? give : source.amount;
        if (part > 0n) given.push({ ...source, amount: part });
        give -= part;
      }
    }
    return { sources: given, ...(most?.by !== undefined && { by: most.by.by, rule: most.by.rule }) };
  }

  private caps([first]: readonly Source[], there: bigint, given: readonly Source[]): readonly Cap[] {
    const index = this.path.findIndex((node) => node.id === first?.node);
    const node = this.path[index];
    if (node === undefined) return [];
    const caps: Cap[] = [];
    for (const [below, borrower] of this.path.slice(0, index).entries()) {
      const pool = this.rulesOf(borrower);
      const above = given.filter((source) => this.path.findIndex((one) => one.id === source.node) > below);
      if (pool?.borrowMax !== undefined && this.concerns(borrower))
        caps.push({
          left: BigInt(pool.borrowMax) - this.counted(pool, 'borrowed') - sumOf(above),
          by: borrower.id,
          rule: 'borrowMax',
        });
    }
    const pool = this.rulesOf(node);
    if (index > 0 && pool?.lendMax !== undefined && this.concerns(node)) {
      const here = given.filter((source) => source.node === node.id);
      caps.push({
        left: BigInt(pool.lendMax) - this.counted(pool, 'lent') - sumOf(here),
        by: node.id,
        rule: 'lendMax',
      });
    }
    const kept = first?.layer === 'overage' ? [] : this.keptAt(index);
    const total = kept.reduce((sum, [, part]) => sum + part, 0n);
    const [largest] = [...kept].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1));
    if (largest !== undefined && total > 0n) caps.push({ left: there - total, by: largest[0], rule: 'reserve' });
    return caps;
  }

  /** What the pool at a place of the path keeps for nodes beside it, down to where lots lie that are nearer. */
  private keptAt(index: number): readonly (readonly [string, bigint])[] {
    const kept: (readonly [string, bigint])[] = [];
    for (let place = index; place >= 0; place -= 1) {
      const node = this.path[place];
      if (node === undefined || (place < index && node.pooling !== 'parent')) break;
      for (const child of this.stored.nodes)
        if (child.parent === node.id && child.id !== this.path[place - 1]?.id) kept.push([child.id, this.unmet(child)]);
    }
    return kept;
  }

  private unmet(node: StoredNode): bigint {
    if (node.archived === true || node.pooling === 'own' || isObservedOn(this.pathOf(node))) return 0n;
    const pool = this.rulesOf(node);
    const own = pool?.reserve === undefined ? 0n : least(BigInt(pool.reserve) - this.counted(pool, 'borrowed'));
    const children = node.pooling === 'parent' ? this.stored.nodes.filter((child) => child.parent === node.id) : [];
    const below = children.reduce((sum, child) => sum + this.unmet(child), 0n);
    return own > below ? own : below;
  }

  private pathOf(node: StoredNode): readonly StoredNode[] {
    const parent = this.stored.nodes.find((one) => one.id === node.parent);
    return parent === undefined ? [node] : [node, ...this.pathOf(parent)];
  }

  private rulesOf = (node: StoredNode): StoredPool | undefined =>
    node.pools?.find((pool) => pool.currency === this.currency);

  private counted(pool: StoredPool, as: 'borrowed' | 'lent'): bigint {
    const [held, used] = pool[as];
    return BigInt(held) + (pool.from <= this.at && this.at < pool.to ? BigInt(used) : 0n);
  }
}

/** Lots of a node together, and its overage by itself. */
function grouped(sources: readonly Source[]): readonly (readonly Source[])[] {
  const groups: Source[][] = [];
  for (const source of sources) {
    const [before] = groups.at(-1) ?? [];
    const isSame = before?.node === source.node && (before.layer === 'overage') === (source.layer === 'overage');
    if (isSame) groups.at(-1)?.push(source);
    else groups.push([source]);
  }
  return groups;
}

const least = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

const sumOf = (sources: readonly Source[]): bigint => sources.reduce((sum, { amount }) => sum + amount, 0n);
