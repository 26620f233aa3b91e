import type { Fact } from '../../facts.js';
import type { RefusalCode } from '../../refusal.js';

/** A refusal with what stands in the way, what of the request would pass, and with which other models all of it would. */
export interface Short {
  readonly code: RefusalCode;
  readonly binding?: Readonly<Record<string, unknown>>;
  readonly wouldPass?: readonly object[];
  readonly otherModels?: readonly object[];
}

/** What the plain account decides: facts, or a refusal. */
export type PlainDecision = readonly Fact[] | RefusalCode | Short;

export const isRefused = (decision: PlainDecision): decision is RefusalCode | Short =>
  typeof decision === 'string' || 'code' in decision;

/**
 * A fact as it is put together here, from lists of plain texts and numbers. Whether it is one shows when it is held against
 * that of the account.
 */
export const fact = (made: { readonly type: Fact['type'] } & Readonly<Record<string, unknown>>): Fact =>
  made as unknown as Fact;

/** The entries of an object that say something. */
export const told = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** As {@link told}, without lists of nothing. */
export const someOf = (fields: Readonly<Record<string, readonly unknown[]>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, list]) => list.length > 0));
