import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '@exchequer/kernel';
import type { RatePer, RateRule } from '../facts.js';
import { NamePatterns } from '../tree/name-patterns.js';
import type { NodeState } from './node-state.js';

const LENGTHS_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;

type RateUnit = 'requests' | 'tokens';

/** One rate of a node. The same one as long as its name is, so that what its host has counted is kept. */
export class RateState {
  private readonly models: NamePatterns | undefined;
  readonly name: string;

  constructor(
    readonly node: NodeState,
    readonly unit: RateUnit,
    models: readonly string[] | undefined,
    readonly per: RatePer['per'],
    public count: number,
    public then: NonNullable<RateRule['then']>,
    /** The longest delay that it asks for; 0 where it slows nothing down. */
    public slowMs: number,
    /** It counts what was let through from here on. */
    readonly since: Instant,
  ) {
    this.models = models && new NamePatterns(models);
    this.name = rateName(unit, models, per);
  }

  get lengthMs(): number {
    return LENGTHS_MS[this.per];
  }

  counts(model: string | undefined): boolean {
    return this.models === undefined || (model !== undefined && this.models.has(model));
  }
}

/** `requests/minute`, `tokens/day of gpt-4o*, o3`. */
const rateName = (unit: RateUnit, models: readonly string[] | undefined, per: RatePer['per']): string =>
  `${unit}/${per}${models === undefined ? '' : ` of ${models.toSorted().join(', ')}`}`;

/** The rates that a rule states, by unit. */
export const ratesIn = (rule: RateRule): readonly (RatePer & { readonly unit: RateUnit; readonly name: string })[] =>
  (['requests', 'tokens'] as const).flatMap((unit) => {
    const rate = rule[unit];
    return rate === undefined ? [] : [{ ...rate, unit, name: rateName(unit, rule.models, rate.per) }];
  });
