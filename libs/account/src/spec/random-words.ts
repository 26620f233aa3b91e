import { amount, currencyId, UNLIMITED, type CurrencyId } from '@exchequer/kernel';
import type { Dice } from './dice.js';

export const USD = currencyId('usd');
export const DATA = currencyId('data-credit');
export const CURRENCIES = [USD, DATA] as const;
export const MODELS = ['small', 'large'] as const;
export const METERS = ['input', 'output'] as const;
export const TAGS = ['team', 'feature'] as const;
export const VALUES = ['one', 'two'] as const;

export const currency = (dice: Dice): CurrencyId => dice.pick(CURRENCIES);

/** From 0 to `most` nano-units, and now and then the most that a message can state. */
export const someAmount = (dice: Dice, most = 20) =>
  amount(dice.once(90) ? 2n ** 63n - 1n : BigInt(dice.below(most + 1)));

/** What a limit is of: at times everything. */
export const someLimit = (dice: Dice) => (dice.once(12) ? UNLIMITED : someAmount(dice, 30));
