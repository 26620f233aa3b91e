import type { Capture } from '../commands.js';
import type { Fact, HoldCaptured, Particulars } from '../facts.js';
import { movedChain } from '../corrections/charge-chain.js';
import { findHold, holdAlreadyEnded, unknownHold } from '../holds/find-hold.js';
import { beyondHold, givenBack, splitHold } from '../holds/split-hold.js';
import { clampUse } from '../limits/windows.js';
import { followToPool } from '../lots/follow-pool.js';
import { mergeOwed } from '../overage/owed.js';
import { homeOf } from '../sessions/open-sessions.js';
import type { AccountState } from '../state/account-state.js';
import type { HoldState, LapsedHold } from '../state/hold-state.js';
import { undeclaredIn } from '../tree/find-node.js';
import { bookCharge } from './book-charge.js';
import { awaitWithHold, chargeOrAwait } from './await-outcome.js';
import { captureBeyondOf, costOf, payCost, usedCharge, type Cost, type Told, type Used } from './charge.js';
import type { Decision, Moment } from './decision.js';
import { drawDirectly } from './draw-directly.js';

/** Ends a hold with what the call really cost. A hold that had lapsed is drawn directly instead, and flagged late. */
export function capture(state: AccountState, command: Capture, moment: Moment): Decision {
  const found = findHold(state, command.hold, moment.at);
  switch (found.is) {
    case 'unknown':
      return unknownHold(command.hold);
    case 'ended':
      return holdAlreadyEnded(command.hold);
    case 'open':
    case 'lapsed': {
      const cost = command.lines === undefined ? found.hold : costOf(command.lines, command);
      const undeclared = undeclaredIn(state, cost.amounts);
      if (undeclared !== undefined) return undeclared;
      return found.is === 'open'
        ? captureOpen(state, found.hold, cost, command, moment)
        : drawLate(state, found.hold, cost, command, moment);
    }
  }
}

/** Spends what was set aside in order, gives the rest back to its lots, and pays what is beyond by the payer's policy. */
export function captureOpen(
  state: AccountState,
  hold: HoldState,
  cost: Cost,
  told: Told,
  moment: Moment,
): readonly Fact[] {
  const used = usageOf(hold, cost, told, moment);
  return chargeOrAwait(
    state,
    hold.chain,
    used,
    moment,
    () => captureNow(state, hold, used, moment),
    (wait) => awaitWithHold(state, hold, used, wait, moment),
  );
}

function captureNow(state: AccountState, hold: HoldState, used: Used, moment: Moment): readonly Fact[] {
  const { payer } = hold.chain;
  const split = splitHold(state, hold, used.amounts, homeOf(payer));
  const policy = captureBeyondOf(payer);
  const beyond = payCost(state, payer, beyondHold(used.amounts, hold.amounts), policy, moment.at, used.particulars);
  const owed = mergeOwed(split.owed, beyond.owed ?? []);
  const captured: HoldCaptured = {
    type: 'HoldCaptured',
    hold: hold.id,
    payer: payer.id,
    nodes: hold.chain.nodes,
    ...movedChain(state, hold.chain),
    number: state.nextCharge,
    ...used,
    spent: split.spent,
    ...givenBack(split),
    ...beyond,
    ...(owed.length > 0 && { owed }),
  };
  return bookCharge(state, hold.chain, captured, moment, followToPool(state, split.returned));
}

/** Usage that arrives after its hold expired or was voided: drawn directly, on the chain that the hold remembered. */
export function drawLate(
  state: AccountState,
  hold: LapsedHold,
  cost: Cost,
  told: Told,
  moment: Moment,
): readonly Fact[] {
  const meant = { hold: hold.id, late: true } as const;
  return drawDirectly(state, hold.chain, meant, usageOf(hold, cost, told, moment), moment);
}

/** What a charge of a hold says of its usage. */
function usageOf(hold: HoldState | LapsedHold, cost: Cost, told: Told, moment: Moment) {
  const { chain, placedAt } = hold;
  const before = cost.provisional === undefined ? hold.particulars : withoutCard(hold.particulars);
  const particulars = withDefaults(told.particulars, before);
  const countedAt = clampUse(told.usedAt, placedAt, moment.at);
  return usedCharge(cost, told, particulars, countedAt, chain);
}

/** What is at stated prices is not priced by the card of its hold. */
function withoutCard(particulars: Particulars | undefined): Particulars | undefined {
  if (particulars?.card === undefined) return particulars;
  const kept: { -readonly [Key in keyof Particulars]: Particulars[Key] } = { ...particulars };
  delete kept.card;
  return kept;
}

/** What was told at the settlement, and for the rest what was told at the authorization. */
export function withDefaults(told: Particulars | undefined, before: Particulars | undefined): Particulars | undefined {
  if (told === undefined || before === undefined) return told ?? before;
  const tags = before.tags && told.tags && { ...before.tags, ...told.tags };
  return { ...before, ...told, ...(tags !== undefined && { tags }) };
}
