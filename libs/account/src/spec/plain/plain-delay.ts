import { UNLIMITED } from '@exchequer/kernel';
import type { SlowedBy } from '../../commands.js';
import type { LimitConduct } from '../../facts.js';
import { heldBy } from '../recount-aside.js';
import type { Cost } from '../recount-cost.js';
import { counts, type CountedLimit } from '../recount-limits.js';
import type { PlainAccount } from './plain-account.js';
import { allowedBy, usedBy } from './plain-limits.js';

/** The largest delay that limits ask for once a cost is held; of equal ones the first. Observed limits ask for none. */
export function delayOf(account: PlainAccount, limits: readonly CountedLimit[], cost: Cost, at: number) {
  const asked = limits
    .filter((limit) => counts(limit, [limit.set.node], cost) > 0n && !account.isObserved(limit.set.node))
    .map((limit) => {
      const counted = usedBy(limit, at) + heldBy(account.counted, limit) + counts(limit, [limit.set.node], cost);
      return {
        ms: delayBy(limit.conduct, counted, allowedBy(limit, at)),
        node: limit.set.node,
        limit: limit.set.limit,
      };
    })
    .filter(({ ms }) => ms > 0);
  const most = Math.max(...asked.map(({ ms }) => ms));
  return asked.find(({ ms }) => ms === most);
}

/** Beyond its end a limit slows down when it says so. Up to there a throttle's delay grows from its share on, whole milliseconds. */
function delayBy({ throttle, then, slowMs }: LimitConduct, counted: bigint, allowed: bigint): number {
  if (counted > allowed) return then === 'slow' ? (slowMs ?? throttle?.delayMs ?? 0) : 0;
  if (throttle === undefined || allowed === UNLIMITED) return 0;
  const [whole = '0', decimals = ''] = throttle.fromShare.split('.');
  const of = 10n ** BigInt(decimals.length);
  const share = BigInt(whole) * of + BigInt(decimals === '' ? '0' : decimals);
  const above = counted * of - allowed * share;
  const span = allowed * of - allowed * share;
  return above > 0n && span > 0n ? Number((BigInt(throttle.delayMs) * above) / span) : 0;
}

/** The longest of what limits and a rate ask for; of equal ones that of the limits. */
export function longest(byLimits: ReturnType<typeof delayOf>, slowedBy: SlowedBy | undefined) {
  const byRate = slowedBy && { ms: slowedBy.ms, node: slowedBy.rate.node.id, rate: slowedBy.rate.name };
  return [byLimits ?? [], byRate ?? []].flat().toSorted((a, b) => b.ms - a.ms)[0];
}
