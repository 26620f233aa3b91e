import type { Command } from '../../commands.js';
import type { Fact } from '../../facts.js';
import type { PlainAccount } from './plain-account.js';
import { plainDecide } from './plain-decide.js';
import { isRefused } from './plain-decision.js';

/** Costs that had happened already, and that pool rules made draw on something else than they would have without. */
export const KINDS_BOUND = ['beyond a hold', 'late', 'without a hold', 'a correction'] as const;

/** What of it facts are that an account has decided, if they are: it is asked again without any pool rules. */
export function boundByPools(
  account: PlainAccount,
  command: Command,
  facts: readonly Fact[],
  at: number,
): (typeof KINDS_BOUND)[number] | undefined {
  const charge = facts.find(isCharge);
  const { pools } = account.counted;
  if (charge === undefined || pools.length === 0) return undefined;
  const rules = pools.splice(0);
  const free = plainDecide(account, command, at);
  pools.push(...rules);
  if (isRefused(free) || drawnBy(free.find(isCharge)) === drawnBy(charge)) return undefined;
  if (charge.type === 'HoldCaptured') return 'beyond a hold';
  if (charge.type === 'ChargeCorrected') return 'a correction';
  return charge.late === true ? 'late' : 'without a hold';
}

type Charge = Extract<Fact, { type: 'HoldCaptured' | 'CreditsDrawn' | 'ChargeCorrected' }>;

const isCharge = (fact: Fact): fact is Charge =>
  fact.type === 'HoldCaptured' || fact.type === 'CreditsDrawn' || fact.type === 'ChargeCorrected';

const drawnBy = (charge: Charge | undefined): string =>
  (charge?.drawn ?? []).map(({ lot, amount }) => `${lot} ${String(amount)}`).join();
