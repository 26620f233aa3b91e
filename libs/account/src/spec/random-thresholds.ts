import {
  amount,
  DEFAULT_ANCHOR,
  limitName,
  type CalendarUnit,
  type CurrencyId,
  type WindowSpec,
} from '@exchequer/kernel';
import type { LimitPolicy } from '../commands.js';
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

/** A limit that only tells, and at times pauses: of the root it counts nearly everything, in windows of a few charges. */
export const tellingLimit = (dice: Dice, currency: CurrencyId): LimitPolicy => ({
  name: limitName('z'),
  currency,
  amount: amount(BigInt(4 + dice.below(12))),
  mode: 'alert',
  thresholds: [{ share: '0.5' }, { left: amount(1n) }],
  ...dice.pick<Pick<LimitPolicy, 'window' | 'pauses'>>([
    { window: calendar('month') },
    { window: calendar('day'), pauses: AT_RESET },
    { window: { kind: 'rolling', lengthMs: 9 }, pauses: AT_RESET },
    { window: { kind: 'rolling', lengthMs: 12 } },
    { window: { kind: 'sliding', lengthMs: 7 } },
    { window: { kind: 'lifetime' }, pauses: { at: { share: '1' } } },
  ]),
});

const AT_RESET: LimitPause = { at: { share: '0.5' }, resume: 'at-reset' };
const calendar = (unit: CalendarUnit): WindowSpec => ({ kind: 'calendar', unit, zone: 'UTC', anchor: DEFAULT_ANCHOR });

/** At times one that its window has no end for. */
const somePause = (dice: Dice): LimitPause => ({
  at: someThreshold(dice),
  ...(dice.below(2) === 1 && { below: true }),
  ...(dice.once(3) && { resume: 'at-reset' }),
});
