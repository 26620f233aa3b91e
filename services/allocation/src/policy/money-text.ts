import { amountSentence, priceText } from '@exchequer/contracts';
import { UNLIMITED_TEXT } from '@exchequer/kernel';
import { z } from 'zod';
import { byForm } from './by-form.js';

/** An amount with its currency, as people write it: `5000 usd`. */
export interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}

const UNLIMITED = new RegExp(`^${UNLIMITED_TEXT}\\s+([a-z][a-z0-9-]{0,31})$`);
const MONEY = /^(\S+)\s+([a-z][a-z0-9-]{0,31})$/;

const MONEY_SENTENCE = 'takes an amount and a currency, such as 5000 usd';
const NO_MONEY = { error: () => MONEY_SENTENCE };

/** `5000 usd`, `0.5 credit`. */
export const moneyText = z.string(NO_MONEY).transform((text, context): MoneyText => {
  const money = parseMoney(text);
  if (typeof money !== 'string') return money;
  context.addIssue(money);
  return z.NEVER;
});

/** The amount of a limit: as {@link moneyText}, or `unlimited usd`. */
export const limitMoneyText = z.string(NO_MONEY).transform((text, context): MoneyText => {
  const [, currency] = UNLIMITED.exec(text.trim()) ?? [];
  const money = currency === undefined ? parseMoney(text) : { amount: UNLIMITED_TEXT, currency };
  if (typeof money !== 'string') return money;
  context.addIssue(money);
  return z.NEVER;
});

const distinctMoney = z
  .array(moneyText)
  .refine(
    (list) => new Set(list.map(({ currency }) => currency)).size === list.length,
    'names a currency twice; state one amount for each',
  );

/** One amount, or one of each of several currencies: `5 usd`, `[5 usd, 2 credit]`. */
export const moneyList = byForm((stated) => (Array.isArray(stated) ? distinctMoney : moneyText));

/** The price of one unit, as exact as a rate card: `0.0000001 usd`. */
export const priceOfOne = z
  .string()
  .transform((text, context): { readonly price: string; readonly currency: string } => {
    const [, price, currency] = MONEY.exec(text.trim()) ?? [];
    if (price !== undefined && currency !== undefined && priceText.safeParse(price).success) return { price, currency };
    context.addIssue('takes a price and a currency, such as 0.00001 usd');
    return z.NEVER;
  });

/** What a text says, or what is wrong with it. */
function parseMoney(text: string): MoneyText | string {
  const [, amount, currency] = MONEY.exec(text.trim()) ?? [];
  if (amount === undefined || currency === undefined) return MONEY_SENTENCE;
  return amountSentence(amount) ?? { amount, currency };
}
