import { hadWaited } from '@exchequer/account';
import { checksum } from './row-text.js';
import { CHARGE_DETAILS, costOf, currenciesOf, USAGE_DETAILS, usedAt, type ToldUsage } from './row-details.js';

const HOUR_MS = 3_600_000;

/** Rows of one table that agree in this. Rows of `usage` have no currency, those of `charges` have one. */
export interface Group {
  /** Whole hours in UTC since 1970. */
  readonly hour: number;
  readonly payer: string;
  readonly model: string;
  readonly currency: string;
}

/** What rows come to together. */
export class Tally {
  rows = 0n;
  /** In nano-units. */
  amount = 0n;
  /** The sum of the rows' checksums, modulo 2⁶⁴: the same for the same rows in whatever order. */
  checksum = 0n;

  add(rows: bigint, amount: bigint, checksum: bigint): void {
    this.rows += rows;
    this.amount += amount;
    this.checksum = BigInt.asUintN(64, this.checksum + checksum);
  }

  equals({ rows, amount, checksum }: Tally): boolean {
    return this.rows === rows && this.amount === amount && this.checksum === checksum;
  }
}

/** Of a correction where it tells quantities or that a price has come; of a cost that waited for an outcome where the wait begins. */
function hasUsage(fact: ToldUsage['fact']): boolean {
  if (fact.type === 'ChargeCorrected') return fact.metersBefore !== undefined || fact.settlesProvisional === true;
  if (fact.type === 'CostReturned') return fact.provisional !== undefined;
  return fact.type !== 'HoldCaptured' || !hadWaited(fact);
}

/** Tallies by group, an hour at a time. */
export class Groups {
  readonly #hours = new Map<number, Map<string, Tally>>();

  /** @param amount in nano-units. @param checksum of one row, or the sum of several. */
  add({ hour, payer, model, currency }: Group, rows: bigint, amount: bigint, checksum: bigint): void {
    const key = JSON.stringify([payer, model, currency]);
    const groups = this.#hours.get(hour) ?? new Map<string, Tally>();
    this.#hours.set(hour, groups);
    const tally = groups.get(key) ?? new Tally();
    groups.set(key, tally);
    tally.add(rows, amount, checksum);
  }

  /** Adds what the rows of a fact must be: one of `usage` where it tells quantities or that a price has come, and one of `charges` for each currency. */
  addTold(told: ToldUsage): void {
    const { fact } = told;
    const hour = Math.floor(usedAt(told) / HOUR_MS);
    const group = { hour, payer: fact.payer, model: fact.particulars?.model ?? '' };
    if (hasUsage(fact)) this.add({ ...group, currency: '' }, 1n, 0n, checksum(USAGE_DETAILS, told));
    if (fact.type === 'UsageUnpriced' || fact.type === 'OutcomeAwaited' || fact.type === 'CostReturned') return;
    for (const currency of currenciesOf(fact)) {
      const charge = { ...told, fact, currency };
      this.add({ ...group, currency }, 1n, costOf(charge), checksum(CHARGE_DETAILS, charge));
    }
  }

  /** What each hour comes to. */
  hours(): ReadonlyMap<number, Tally> {
    return new Map(
      [...this.#hours].map(([hour, groups]) => {
        const sum = new Tally();
        for (const { rows, amount, checksum } of groups.values()) sum.add(rows, amount, checksum);
        return [hour, sum];
      }),
    );
  }

  of({ hour, payer, model, currency }: Group): Tally {
    return this.#hours.get(hour)?.get(JSON.stringify([payer, model, currency])) ?? new Tally();
  }

  /** The groups of an hour, in the order of their names. */
  in(hour: number): readonly Group[] {
    return [...(this.#hours.get(hour)?.keys() ?? [])].sort().map((key) => {
      const [payer, model, currency] = JSON.parse(key) as [string, string, string];
      return { hour, payer, model, currency };
    });
  }
}
