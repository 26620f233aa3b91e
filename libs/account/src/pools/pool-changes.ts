import type { CurrencyId, NodeId } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import type { Fact, Pooling, PoolRule } from '../facts.js';
import { refuse, type Refusal } from '../refusal.js';
import type { NodeState } from '../state/node-state.js';

/** Brings a node's pool rules to their stated form. Currencies that are not named have none. */
export function poolRuleChanges(node: NodeState | undefined, policy: NodePolicy): readonly Fact[] {
  const stated = policy.pools ?? [];
  const currencies = new Set([...(node?.pools?.keys() ?? []), ...stated.map(({ currency }) => currency)]);
  return Array.from(currencies).flatMap((currency): readonly Fact[] => {
    const rule = stated.find((one) => one.currency === currency) ?? { currency };
    const before = node?.pools?.get(currency)?.rule ?? { currency };
    return isSameRule(before, rule) ? [] : [{ type: 'PoolRulesSet', node: policy.node, ...rule }];
  });
}

const isSameRule = (one: PoolRule, other: PoolRule): boolean =>
  one.reserve === other.reserve && one.borrowMax === other.borrowMax && one.lendMax === other.lendMax;

/** What is wrong with the pool rules of a node, if anything is. */
export function faultOfPools(
  { node, pooling, pools = [] }: NodePolicy,
  path: string,
  root: NodeId,
  isDeclared: (currency: CurrencyId) => boolean,
): Refusal | undefined {
  const named = new Set<CurrencyId>();
  for (const [index, rule] of pools.entries()) {
    const { currency, reserve, borrowMax } = rule;
    const where = `${path}.pools.${String(index)}`;
    if (!isDeclared(currency))
      return refuse('Malformed', `The currency ${currency} of the pool rules of ${node} is not declared.`, where);
    if (named.has(currency))
      return refuse('Malformed', `${node} states pool rules in ${currency} twice; state them together.`, where);
    if (node === root && (reserve !== undefined || borrowMax !== undefined))
      return refuse(
        'Malformed',
        `${node} is the root: nothing is above it to keep a reserve or to borrow from; it takes lendMax alone.`,
        where,
      );
    const idle = idleUnder(pooling, rule);
    if (idle !== undefined) return refuse('Malformed', `${node} ${idle}.`, where);
    named.add(currency);
  }
  return undefined;
}

/** Why a rule could never act under a node's pooling, and what to do; undefined where it can. */
function idleUnder(pooling: Pooling | undefined, { reserve, borrowMax, lendMax }: PoolRule): string | undefined {
  if (pooling === 'own' && (reserve !== undefined || borrowMax !== undefined))
    return 'has pooling own and draws nothing from above, so that a reserve or borrowMax of it does nothing; take them away, or set its pooling to own-then-parent or parent';
  if (pooling === 'parent' && lendMax !== undefined)
    return 'has pooling parent and nothing of its own to lend, so that its lendMax does nothing; state borrowMax, or set its pooling to own-then-parent';
  return undefined;
}
