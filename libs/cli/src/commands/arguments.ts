import { amountSentence, parseInstant } from '@exchequer/contracts';
import { InvalidArgumentError } from 'commander';

/** Collects the values of an option that may be given more than once. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** A quantity such as a number of tokens. */
export function quantityOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It takes a whole number from 0, such as 1200.');
}

/** Collects `key=value` pairs; the value may hold further `=`. */
export function collectPair(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const [key, value] = pairOf(text);
  return { ...before, [key]: value };
}

/** A `key=value` pair. */
export function pairOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It takes key=value, such as team=research.');
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** Names with commas between them. */
export function namesOf(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('It takes names with commas between them, such as day,model.');
}

/** An amount with its currency: `0.01 usd`. */
export function moneyOf(text: string): { readonly amount: string; readonly currency: string } {
  const [, amount = '', currency = ''] = /^(\S+?)\s*([a-z][a-z0-9-]*)$/.exec(text.trim()) ?? [];
  if (currency === '') throw new InvalidArgumentError('It takes an amount and a currency, such as "80 usd".');
  const fault = amountSentence(amount);
  if (fault !== undefined) throw new InvalidArgumentError(`Its amount ${fault}.`);
  return { amount, currency };
}

/** Collects amounts by currency. */
export function collectMoney(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const { amount, currency } = moneyOf(text);
  return { ...before, [currency]: amount };
}

/** An instant as the services take it; a day alone is its first instant in UTC. */
export function instantOf(text: string): string {
  const full = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  if (!Number.isNaN(parseInstant(full))) return full;
  throw new InvalidArgumentError('It takes a day, or an instant with a zone, such as 2026-11-21T10:00:00Z.');
}
