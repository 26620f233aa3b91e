import { amountSentence } from '@exchequer/contracts';
import { UNLIMITED_TEXT } from '@exchequer/kernel';
import { z } from 'zod';

/** An amount with its currency, as people write it: `5000 usd`. */
export interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}

const UNLIMITED = new RegExp(`^${UNLIMITED_TEXT}\\s+([a-z][a-z0-9-]{0,31})$`);
const MONEY = /^(\S+)\s+([a-z][a-z0-9-]{0,31})$/;

/** `5000 usd`, `0.5 credit`. */
export const moneyText = z.string().transform((text, context): MoneyText => {
  const money = parseMoney(text);
  if (typeof money !== 'string') return money;
  context.addIssue(money);
  return z.NEVER;
});

/** The amount of a limit: as {@link moneyText}, or `unlimited usd`. */
export const limitMoneyText = z.string().transform((text, context): MoneyText => {
  const [, currency] = UNLIMITED.exec(text.trim()) ?? [];
  const money = currency === undefined ? parseMoney(text) : { amount: UNLIMITED_TEXT, currency };
  if (typeof money !== 'string') return money;
  context.addIssue(money);
  return z.NEVER;
});

/** What a text says, or what is wrong with it. */
function parseMoney(text: string): MoneyText | string {
  const [, amount, currency] = MONEY.exec(text.trim()) ?? [];
  if (amount === undefined || currency === undefined) return 'takes an amount and a currency, such as 5000 usd';
  return amountSentence(amount) ?? { amount, currency };
}
