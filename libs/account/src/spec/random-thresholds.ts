import { amount } from '@exchequer/kernel';
import type { LimitConduct, LimitPause, Threshold } from '../facts.js';
import type { Dice } from './dice.js';

/** Marks that a few charges come to, often more than one of them together; at times the limit pauses at one. */
export const someThresholds = (dice: Dice): Pick<LimitConduct, 'thresholds' | 'pauses'> => ({
  ...(dice.below(4) !== 3 && { thresholds: Array.from({ length: 1 + dice.below(3) }, () => someThreshold(dice)) }),
  ...(dice.below(4) === 3 && { pauses: somePause(dice) }),
});

const someThreshold = (dice: Dice): Threshold => {
  const some = amount(BigInt(dice.below(9)));
  return dice.pick<Threshold>([
    { share: dice.pick(['0.5', '0.25', '1', '0.333333333', '1.5', '0']) },
    { used: some },
    { left: some },
  ]);
};

/** At times one that its window has no end for. */
const somePause = (dice: Dice): LimitPause => ({
  at: someThreshold(dice),
  ...(dice.below(2) === 1 && { below: true }),
  ...(dice.once(3) && { resume: 'at-reset' }),
});
