import type { Bag, CreditsDrawn, HoldCaptured, Money, UsageUnpriced } from '@exchequer/account';
import { storableInstant } from '../rows/instants.js';
import { TOKEN_COLUMNS } from '../rows/quantities.js';
import { billionthsOf, instant, list, pairs, quantity, text, type Detail } from './row-text.js';
import { billionths } from './sums.js';

/** A fact that tells of usage, and where the ledger has it. */
export interface ToldUsage {
  readonly fact: HoldCaptured | CreditsDrawn | UsageUnpriced;
  /** Such as `account-acme@48211.3`. */
  readonly address: string;
  readonly position: bigint;
  readonly bookedAt: number;
}

/** What a fact says that usage cost in one currency. */
export interface ToldCharge extends ToldUsage {
  readonly fact: HoldCaptured | CreditsDrawn;
  readonly money: Money;
}

/** The instant that reports count a call at. */
export const usedAt = ({ fact, bookedAt }: ToldUsage): number => storableInstant(fact.usedAt ?? bookedAt);

const firstOf = (kind: string) => {
  const prefix = `${kind}/`;
  return ({ fact }: ToldUsage): string =>
    [fact.payer, ...fact.nodes, ...(fact.openers ?? [])].find((node) => node.startsWith(prefix)) ?? '';
};

/*
 * What reports group by and choose by is told here once more, straight from the facts: taken from the makers of the
 * rows, their faults would be on both sides.
 */
const OF_BOTH: readonly Detail<ToldUsage>[] = [
  {
    stored: `concat('account-', account, '@', toString(revision), '.', toString(fact))`,
    told: ({ address }) => address,
  },
  text('position', ({ position }) => position.toString()),
  instant('booked_at', ({ bookedAt }) => bookedAt),
  instant('used_at', usedAt),
  text('source', ({ fact }) => fact.usage?.source ?? ''),
  text('usage_id', ({ fact }) => fact.usage?.id ?? ''),
  text('hold', ({ fact }) => fact.hold ?? ''),
  text('payer', ({ fact }) => fact.payer),
  list('nodes', ({ fact }) => [...fact.nodes, ...(fact.openers ?? [])]),
  ...['user', 'project', 'key', 'agent', 'workflow'].map((kind) => text(kind, firstOf(kind))),
  text('model', ({ fact }) => fact.particulars?.model ?? ''),
  text('provider', ({ fact }) => fact.particulars?.provider ?? ''),
  text('service_tier', ({ fact }) => fact.particulars?.serviceTier ?? ''),
  text('task_type', ({ fact }) => fact.particulars?.taskType ?? ''),
  text('outcome', ({ fact }) => fact.particulars?.outcome ?? ''),
  text('credential_type', ({ fact }) => fact.particulars?.credentialType ?? ''),
  pairs('tags', 'toString(v)', ({ fact }) => Object.entries(fact.particulars?.tags ?? {})),
  text('late', ({ fact }) => String('late' in fact)),
];

const IS_TOKENS: ReadonlySet<string> = new Set(TOKEN_COLUMNS);
const metersOf = ({ fact }: ToldUsage) => Object.entries(fact.particulars?.meters ?? {});

/** All that a row of `usage` says. */
export const USAGE_DETAILS: readonly Detail<ToldUsage>[] = [
  ...OF_BOTH,
  ...TOKEN_COLUMNS.map((column) =>
    quantity(column, ({ fact }: ToldUsage) => billionths(fact.particulars?.meters?.[column] ?? 0)),
  ),
  pairs('meters', billionthsOf('v'), (told) =>
    metersOf(told)
      .filter(([meter]) => !IS_TOKENS.has(meter))
      .map(([meter, used]) => [meter, billionths(used).toString()]),
  ),
  list('currencies', ({ fact }) => (fact.type === 'UsageUnpriced' ? [] : fact.amounts.map(({ currency }) => currency))),
  text('unpriced', ({ fact }) => String(fact.type === 'UsageUnpriced')),
  text('unpriced_reason', ({ fact }) => (fact.type === 'UsageUnpriced' ? fact.reason : '')),
];

const linesOf = ({ fact, money }: ToldCharge): readonly (Money & { readonly meter?: string })[] => {
  const own = (fact.lines ?? []).filter(({ currency }) => currency === money.currency);
  return own.length === 0 ? [money] : own;
};

const totalIn = (bag: Bag | undefined, { money }: ToldCharge): string =>
  (bag ?? []).reduce((sum, one) => (one.currency === money.currency ? sum + one.amount : sum), 0n).toString();

/** All that a row of `charges` says, but for the lots that it was taken from: balances are held against those. */
export const CHARGE_DETAILS: readonly Detail<ToldCharge>[] = [
  ...OF_BOTH,
  text('currency', ({ money }) => money.currency),
  text('amount', ({ money }) => money.amount.toString()),
  list('meters', (told) => linesOf(told).map(({ meter }) => meter ?? '')),
  list('meter_amounts', (told) => linesOf(told).map(({ amount }) => amount.toString())),
  text('card', ({ fact }) => fact.particulars?.card ?? ''),
  text('owed', (told) => totalIn(told.fact.owed, told)),
  text('beyond_overage', (told) => totalIn(told.fact.beyondOverage, told)),
  text('uncollected', (told) => totalIn(told.fact.uncollected, told)),
];
