declare const idBrand: unique symbol;
type Id<Name extends string> = string & { readonly [idBrand]: Name };

/** One customer organization: the boundary of consistency. */
export type AccountId = Id<'account'>;
/** A place in an account's tree, for example `team/research`. */
export type NodeId = Id<'node'>;
/** What an amount counts: `usd`, `credit`, … */
export type CurrencyId = Id<'currency'>;
/** The name of a limit, unique at its node. */
export type LimitName = Id<'limit'>;
export type GrantId = Id<'grant'>;
export type LotId = Id<'lot'>;
export type HoldId = Id<'hold'>;
/** Chosen by the sender of a command; makes a retry harmless. */
export type CommandId = Id<'command'>;

/** Brands text that has been checked at an edge, or that is written out in a test. */
export const accountId = (text: string): AccountId => text as AccountId;
export const nodeId = (text: string): NodeId => text as NodeId;
export const currencyId = (text: string): CurrencyId => text as CurrencyId;
export const limitName = (text: string): LimitName => text as LimitName;
export const grantId = (text: string): GrantId => text as GrantId;
export const lotId = (text: string): LotId => text as LotId;
export const holdId = (text: string): HoldId => text as HoldId;
export const commandId = (text: string): CommandId => text as CommandId;
