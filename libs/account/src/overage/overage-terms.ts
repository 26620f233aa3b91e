import {
  amount,
  formatAmount,
  NANO_PER_UNIT,
  parseAmount,
  scaleUp,
  ZERO,
  type Amount,
  type Ratio,
} from '@exchequer/kernel';
import type { OveragePolicy } from '../commands.js';
import type { OverageSet, OverageTerms } from '../facts.js';
import type { Purse } from '../state/node-state.js';

/** What is owed for each credit of cost, from its decimal: `1.25` is five for four. */
export const overageRate = (rate: string): Ratio => ({ part: parseAmount(rate), whole: NANO_PER_UNIT });

/** What the rate of a purse adds to a cost that its overage pays, rounded up. In nano-units. */
export function surchargeOf(purse: Purse | undefined, cost: Amount): Amount {
  const rate = purse?.overageRate;
  return rate === undefined ? ZERO : amount(scaleUp(cost, rate) - cost);
}

/** The terms of a purse as they were stated. */
export const termsOf = ({ overageFor, overageRate: rate }: Purse): OverageTerms => ({
  ...(overageFor !== undefined && { for: overageFor }),
  ...(rate !== undefined && { rate: formatAmount(rate.part) }),
});

/** As people read it; equal for equal terms: ` for critical work at 1.25`. */
export const textOfTerms = ({ for: work, rate }: OverageTerms): string =>
  `${work === undefined ? '' : ` for ${work} work`}${rate === undefined ? '' : ` at ${rate}`}`;

/** What a policy states of the overage in one currency, where that is something else than now. Not stated: it is forbidden. */
export function overageChange(
  purse: Purse | undefined,
  stated: OveragePolicy | undefined,
): Pick<OverageSet, 'limit' | 'for' | 'rate'> | undefined {
  const limit = stated?.amount ?? ZERO;
  const { for: work, rate } = stated ?? NO_TERMS;
  const terms: OverageTerms = { ...(work !== undefined && { for: work }), ...(rate !== undefined && { rate }) };
  const before = purse === undefined ? '' : textOfTerms(termsOf(purse));
  const isSame = limit === (purse?.overageLimit ?? ZERO) && textOfTerms(terms) === before;
  return isSame ? undefined : { limit, ...terms };
}

const NO_TERMS: OverageTerms = {};
