import type {
  Bag,
  ChargeCorrected,
  CostReturned,
  CreditsDrawn,
  HoldCaptured,
  Line,
  OutcomeAwaited,
  Owed,
  UsageUnpriced,
} from '@exchequer/account';
import { storableInstant } from '../rows/instants.js';
import { TOKEN_COLUMNS } from '../rows/quantities.js';
import { billionthsOf, instant, list, pairs, quantity, text, type Detail } from './row-text.js';
import { billionths } from './sums.js';

/** A fact that tells of usage, and where the ledger has it. */
export interface ToldUsage {
  readonly fact: HoldCaptured | CreditsDrawn | OutcomeAwaited | CostReturned | ChargeCorrected | UsageUnpriced;
  /** Such as `account-acme@48211.3`. */
  readonly address: string;
  readonly position: bigint;
  readonly bookedAt: number;
}

/** What a fact says that usage cost in one currency: for a correction by how much more, or below zero. */
export interface ToldCharge extends ToldUsage {
  readonly fact: HoldCaptured | CreditsDrawn | ChargeCorrected;
  readonly currency: string;
}

/** The instant that reports count a call at. */
export const usedAt = ({ fact, bookedAt }: ToldUsage): number =>
  storableInstant(fact.usedAt ?? (fact.type === 'ChargeCorrected' ? fact.bookedAt : bookedAt));

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
/** Quantities in billionths: those of a correction are told as they are now and as they were. */
function quantitiesOf({ fact }: ToldUsage): ReadonlyMap<string, bigint> {
  const quantities = new Map<string, bigint>();
  if (fact.type === 'CostReturned') return quantities;
  if (fact.type === 'ChargeCorrected' && fact.metersBefore === undefined) return quantities;
  for (const [meter, used] of Object.entries(fact.particulars?.meters ?? {})) quantities.set(meter, billionths(used));
  if (fact.type !== 'ChargeCorrected') return quantities;
  for (const [meter, used] of Object.entries(fact.metersBefore ?? {}))
    quantities.set(meter, (quantities.get(meter) ?? 0n) - billionths(used));
  return new Map([...quantities].filter(([, change]) => change !== 0n));
}

/** All that a row of `usage` says. */
export const USAGE_DETAILS: readonly Detail<ToldUsage>[] = [
  ...OF_BOTH,
  ...TOKEN_COLUMNS.map((column) => quantity(column, (told: ToldUsage) => quantitiesOf(told).get(column) ?? 0n)),
  pairs('meters', billionthsOf('v'), (told) =>
    [...quantitiesOf(told)].filter(([meter]) => !IS_TOKENS.has(meter)).map(([meter, used]) => [meter, used.toString()]),
  ),
  list('currencies', ({ fact }) => paidIn(fact)),
  text('unpriced', ({ fact }) => String(whyUnpriced(fact) !== undefined)),
  text('unpriced_reason', ({ fact }) => whyUnpriced(fact) ?? ''),
  list('priced_meters', (told) => pricedMeters(told)),
  text('correction', ({ fact }) => String(fact.type === 'ChargeCorrected' || fact.type === 'CostReturned')),
];

function pricedMeters(told: ToldUsage): readonly string[] {
  const { fact } = told;
  const settles =
    fact.type === 'CostReturned'
      ? fact.provisional !== undefined
      : fact.type === 'ChargeCorrected' && fact.settlesProvisional === true;
  if (!settles) return [];
  const changed = quantitiesOf(told);
  const before = fact.type === 'ChargeCorrected' ? fact.metersBefore : undefined;
  return Object.entries(before ?? fact.particulars?.meters ?? {}).flatMap(([meter, used]) =>
    billionths(used) === 0n || changed.has(meter) ? [] : [meter],
  );
}

/** Undefined where a price is known; of a correction `''` where it ends the wait for one. */
function whyUnpriced(fact: ToldUsage['fact']): string | undefined {
  if (fact.type === 'UsageUnpriced') return fact.reason;
  if (fact.type === 'ChargeCorrected') return fact.settlesProvisional === true ? '' : undefined;
  if (fact.type === 'CostReturned') return fact.provisional === undefined ? undefined : '';
  return fact.provisional;
}

function paidIn(fact: ToldUsage['fact']): readonly string[] {
  switch (fact.type) {
    case 'UsageUnpriced':
      return [];
    case 'ChargeCorrected':
      return unique([...fact.amountsBefore, ...(fact.marketBefore ?? [])]);
    default:
      return unique([...fact.amounts, ...(fact.market ?? [])]);
  }
}

