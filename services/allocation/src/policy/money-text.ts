import { amountSentence } from '@exchequer/contracts';
import { z } from 'zod';

/** An amount with its currency, as people write it: `5000 usd`. */
export interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}

const MONEY = /^(\S+)\s+([a-z][a-z0-9-]{0,31})$/;

/** `5000 usd`, `0.5 credit`. */
export const moneyText = z.string().transform((text, context): MoneyText => {
  const [, amount, currency] = MONEY.exec(text.trim()) ?? [];
  if (amount === undefined || currency === undefined) {
    context.addIssue('takes an amount and a currency, such as 5000 usd');
    return z.NEVER;
  }
  const fault = amountSentence(amount);
  if (fault !== undefined) {
    context.addIssue(fault);
    return z.NEVER;
  }
  return { amount, currency };
});
