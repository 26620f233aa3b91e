import { amount } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import type { Pooling, PoolRule } from '../facts.js';
import type { NodeState } from '../state/node-state.js';
import type { Dice } from './dice.js';
import { currency, DATA, USD } from './random-words.js';

/** A rule or two that can act under a pooling, in one currency, at times in both, at times none any more. */
export function somePools(dice: Dice, pooling: Pooling): Pick<NodePolicy, 'pools'> {
  if (dice.once(8)) return {};
  const currencies = dice.once(5) ? [USD, DATA] : [currency(dice)];
  return { pools: currencies.map((one) => ({ currency: one, ...someRules(dice, pooling) })) };
}

const few = (dice: Dice) => amount(BigInt(dice.pick([4, 9, 0, 15, 1, 40])));

function someRules(dice: Dice, pooling: Pooling): Omit<PoolRule, 'currency'> {
  if (pooling === 'own') return { lendMax: few(dice) };
  switch (dice.below(pooling === 'parent' ? 3 : 4)) {
    case 0:
      return { reserve: few(dice) };
    case 1:
      return { borrowMax: few(dice) };
    case 2:
      return { reserve: few(dice), borrowMax: few(dice) };
    default:
      return { lendMax: few(dice) };
  }
}

/** The pool rules of a node as they are, as far as they can act under a pooling. */
export function poolsAsStated({ pools, pooling: present }: NodeState, pooling = present): Pick<NodePolicy, 'pools'> {
  if (pools === undefined) return {};
  return { pools: Array.from(pools.values(), ({ rule }) => acting(rule, pooling)) };
}

const acting = ({ currency: of, reserve, borrowMax, lendMax }: PoolRule, pooling: Pooling): PoolRule => ({
  currency: of,
  ...(reserve !== undefined && pooling !== 'own' && { reserve }),
  ...(borrowMax !== undefined && pooling !== 'own' && { borrowMax }),
  ...(lendMax !== undefined && pooling !== 'parent' && { lendMax }),
});
