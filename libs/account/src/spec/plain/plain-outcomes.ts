import { DAY_MS } from '@exchequer/kernel';
import type { Fact, OutcomeRule, Particulars } from '../../facts.js';
import { lessUncollected, paidBy, sumOf } from '../recount-cost.js';
import type { CountedHold } from '../recount-holds.js';
import type { PlainAccount } from './plain-account.js';
import { fact, someOf, told } from './plain-decision.js';
import { pooled, type Part } from './plain-lots.js';
import type { PlainOwed } from './plain-owed.js';
import { windowsBegun } from './plain-limits.js';
import type { PlainReserve } from './plain-pay.js';

/** What an outcome is waited for, as the fact says it. */
export interface PlainWait {
  readonly task: string;
  readonly until: number;
  readonly charge: readonly string[];
  readonly otherwise: string;
  readonly outcome?: string;
}

/** Whether a cost waits: by the nearest rule for its type of task, unless what is known of the task charges it. */
export function waitOf(
  account: PlainAccount,
  payer: string,
  particulars: Particulars | undefined,
  at: number,
): PlainWait | undefined {
  const { taskId: task, taskType } = particulars ?? {};
  const rule = account
    .pathOf(payer)
    .flatMap((id) => account.nodes.filter((one) => one.id === id))
    .flatMap(({ outcomes }) => outcomes)
    .find(({ taskTypes }) => taskType !== undefined && taskTypes.includes(taskType));
  if (rule === undefined || task === undefined) return undefined;
  const { charge, otherwise } = rule;
  const known = account.toldOutcomes.findLast((one) => one.task === task && at < one.at + 35 * DAY_MS);
  const outcome = particulars?.outcome ?? known?.outcome;
  if (outcome === undefined) return { task, until: at + rule.withinMs, charge, otherwise };
  return charges(rule, outcome) ? undefined : { task, until: at, charge, otherwise, outcome };
}

const charges = ({ charge, otherwise }: Pick<OutcomeRule, 'charge' | 'otherwise'>, outcome: string | undefined) =>
  otherwise === 'charge' || charge.some((one) => one === outcome);

/** That a call says how its task came out is said for the task, where anybody could wait for it. */
export function outcomeSaid(account: PlainAccount, particulars: Particulars | undefined): readonly Fact[] {
  const { taskId: task, outcome } = particulars ?? {};
  const couldWait =
    account.nodes.some(({ outcomes }) => outcomes.length > 0) ||
    account.counted.holds.some((hold) => !hold.ended && hold.awaited !== undefined);
  return couldWait && task !== undefined && outcome !== undefined ? [plainTold(account, task, outcome)] : [];
}

/** How a task came out, with what is charged and what goes back of all that waits for it, by currency. */
export function plainTold(account: PlainAccount, task: string, outcome: string): Fact {
  const waiting = account.counted.holds.filter((hold) => !hold.ended && hold.awaited?.task === task);
  const comesTo = (isCharged: boolean) => {
    const costs = waiting
      .filter(({ awaited: rule }) => rule !== undefined && charges(rule, outcome) === isCharged)
      .flatMap(({ placed }) => placed.amounts);
    const currencies = [...new Set(costs.map(({ currency }) => currency))].sort();
    return currencies.map((currency) => ({
      currency,
      amount: sumOf(costs.filter((money) => money.currency === currency)),
    }));
  };
  const calls = waiting.length === 0 ? {} : { calls: waiting.length };
  const sums = someOf({ charged: comesTo(true), returned: comesTo(false) });
  return fact({ type: 'OutcomeTold', task, outcome, ...calls, ...sums });
}

interface Waiting {
  readonly members: readonly string[];
  readonly retained: readonly Part[];
  readonly reserves: readonly PlainReserve[];
  readonly drawn: readonly Part[];
  readonly owed: readonly PlainOwed[];
}

/** The fact that a cost waits, after the rolling windows that begin with it. */
export function awaited(
  account: PlainAccount,
  { members, retained, reserves, drawn, owed }: Waiting,
  wait: PlainWait,
  fields: Readonly<Record<string, unknown>>,
  at: number,
): readonly Fact[] {
  const made = fact({
    type: 'OutcomeAwaited',
    ...fields,
    ...told({ ...wait, usedAt: fields['usedAt'] ?? at }),
    retained,
    ...someOf({ reserves, drawn, owed }),
  });
  if (made.type !== 'OutcomeAwaited') return [];
  const parts = [...retained, ...reserves.flatMap(({ shares }) => shares), ...drawn];
  const cost = lessUncollected(made, paidBy(account.counted, parts, owed));
  return [...windowsBegun(account, members, cost, made.countedAt, true), made];
}

/** The end of a wait: a charge of all that was set aside, or everything back to where it came from. */
export function endOfWait(
  account: PlainAccount,
  hold: CountedHold,
  charged: (hold: CountedHold, particulars: Particulars, at: number) => readonly Fact[],
): readonly Fact[] {
  const { awaited: waiting, outcome, endsAt, placed } = hold;
  if (waiting === undefined) throw new Error(`${placed.hold} waits for nothing`);
  const said = outcome === undefined ? {} : { outcome };
  if (charges(waiting, outcome)) return charged(hold, { ...waiting.particulars, ...said }, endsAt);
  const around = account.counted.sessions.around(placed.payer);
  const opened = (session: string): number =>
    account.counted.sessions.all.findIndex((one) => one.opened.session === session);
  const keeps = around.flatMap(({ opened: { session } }, index) => {
    const ofReserves = (waiting.reserves ?? []).filter(
      (part) => around.find((one) => opened(one.opened.session) <= opened(part.session))?.opened.session === session,
    );
    const shares = [...(index === 0 ? waiting.retained : []), ...ofReserves.flatMap((part) => part.shares)];
    const owed = [
      ...(index === 0 ? (waiting.retainedOwed ?? []) : []),
      ...ofReserves.flatMap((part) => part.owed ?? []),
    ];
    return shares.length + owed.length === 0 ? [] : [{ session, shares, ...someOf({ owed }) }];
  });
  const kept = keeps.flatMap(({ shares }) => shares);
  const left = placed.shares
    .map(({ lot, amount }) => ({
      lot,
      amount: kept.reduce((rest, part) => (part.lot === lot ? rest - part.amount : rest), amount + 0n),
    }))
    .filter(({ amount }) => amount > 0n);
  const returned = left.filter(({ lot }) => !account.counted.lot(lot).ended);
  const broken = left.filter(({ lot }) => account.counted.lot(lot).ended);
  const { task, payer, nodes, openers, amounts, market, usedAt, usage, particulars, provisional } = waiting;
  const used = told({ openers, market, usedAt, usage, particulars, provisional });
  const end = { type: 'CostReturned', hold: placed.hold, at: endsAt, task, payer, nodes, amounts, returned } as const;
  return [
    fact({ ...end, ...said, ...used, ...someOf({ broken, keeps }) }),
    ...pooled(account, returned, [], { at: endsAt }),
  ];
}
