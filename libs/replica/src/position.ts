import { streamOf } from './stream-of.js';

/** The address of a fact within its account: the entry, and the fact's place in it. */
export interface FactAddress {
  readonly revision: number;
  readonly index: number;
}

/** `account-acme@48211.3`: the fourth fact of the entry at revision 48211. */
export const formatPosition = (account: string, { revision, index }: FactAddress): string =>
  `${streamOf(account)}@${String(revision)}.${String(index)}`;

const POSITION = /^(.+)@(-?\d{1,15})\.(-?\d{1,9})$/;

/** Reads what {@link formatPosition} wrote, or undefined when it is of another account or no position. */
export function parsePosition(account: string, text: string): FactAddress | undefined {
  const match = POSITION.exec(text);
  return match?.[1] === streamOf(account) ? { revision: Number(match[2]), index: Number(match[3]) } : undefined;
}
