import { DAY_MS } from '@exchequer/kernel';
import type { Configure, OveragePolicy } from '../commands.js';
import type { EstimatePolicy, OutcomeRule, OwnKeyCharge, OwnKeyPolicy, RefundPolicy } from '../facts.js';
import type { Dice } from './dice.js';
import { currency, METERS, someAmount, VALUES } from './random-words.js';

export const someStatedPrices = (dice: Dice): Pick<Configure, 'statedPrices'> => ({
  statedPrices: {
    meters: dice.once(2) ? { [dice.pick(METERS)]: { price: '0.5', currency: currency(dice) } } : {},
    ...(dice.once(2) && { request: { price: '2', currency: currency(dice) } }),
  },
});

export const ownKey = (dice: Dice): OwnKeyPolicy => ({
  [currency(dice)]: dice.pick<OwnKeyCharge>(['waived', 'charged', { share: '0.5' }, { fixed: '1' }]),
});

export const someOutcomes = (dice: Dice): readonly OutcomeRule[] =>
  (dice.once(3) ? [VALUES.slice(0, 1), VALUES.slice(dice.below(2))] : [VALUES]).map((taskTypes) => ({
    taskTypes,
    charge: [dice.pick(VALUES)],
    withinMs: dice.pick([3, 1, 9, 35 * DAY_MS]),
    otherwise: dice.pick(['return', 'charge', 'return']),
  }));

export const estimate = (dice: Dice): EstimatePolicy =>
  dice.pick<EstimatePolicy>([
    { by: 'max' },
    { by: 'quantile', quantile: 0.9 },
    { by: 'fixed', amounts: [{ currency: currency(dice), amount: someAmount(dice, 6) }] },
  ]);

export const refunds = (dice: Dice): RefundPolicy =>
  dice.pick<RefundPolicy>([
    { expired: 'new-lot', graceMs: 4 },
    { expired: 'breakage' },
    { expired: 'new-lot', graceMs: 1 },
    { expired: 'new-lot', graceMs: 9 },
  ]);

/** In any order, at times none, and at times what cannot be. */
export const someNotice = (dice: Dice): readonly number[] =>
  dice.once(30) ? dice.pick([[0], [2, 2]]) : dice.pick([[1, 3], [2], [6, 2, 1], [4, 1], []]);

export const beyond = (dice: Dice) => dice.pick(['draw', 'overage', 'cap'] as const);

/** For any work as a credit costs, for critical work, or at a rate that comes out even or does not. */
export const someOverage = (dice: Dice): OveragePolicy => ({
  currency: currency(dice),
  amount: someAmount(dice, dice.pick([6, 25])),
  ...(dice.below(5) > 2 && { for: 'critical' }),
  ...(dice.below(5) > 1 && { rate: dice.pick(['1.5', '1.333', '2', '1.001']) }),
});
