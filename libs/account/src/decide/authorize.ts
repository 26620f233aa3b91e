import { isSmallerRatio, scaleDown, ZERO, type Ratio } from '@exchequer/kernel';
import { isNothing, scaleLines, totalOf, type Bag, type Line } from '../bag.js';
import type { Authorize } from '../commands.js';
import type { HoldPlaced, Observed } from '../facts.js';
import { holdIdOf } from '../holds/hold-id.js';
import {
  askingForCheaper,
  bindingOf,
  checkLimits,
  observedLimits,
  tightestAfter,
  type LimitVerdict,
} from '../limits/check-limits.js';
import { delayFor } from '../limits/delay.js';
import { rollingWindowsFor } from '../limits/open-windows.js';
import type { Scoped } from '../limits/scope.js';
import { planFunds, roomIn, type DrawPlan } from '../lots/plan-draw.js';
import { isCritical } from '../overage/plan-overage.js';
import { observedPools } from '../pools/observed-pools.js';
import { isRefusal } from '../refusal.js';
import { openSessionAt } from '../sessions/open-sessions.js';
import { countsReserve, planFromReserve } from '../sessions/reserve.js';
import type { AccountState } from '../state/account-state.js';
import type { LimitState } from '../state/limit-state.js';
import { limitsOf, resolveChain, type Chain } from '../tree/chain.js';
import { undeclaredIn } from '../tree/find-node.js';
import type { Permission } from '../tree/permission.js';
import type { Asked } from './asked.js';
import { checkPermission, observedPermission } from './check-permission.js';
import { checkRates, longerDelay, ratesPassed } from './check-rates.js';
import type { Decision, Moment } from './decision.js';
import { fundsVerdict } from './funds-verdict.js';
import { withOtherModels } from './other-models.js';
import { insufficient, limitReached } from './why-refused.js';

/** Sets credits aside for a call: every limit on the chain is checked and the funds are taken, all or nothing. */
export function authorize(state: AccountState, command: Authorize, moment: Moment): Decision {
  const decision = asStated(state, command, moment);
  if (command.candidates === undefined || !isRefusal(decision)) return decision;
  return withOtherModels(state, command, decision, (request) => asStated(state, request, moment));
}

function asStated(state: AccountState, command: Authorize, moment: Moment): Decision {
  const chain = resolveChain(state, command.payer, command.nodes);
  if (isRefusal(chain)) return chain;
  const amounts = totalOf(command.lines);
  const undeclared = undeclaredIn(state, amounts);
  if (undeclared !== undefined) return undeclared;
  if (chain.permission !== undefined) {
    const forbidden = checkPermission(chain.permission, command.particulars, amounts);
    if (forbidden !== undefined) return forbidden;
  }
  if (command.beyondRates !== undefined) {
    const limited = checkRates(command.beyondRates, amounts, moment.at);
    if (limited !== undefined) return limited;
  }
  const lines = command.lines.some((line) => line.meter !== undefined) ? command.lines : undefined;
  const { particulars } = command;
  const request: Scoped = { amounts, lines, particulars, payment: undefined, lots: state.lots };
  const limits = limitsToCheck(state, chain);
  const asked: Asked = { state, command, chain, request, limits, funds: openSessionAt(chain.payer) ?? chain, moment };
  const verdict = checkLimits(limits, request, asked.funds, moment);
  if (verdict.binding === undefined) {
    const plan = fund(asked, amounts);
    if (plan !== undefined) return place(asked, request, plan);
  }
  return lessOrNothing(asked, verdict);
}

/** The limits of which a request asks something: not those that count the reserve of its session already. */
function limitsToCheck(state: AccountState, chain: Chain): readonly LimitState[] {
  const limits = limitsOf(state, chain);
  const session = openSessionAt(chain.payer);
  return session === undefined ? limits : limits.filter((limit) => !countsReserve(limit, session));
}

/** From where `amounts` would be paid, or undefined when the funding path, or the reserve of the session, does not cover them. */
function fund({ state, chain, request, moment: { at } }: Asked, amounts: Bag): DrawPlan | undefined {
  const plan: DrawPlan = { shares: [], owed: [] };
  const session = openSessionAt(chain.payer);
  if (session !== undefined) {
    for (const { currency, amount } of amounts)
      if (planFromReserve(state, plan, session, currency, amount) !== ZERO) return undefined;
    return plan;
  }
  const critical = isCritical(request.particulars);
  for (const { currency, amount } of amounts) {
    const room = roomIn(chain, currency, at);
    if (planFunds(plan, chain.fundingPath, currency, amount, at, room, critical) !== ZERO) return undefined;
  }
  return plan;
}

