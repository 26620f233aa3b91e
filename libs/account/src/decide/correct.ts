import { formatAmount, type CurrencyId, type NodeId } from '@exchequer/kernel';
import { isNothing } from '../bag.js';
import type { BookedCharge, Correct } from '../commands.js';
import { CORRECTABLE_MS } from '../corrections/bounds.js';
import { chainOfCharge, statedWay, wayOfCharge } from '../corrections/charge-chain.js';
import { countedChanges, windowsToCorrect } from '../corrections/counted-changes.js';
import { planReturn } from '../corrections/plan-return.js';
import { renewedOrBroken } from '../corrections/renew-expired.js';
import { drawnBy, firstStanding, refundable, refunded, replaced, type Change } from '../corrections/standing.js';
import type { ChargeCorrected, Particulars } from '../facts.js';
import { crossingsOfChange } from '../limits/crossings.js';
import { followToPool, LotNamer } from '../lots/follow-pool.js';
import { bookedAtOf } from '../outcomes/had-waited.js';
import { periodsToCount } from '../pools/pool-period.js';
import { isRefusal, refuse, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import type { ChargeStanding } from '../state/correction-state.js';
import type { NodeState } from '../state/node-state.js';
import { undeclaredIn } from '../tree/find-node.js';
import { mergeOwed } from '../overage/owed.js';
import { costOf, payCost } from './charge.js';
import type { Decision, Moment } from './decision.js';
import { withPauses } from './pause-by-limit.js';

/**
 * Makes a charge come to what it should have been. What was too much goes back to what had paid, in reverse order; what was
 * too little is drawn now. Limits count the difference where they counted the charge.
 */
export function correct(state: AccountState, command: Correct, moment: Moment): Decision {
  const { of } = command;
  const original = command.original && whenItWasDue(command.original);
  if (original === undefined) return refuse('Malformed', `of: there is no charge at ${of}.`, 'of');
  if (command.priceCame === true && !isProvisional(state, original)) return [];
  const fault = faultOfAge(original, moment.at);
  if (fault !== undefined) return fault;
  const before = state.corrected.get(of) ?? firstStanding(original.fact);
  const change = changeOf(state, command, before);
  if (isRefusal(change)) return change;
  if (!isNothing(change.more) && payerOf(state, original.fact.payer) === undefined)
    return refuse(
      'Malformed',
      `of: the session ${original.fact.payer} is over; who would pay more is not known.`,
      'of',
    );
  const nothingChanges = isSame(before, change) && isSameMarket(before, command);
  if (nothingChanges && !isProvisional(state, original)) return [];
  const namer = new LotNamer(state);
  const corrected = correctedBy(state, command, original, before, change, moment, namer);
  const changes = countedChanges(state, corrected);
  const windows = windowsToCorrect(changes, corrected.countedAt, moment);
  const way = corrected.way?.flatMap((id) => state.nodes.get(id) ?? []) ?? [];
  const periods = periodsToCount(state, way, corrected.amounts, moment, corrected.bookedAt);
  const crossings = changes.flatMap(({ limit, by }) => crossingsOfChange(limit, by, corrected.countedAt, moment));
  return [
    ...windows,
    ...periods,
    corrected,
    ...followToPool(state, corrected.returned, namer),
    ...withPauses(state, crossings),
  ];
}

const whenItWasDue = ({ fact, bookedAt }: BookedCharge): BookedCharge => ({
  fact,
  bookedAt: bookedAtOf(fact, bookedAt),
});

/** Where nothing is charged of what was used, only its market cost shows that it was more or less. */
const isSameMarket = ({ market: before }: ChargeStanding, { market }: Correct): boolean =>
  before === undefined || market === undefined || textOf(before) === textOf(market);

/** It waits for its price; that this is what it costs already is worth a fact. */
const isProvisional = (state: AccountState, { fact }: BookedCharge): boolean =>
  fact.number !== undefined && state.provisional.has(fact.number);

function faultOfAge({ fact, bookedAt }: BookedCharge, at: number): Refusal | undefined {
  if (bookedAt + CORRECTABLE_MS <= at)
    return refuse('Malformed', 'of: the charge was booked more than 35 days ago; grant credits instead.', 'of');
  if (fact.number === undefined)
    return refuse(
      'Malformed',
      'of: the charge was booked by a release that knew no corrections; grant credits instead.',
      'of',
    );
  return undefined;
}

/** Who pays more: the payer of the charge, also a session that has ended, as long as it is remembered. */
const payerOf = (state: AccountState, id: NodeId): NodeState | undefined =>
  state.nodes.get(id) ?? state.endedSessions.get(id)?.node;

function changeOf(state: AccountState, { to }: Correct, before: ChargeStanding): Change | Refusal {
  if ('lines' in to) {
    const { amounts, lines } = costOf(to.lines);
    return undeclaredIn(state, amounts) ?? replaced(before, amounts, lines);
  }
  const undeclared = undeclaredIn(state, to.refund);
  if (undeclared !== undefined) return undeclared;
  for (const { currency, amount } of to.refund) {
    const most = refundable(before, currency);
    if (amount > most)
      return refuse(
        'Malformed',
        `refund.${currency}: ${formatAmount(amount)} is more than the ${formatAmount(most)} that the charge still costs.`,
        `refund.${currency}`,
      );
  }
  return refunded(before, to.refund);
}

/** It costs as much, of which as much was written off, and is divided alike among its meters. */
const isSame = (before: ChargeStanding, after: Change): boolean =>
  textOf(before.amounts) === textOf(after.amounts) && textOf(before.lines ?? []) === textOf(after.lines ?? []);

const textOf = (
  parts: readonly { readonly meter?: string; readonly currency: CurrencyId; readonly amount: bigint }[],
) => parts.map(({ meter = '', currency, amount }) => `${meter} ${currency} ${String(amount)}`).join();

function correctedBy(
  state: AccountState,
  { of, particulars: told, reason, market }: Correct,
  { fact, bookedAt }: BookedCharge,
  before: ChargeStanding,
  { amounts, lines, uncollected, back, more }: Change,
  { at }: Moment,
  namer: LotNamer,
): ChargeCorrected {
  const { returned, ended, forgiven, paid, owing } = planReturn(state, before, back);
  const { renewed, broken } = renewedOrBroken(state, ended, at, namer);
  const payer = payerOf(state, fact.payer);
  const particulars =
    before.particulars === undefined && told === undefined ? undefined : { ...before.particulars, ...told };
  const extra = payer === undefined ? {} : payCost(state, payer, more, 'draw', at, particulars);
  const owingNow = mergeOwed(owing, extra.owed ?? []);
  return {
    type: 'ChargeCorrected',
    of,
    payer: fact.payer,
    nodes: fact.nodes,
    ...(fact.openers !== undefined && { openers: fact.openers }),
    ...(fact.hold !== undefined && { hold: fact.hold }),
    bookedAt,
    number: fact.number ?? 0,
    chain: chainOfCharge(state, fact).map((node) => node.id),
    ...statedWay(wayOfCharge(state, fact)),
    amounts,
    ...(lines !== undefined && { lines }),
    ...(fact.usedAt !== undefined && { usedAt: fact.usedAt }),
    countedAt: fact.countedAt,
    ...(fact.usage !== undefined && { usage: fact.usage }),
    ...(particulars !== undefined && { particulars }),
    ...extra,
    ...(uncollected.length > 0 && { uncollected }),
    ...(before.market !== undefined && { market: market ?? before.market, marketBefore: before.market }),
    amountsBefore: before.amounts,
    ...(before.lines !== undefined && { linesBefore: before.lines }),
    ...(before.uncollected.length > 0 && { uncollectedBefore: before.uncollected }),
    ...metersBefore(before.particulars, told),
    ...(state.provisional.has(fact.number ?? 0) && { settlesProvisional: true }),
    returned,
    ...(renewed.length > 0 && { renewed }),
    ...(broken.length > 0 && { broken }),
    ...(forgiven.length > 0 && { forgiven }),
    paid: [...paid, ...drawnBy(extra)],
    ...(owingNow.length > 0 && { owing: owingNow }),
    ...(reason !== undefined && { reason }),
  };
}

const metersBefore = (
  before: Particulars | undefined,
  told: Correct['particulars'],
): Pick<ChargeCorrected, 'metersBefore'> => (told?.meters === undefined ? {} : { metersBefore: before?.meters ?? {} });
