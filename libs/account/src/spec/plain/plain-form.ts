import { DAY_MS, UNLIMITED } from '@exchequer/kernel';
import type { Configure } from '../../commands.js';
import type { LimitRule, OutcomeRule } from '../../facts.js';
import type { PlainAccount } from './plain-account.js';
import { statesRateTwice } from './plain-permission.js';
import { canPool } from './plain-pool-rules.js';

/** Whether what a command states of limits, money and rates can be, whatever the account is. */
export function isWellFormed(account: PlainAccount, command: Configure): boolean {
  const { currencies, nodes, roles = [], groups = [], defaults = [], tiers = [], modelKinds = [] } = command;
  const isDeclared = ({ currency }: { readonly currency: string }): boolean =>
    [...account.currencies, ...currencies].some((one) => one.currency === currency);
  const models = modelKinds.flatMap((one) => one.models);
  const lists = [...nodes, ...roles, ...groups, ...defaults, ...tiers].map(({ limits }) => limits);
  return (
    new Set(models).size === models.length &&
    lists.every((limits) => new Set(limits.map(({ name }) => name)).size === limits.length) &&
    lists.flat().every((limit) => isDeclared(limit) && canBe(limit)) &&
    nodes.every(({ overage }) => overage.every(isDeclared)) &&
    !nodes.some(({ pooling, overage }) => pooling === 'parent' && overage.some(({ amount }) => amount > 0n)) &&
    nodes.every(({ ownKey = {} }) => Object.keys(ownKey).every((currency) => isDeclared({ currency }))) &&
    nodes.every(({ estimate }) => estimate?.by !== 'fixed' || estimate.amounts.every(isDeclared)) &&
    nodes.every(({ rates = [] }) => rates.every(({ then, slowMs }) => (then === 'slow') === (slowMs !== undefined))) &&
    nodes.every(({ outcomes = [] }) => canWait(outcomes)) &&
    nodes.every(({ expiryNoticeMs = [] }) => canTell(expiryNoticeMs)) &&
    !nodes.some(statesRateTwice) &&
    nodes.every((policy) => canPool(policy, account.opened?.root)) &&
    nodes.every(({ pools = [] }) => pools.every(isDeclared))
  );
}

/** Rules for tasks wait no longer than 35 days, name something, and no type of task twice. */
function canWait(rules: readonly OutcomeRule[]): boolean {
  const types = rules.flatMap(({ taskTypes }) => taskTypes);
  return (
    new Set(types).size === types.length &&
    rules.every(
      ({ taskTypes, charge, withinMs }) =>
        taskTypes.length > 0 && charge.length > 0 && withinMs > 0 && withinMs <= 35 * DAY_MS,
    )
  );
}

/** Notices come before the end, and each once. */
const canTell = (beforeMs: readonly number[]): boolean =>
  beforeMs.every((one, index) => one > 0 && beforeMs.indexOf(one) === index);

/** Whether the parts of a limit go together. */
function canBe({ amount, window, scope, pace, mode, throttle, then, slowMs, blocks, pauses }: LimitRule): boolean {
  const isCalendar = window.kind === 'calendar';
  if (isCalendar && window.zone === 'nowhere') return false;
  if (scope?.layers !== undefined && scope.meters !== undefined) return false;
  if (pace !== undefined && !isCalendar) return false;
  if (pauses?.resume !== undefined && !isCalendar && window.kind !== 'rolling') return false;
  if (pauses !== undefined && amount === UNLIMITED && !('used' in pauses.at)) return false;
  if ((mode === 'throttle') !== (throttle !== undefined)) return false;
  if (throttle !== undefined && Number(throttle.fromShare) > 1) return false;
  if (mode === 'alert' && then !== undefined) return false;
  if (then === 'slow' && slowMs === undefined && mode !== 'throttle') return false;
  if (then !== 'slow' && slowMs !== undefined) return false;
  return blocks === undefined || (mode !== 'alert' && then === undefined);
}
