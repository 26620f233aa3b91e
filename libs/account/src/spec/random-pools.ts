import { amount } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import type { PoolRule } from '../facts.js';
import type { NodeState } from '../state/node-state.js';
import type { Dice } from './dice.js';
import { currency, USD, DATA } from './random-policy.js';

/** A rule or two in one currency, at times in both, at times none any more. */
export function somePools(dice: Dice, isRoot: boolean): Pick<NodePolicy, 'pools'> {
  if (dice.once(8)) return {};
  const currencies = dice.once(5) ? [USD, DATA] : [currency(dice)];
  return { pools: currencies.map((one) => ({ currency: one, ...someRules(dice, isRoot) })) };
}

const few = (dice: Dice) => amount(BigInt(dice.pick([4, 9, 0, 15, 1, 40])));

function someRules(dice: Dice, isRoot: boolean): Omit<PoolRule, 'currency'> {
  if (isRoot) return { lendMax: few(dice) };
  switch (dice.below(4)) {
    case 0:
      return { reserve: few(dice) };
    case 1:
      return { borrowMax: few(dice) };
    case 2:
      return { lendMax: few(dice) };
    default:
      return { reserve: few(dice), borrowMax: few(dice) };
  }
}

/** The pool rules of a node as they are. */
export const poolsAsStated = ({ pools }: NodeState): Pick<NodePolicy, 'pools'> =>
  pools === undefined ? {} : { pools: Array.from(pools.values(), ({ rule }) => rule) };
