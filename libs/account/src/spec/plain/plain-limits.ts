import type { Fact } from '../../facts.js';
import { heldBy } from '../recount-aside.js';
import type { Cost } from '../recount-cost.js';
import { counts, type CountedLimit } from '../recount-limits.js';
import { spanOf } from '../recount-windows.js';
import type { PlainAccount } from './plain-account.js';
import { fact, told } from './plain-decision.js';

/** The limits of a chain: root first, at each node by name. */
export const limitsOn = (account: PlainAccount, members: readonly string[]): readonly CountedLimit[] =>
  members.flatMap((node) =>
    account.counted.limits
      .filter((limit) => !limit.removed && limit.set.node === node)
      .sort((a, b) => (a.set.limit < b.set.limit ? -1 : 1)),
  );

const running = (limit: CountedLimit, at: number) => limit.windows.find(({ from, to }) => from <= at && at < to);

export const leftOf = (account: PlainAccount, limit: CountedLimit, at: number): bigint =>
  limit.amount - (running(limit, at)?.used ?? 0n) - heldBy(account.counted, limit);

/** When the limit starts anew: never, at the end of the calendar's window, or of the rolling one that runs. */
function resetAt(limit: CountedLimit, at: number): number | undefined {
  const { window } = limit.set;
  if (window.kind === 'lifetime') return undefined;
  return window.kind === 'calendar' ? spanOf(window, at, []).to : running(limit, at)?.to;
}

/** A limit as it is named in facts: with what is left of it. */
export const named = (limit: CountedLimit, remaining: bigint, at: number): Readonly<Record<string, unknown>> =>
  told({
    node: limit.set.node,
    limit: limit.set.limit,
    currency: limit.set.currency,
    remaining,
    resetsAt: resetAt(limit, at),
  });

/** The windows that begin because a cost counts at an instant; only rolling ones when it is only held. */
export function windowsBegun(
  account: PlainAccount,
  members: readonly string[],
  cost: Cost,
  at: number,
  isHeld: boolean,
): readonly Fact[] {
  return limitsOn(account, members)
    .filter((limit) => limit.set.window.kind === 'rolling' || (!isHeld && limit.set.window.kind === 'calendar'))
    .filter((limit) => running(limit, at) === undefined && counts(limit, members, cost) > 0n)
    .map((limit) =>
      fact({
        type: 'WindowOpened',
        node: limit.set.node,
        limit: limit.set.limit,
        ...spanOf(limit.set.window, at, limit.windows),
      }),
    );
}
