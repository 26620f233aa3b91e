import type { RecordUsage } from '../commands.js';
import type { UsageUnpriced } from '../facts.js';
import { findHold, unknownHold } from '../holds/find-hold.js';
import { clampUse } from '../limits/windows.js';
import { outcomeToldBy } from '../outcomes/wait-for.js';
import { isRefusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { resolveUsageChain } from '../tree/chain.js';
import { undeclaredIn } from '../tree/find-node.js';
import { captureOpen, drawLate } from './capture.js';
import { costOf, usedCharge } from './charge.js';
import type { Decision, Moment } from './decision.js';
import { drawDirectly } from './draw-directly.js';

/**
 * Takes in usage that happened. It ends its hold when that is open; otherwise it is drawn directly. Neither limits nor
 * funds refuse it: limits show the overrun, and what funds do not cover is owed.
 */
export function recordUsage(state: AccountState, command: RecordUsage, moment: Moment): Decision {
  const found = command.hold === undefined ? undefined : findHold(state, command.hold, moment.at);
  if (found?.is === 'unknown' && command.hold !== undefined) return unknownHold(command.hold);
  if (command.unpriced !== undefined) return keepApart(state, command, command.unpriced, moment);
  const cost = costOf(command.lines ?? [], command);
  const undeclared = undeclaredIn(state, cost.amounts);
  if (found?.is === 'open') return undeclared ?? captureOpen(state, found.hold, cost, command, moment);
  if (found?.is === 'lapsed') return undeclared ?? drawLate(state, found.hold, cost, command, moment);
  const chain = resolveUsageChain(state, command.payer, command.nodes, moment.at);
  if (isRefusal(chain)) return chain;
  if (undeclared !== undefined) return undeclared;
  const countedAt = clampUse(command.usedAt, found?.is === 'ended' ? found.placedAt : undefined, moment.at);
  const used = usedCharge(cost, command, command.particulars, countedAt, chain);
  return drawDirectly(state, chain, command.hold === undefined ? {} : { hold: command.hold }, used, moment);
}

/** Without a price usage is neither dropped nor free: it waits, with everything that is needed to rate it later. */
function keepApart(state: AccountState, command: RecordUsage, reason: string, { at }: Moment): Decision {
  const chain = resolveUsageChain(state, command.payer, command.nodes, at);
  if (isRefusal(chain)) return chain;
  const unpriced: UsageUnpriced = {
    type: 'UsageUnpriced',
    payer: chain.payer.id,
    nodes: chain.nodes,
    ...(chain.openers !== undefined && { openers: chain.openers }),
    ...(command.hold !== undefined && { hold: command.hold }),
    ...(command.usedAt !== undefined && { usedAt: command.usedAt }),
    ...(command.usage !== undefined && { usage: command.usage }),
    ...(command.particulars !== undefined && { particulars: command.particulars }),
    reason,
  };
  return [unpriced, ...outcomeToldBy(state, command.particulars)];
}