const unique = (bag: Bag): readonly string[] => [...new Set(bag.map(({ currency }) => currency))];

/** The currencies in which a fact charges something, has charged it, or tells what it costs at market prices. */
export function currenciesOf(fact: ToldCharge['fact']): readonly string[] {
  const { amounts, market = [] } = fact;
  if (fact.type !== 'ChargeCorrected') return unique([...amounts, ...market]);
  return unique([...fact.amountsBefore, ...amounts, ...(fact.marketBefore ?? []), ...market]);
}

const totalIn = (bag: Bag | undefined, currency: string): bigint =>
  (bag ?? []).reduce((sum, one) => (one.currency === currency ? sum + one.amount : sum), 0n);

/** What it cost, or by how much a correction changed that. */
export const costOf = ({ fact, currency }: ToldCharge): bigint =>
  totalIn(fact.amounts, currency) - (fact.type === 'ChargeCorrected' ? totalIn(fact.amountsBefore, currency) : 0n);

function marketCostOf({ fact, currency }: ToldCharge): bigint {
  const now = totalIn(fact.market ?? fact.amounts, currency);
  return fact.type === 'ChargeCorrected' ? now - totalIn(fact.marketBefore ?? fact.amountsBefore, currency) : now;
}

type MeterPart = readonly [meter: string, amount: bigint];

function partsOf(lines: readonly Line[] | undefined, whole: Bag, currency: string): readonly MeterPart[] {
  const own = (lines ?? []).filter((line) => line.currency === currency);
  return own.length === 0 ? [['', totalIn(whole, currency)]] : own.map(({ meter = '', amount }) => [meter, amount]);
}

/** Parts by meter; of a correction the meters of before come first, each with what it has more or less. */
function metersOf({ fact, currency }: ToldCharge): readonly MeterPart[] {
  const now = partsOf(fact.lines, fact.amounts, currency);
  if (fact.type !== 'ChargeCorrected') return now;
  const before = partsOf(fact.linesBefore, fact.amountsBefore, currency);
  const meters = [...new Set([...before, ...now].map(([meter]) => meter))];
  const sum = (parts: readonly MeterPart[], meter: string): bigint =>
    parts.reduce((total, part) => (part[0] === meter ? total + part[1] : total), 0n);
  return meters.map((meter) => [meter, sum(now, meter) - sum(before, meter)]);
}

const owedOf = (told: ToldCharge): bigint =>
  totalIn(told.fact.owed, told.currency) -
  (told.fact.type === 'ChargeCorrected' ? totalIn(told.fact.forgiven, told.currency) : 0n) +
  surchargeOf(told);

function surchargeOf({ fact, currency }: ToldCharge): bigint {
  const more = (owed: readonly Owed[] = []): bigint =>
    owed.reduce((sum, one) => (one.currency === currency ? sum + (one.surcharge ?? 0n) : sum), 0n);
  return more(fact.owed) - (fact.type === 'ChargeCorrected' ? more(fact.forgiven) : 0n);
}

const uncollectedOf = ({ fact, currency }: ToldCharge): bigint =>
  totalIn(fact.uncollected, currency) -
  (fact.type === 'ChargeCorrected' ? totalIn(fact.uncollectedBefore, currency) : 0n);

/** All that a row of `charges` says, but for the lots that it was taken from: balances are held against those. */
export const CHARGE_DETAILS: readonly Detail<ToldCharge>[] = [
  ...OF_BOTH,
  text('currency', ({ currency }) => currency),
  text('amount', (told) => costOf(told).toString()),
  list('meters', (told) => metersOf(told).map(([meter]) => meter)),
  list('meter_amounts', (told) => metersOf(told).map(([, amount]) => amount.toString())),
  text('card', ({ fact }) => fact.particulars?.card ?? ''),
  text('owed', (told) => owedOf(told).toString()),
  text('surcharge', (told) => surchargeOf(told).toString()),
  text('beyond_overage', ({ fact, currency }) => totalIn(fact.beyondOverage, currency).toString()),
  text('uncollected', (told) => uncollectedOf(told).toString()),
  text('market_cost', (told) => marketCostOf(told).toString()),
  text('provisional', ({ fact }) => String(fact.type !== 'ChargeCorrected' && fact.provisional !== undefined)),
];
