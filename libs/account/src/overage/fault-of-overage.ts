import type { CurrencyId } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import { refuse, type Refusal } from '../refusal.js';

/** What is wrong with the overage of a node, if anything is. */
export function faultOfOverage(
  { node, pooling, overage }: NodePolicy,
  path: string,
  isDeclared: (currency: CurrencyId) => boolean,
): Refusal | undefined {
  for (const { currency, amount } of overage) {
    const where = `${path}.overage.${currency}`;
    if (!isDeclared(currency))
      return refuse('Malformed', `The currency ${currency} of the overage of ${node} is not declared.`, where);
    if (pooling === 'parent' && amount > 0n)
      return refuse(
        'Malformed',
        `${node} has pooling parent and pays with what its pool has, so that an overage of it does nothing; state it at its pool, or set its pooling to own-then-parent.`,
        where,
      );
  }
  return undefined;
}
