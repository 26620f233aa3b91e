import type { CreditsDrawn, Fact, OutcomeAwaited } from '../facts.js';
import { holdIdOf } from '../holds/hold-id.js';
import { beyondHold, givenBack, splitHold } from '../holds/split-hold.js';
import { countedCost } from '../limits/counted-cost.js';
import { rollingWindowsFor } from '../limits/open-windows.js';
import { followToPool } from '../lots/follow-pool.js';
import { outcomeToldBy, waitFor, type Wait } from '../outcomes/wait-for.js';
import { homeOf } from '../sessions/open-sessions.js';
import type { AccountState } from '../state/account-state.js';
import type { HoldState } from '../state/hold-state.js';
import { limitsOf, type Chain } from '../tree/chain.js';
import { mergeOwed } from '../overage/owed.js';
import { captureBeyondOf, payCost, type Used } from './charge.js';
import type { Moment } from './decision.js';

/** Charges a cost at once, or lets it wait for the outcome of its task; then tells the outcome, where the usage knows it. */
export function chargeOrAwait(
  state: AccountState,
  { payer }: Chain,
  { particulars }: Used,
  moment: Moment,
  charge: () => readonly Fact[],
  awaitOutcome: (wait: Wait) => readonly Fact[],
): readonly Fact[] {
  const wait = waitFor(state, payer, particulars, moment.at);
  return [...(wait === undefined ? charge() : awaitOutcome(wait)), ...outcomeToldBy(state, particulars)];
}

/** The cost of an open hold stays set aside, with what it is more than the hold; what it is less goes back. */
export function awaitWithHold(
  state: AccountState,
  hold: HoldState,
  used: Used,
  wait: Wait,
  moment: Moment,
): readonly Fact[] {
  const { payer, nodes } = hold.chain;
  const split = splitHold(state, hold, used.amounts, homeOf(payer));
  const beyond = payCost(
    state,
    payer,
    beyondHold(used.amounts, hold.amounts),
    captureBeyondOf(payer),
    moment.at,
    used.particulars,
  );
  const owed = mergeOwed(split.owed, beyond.owed ?? []);
  const awaited: OutcomeAwaited = {
    type: 'OutcomeAwaited',
    hold: hold.id,
    payer: payer.id,
    nodes,
    ...used,
    ...told(wait, used, moment),
    retained: split.spent,
    ...(split.owed.length > 0 && { retainedOwed: split.owed }),
    ...givenBack(split),
    ...beyond,
    ...(owed.length > 0 && { owed }),
  };
  return [...windowsOf(state, hold.chain, awaited, moment), awaited, ...followToPool(state, split.returned)];
}

/** Usage without an open hold is set aside as what happened: neither limits nor funds refuse it. */
export function awaitAnew(
  state: AccountState,
  chain: Chain,
  { hold: meantFor, late }: Pick<CreditsDrawn, 'hold' | 'late'>,
  used: Used,
  wait: Wait,
  moment: Moment,
): readonly Fact[] {
  const awaited: OutcomeAwaited = {
    type: 'OutcomeAwaited',
    hold: holdIdOf(state.nextHold, moment.at),
    placed: true,
    ...(meantFor !== undefined && { meantFor }),
    ...(late === true && { late }),
    payer: chain.payer.id,
    nodes: chain.nodes,
    ...used,
    ...told(wait, used, moment),
    retained: [],
    returned: [],
    ...payCost(state, chain.payer, used.amounts, 'draw', moment.at, used.particulars),
  };
  return [...windowsOf(state, chain, awaited, moment), awaited];
}

/** When the usage was is said in any case: its charge is booked later. */
const told = ({ task, until, rule, outcome }: Wait, { usedAt }: Used, { at }: Moment) => ({
  usedAt: usedAt ?? at,
  task,
  until,
  charge: rule.charge,
  otherwise: rule.otherwise,
  ...(outcome !== undefined && { outcome }),
});

/** What waits knows when it was used: that is when it starts rolling windows, as its charge would. */
function windowsOf(state: AccountState, chain: Chain, awaited: OutcomeAwaited, moment: Moment): readonly Fact[] {
  const held = countedCost({ ...awaited, spent: awaited.retained }, state.lots);
  const usedThen = { ...moment, at: awaited.countedAt };
  return rollingWindowsFor(limitsOf(state, chain), held, usedThen) ?? [];
}
