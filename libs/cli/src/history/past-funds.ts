import { spendableBy, type AccountState, type Bag, type NodeState } from '@exchequer/account';
import type { AmountsMap, BalanceReply, LotReply, NodeReply } from '@exchequer/contracts';
import { END_OF_TIME, formatAmount, START_OF_TIME, type Instant } from '@exchequer/kernel';

/** The lots of a node, who could pay for it, and how much, as all of that stood at an instant. */
export function pastFunds(
  state: AccountState,
  node: NodeState,
  asOf: Instant,
): Pick<BalanceReply, 'lots' | 'fundingPath' | 'spendable' | 'spendableIfCritical'> {
  const { fundingPath, amounts, ifCritical } = spendableBy(state, node, asOf);
  return {
    lots: lotsOf(node),
    fundingPath: fundingPath.map(({ id }) => id),
    spendable: amountsIn(amounts),
    ...(ifCritical.length > 0 && { spendableIfCritical: amountsIn(ifCritical) }),
  };
}

/** The rates of a node, without what they had let through: that is in no ledger. */
export const pastRates = ({ rates }: NodeState): Pick<NodeReply, 'rates'> =>
  rates === undefined
    ? {}
    : {
        rates: rates.all.map(({ name, count, then, slowMs }) => ({
          rate: name,
          count,
          ...(then !== 'refuse' && { then }),
          ...(then === 'slow' && { slowMs }),
        })),
      };

export const amountsIn = (bag: Bag): AmountsMap =>
  Object.fromEntries(bag.map(({ currency, amount }) => [currency, formatAmount(amount)]));

const lotsOf = ({ purses }: NodeState): readonly LotReply[] =>
  [...purses.values()].flatMap(({ currency, lots }) =>
    lots
      .filter(({ available, held }) => available > 0n || held > 0n)
      .map(({ id, grant, available, held, spent, expiresAt, noticeAt }) => ({
        lot: id,
        grant: grant.id,
        currency,
        layer: grant.layer,
        priority: grant.priority,
        available: formatAmount(available),
        held: formatAmount(held),
        spent: formatAmount(spent),
        ...(grant.startsAt !== START_OF_TIME && { startsAt: new Date(grant.startsAt).toISOString() }),
        ...(expiresAt !== END_OF_TIME && { expiresAt: new Date(expiresAt).toISOString() }),
        ...(noticeAt !== END_OF_TIME && { noticeAt: new Date(noticeAt).toISOString() }),
      })),
  );
