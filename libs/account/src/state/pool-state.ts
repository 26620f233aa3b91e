import {
  amount,
  minusFloored,
  START_OF_TIME,
  ZERO,
  type Amount,
  type CurrencyId,
  type Instant,
} from '@exchequer/kernel';
import type { PoolRule } from '../facts.js';

/** What was taken: set aside now, and spent in the period, net of what corrections gave back. */
export interface PoolCount {
  held: Amount;
  used: Amount;
}

/** The pool rules that bound what may be taken. */
export type PoolCap = 'borrowMax' | 'lendMax';

/** The pool rules of a node in one currency, and what they have counted. */
export class PoolState {
  /** Drawn from above by the node and all under it. */
  readonly borrowed: PoolCount = { held: ZERO, used: ZERO };
  /** Drawn from the node by those under it. */
  readonly lent: PoolCount = { held: ZERO, used: ZERO };
  /** The period that both have `used` of; empty while nothing was spent. */
  from: Instant = START_OF_TIME;
  to: Instant = START_OF_TIME;

  constructor(
    readonly currency: CurrencyId,
    public rule: PoolRule,
    /** The next charge when the rules were first set: those before do not count. */
    readonly since: number,
  ) {}

  /** What a cap counts. */
  countFor(cap: PoolCap): PoolCount {
    return cap === 'borrowMax' ? this.borrowed : this.lent;
  }

  /** What a cap still lets pass; undefined where the rules state none. */
  leftOf(cap: PoolCap, at: Instant): Amount | undefined {
    const most = this.rule[cap];
    return most === undefined ? undefined : minusFloored(most, this.countedAt(this.countFor(cap), at));
  }

  /** What of the reserve has not been drawn from above in the period: zero without one. */
  unmetAt(at: Instant): Amount {
    return minusFloored(this.rule.reserve ?? ZERO, this.countedAt(this.borrowed, at));
  }

  /** What counts at an instant: all that is held, and what was spent in its period. */
  countedAt({ held, used }: PoolCount, at: Instant): Amount {
    return this.from <= at && at < this.to ? amount(held + used) : held;
  }
}