function place(
  asked: Asked,
  part: Scoped,
  plan: DrawPlan,
  partly?: Pick<HoldPlaced, 'asked' | 'askedLines' | 'binding' | 'market'>,
): Decision {
  const { state, command, chain, limits, moment } = asked;
  const granted = chain.layered ? { ...part, payment: plan } : part;
  const tightest = tightestAfter(limits, granted, moment);
  const byLimit = chain.delaying === undefined ? undefined : delayFor(limits, granted, moment);
  const delay = command.slowedBy === undefined ? byLimit : longerDelay(byLimit, command.slowedBy);
  const session = openSessionAt(chain.payer);
  const placed: HoldPlaced = {
    type: 'HoldPlaced',
    hold: holdIdOf(state.nextHold, moment.at),
    payer: chain.payer.id,
    nodes: chain.nodes,
    expiresAt: moment.at + command.holdForMs,
    amounts: granted.amounts,
    ...(chain.openers !== undefined && { openers: chain.openers }),
    ...(granted.lines !== undefined && { lines: granted.lines }),
    ...(session !== undefined && { session: session.id }),
    shares: plan.shares,
    ...(plan.owed.length > 0 && { owed: plan.owed }),
    ...(tightest !== undefined && { tightest }),
    ...(command.market !== undefined && { market: command.market }),
    ...partly,
    ...(chain.permission !== undefined && observedOf(asked, chain.permission)),
    ...(delay !== undefined && { delay }),
    ...(command.particulars !== undefined && { particulars: command.particulars }),
    ...(command.provisional !== undefined && { provisional: command.provisional }),
  };
  const opened = rollingWindowsFor(limitsOf(state, chain), granted, moment);
  return opened === undefined ? [placed] : [...opened, placed];
}

/** What merely observed rules would have refused of the whole request. */
function observedOf(
  { state, command, chain, request, limits, funds, moment }: Asked,
  permission: Permission,
): Pick<HoldPlaced, 'observed' | 'spilled'> {
  const rates = ratesPassed(command.beyondRates ?? []);
  const reached = observedLimits(limits, request, permission.observed, funds, moment);
  const observed: readonly Observed[] = [
    ...observedPermission(permission, request.particulars),
    ...rates.observed,
    ...reached.map(({ node, name }) => ({ code: 'LimitReached' as const, node: node.id, limit: name })),
    ...observedPools(state, chain, request.amounts, permission.observed, moment.at, isCritical(command.particulars)),
  ];
  return {
    ...(observed.length > 0 && { observed }),
    ...(rates.spilled.length > 0 && { spilled: rates.spilled }),
  };
}

/** The request does not fit whole: a part of it where that is welcome, else the reason and what would pass. */
function lessOrNothing(asked: Asked, verdict: LimitVerdict): Decision {
  const { command, request, moment } = asked;
  const covered = fundsVerdict(asked);
  const fundsBind = isSmallerRatio(covered.ratio, verdict.ratio);
  const ratio = fundsBind ? covered.ratio : verdict.ratio;
  const part = scaled(request, ratio);
  if (command.accept === 'partial' && !isNothing(part.amounts)) {
    const plan = fund(asked, part.amounts);
    const binding =
      !fundsBind && verdict.binding !== undefined ? bindingOf(verdict.binding, request, moment) : covered.binding;
    if (plan === undefined || binding === undefined) throw new Error('a part that fits must be fundable');
    return place(asked, part, plan, {
      asked: request.amounts,
      ...(request.lines !== undefined && { askedLines: request.lines }),
      ...(command.market !== undefined && { market: scaledBag(command.market, ratio) }),
      binding,
    });
  }
  const wouldPass = isNothing(part.amounts) ? undefined : part.amounts;
  const reason = verdict.binding !== undefined ? limitReached(verdict, request, moment) : insufficient(asked, covered);
  const asking =
    verdict.binding === undefined ? undefined : askingForCheaper(asked.limits, request, asked.funds, moment);
  return {
    ...reason,
    asked: request.amounts,
    ...(wouldPass !== undefined && { wouldPass }),
    ...(asking !== undefined && { cheaper: { node: asking.node.id, limit: asking.name } }),
  };
}

/** The same request, all currencies scaled by one ratio and rounded down. */
function scaled(request: Scoped, ratio: Ratio): Scoped {
  if (request.lines !== undefined) {
    const lines: readonly Line[] = scaleLines(request.lines, ratio);
    return { ...request, lines, amounts: totalOf(lines) };
  }
  return { ...request, amounts: scaledBag(request.amounts, ratio) };
}

const scaledBag = (bag: Bag, ratio: Ratio): Bag =>
  bag.map((money) => ({ ...money, amount: scaleDown(money.amount, ratio) }));
