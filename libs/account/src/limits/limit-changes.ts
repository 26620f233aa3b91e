import { windowKey, type Calendar, type CurrencyId, type WindowSpec } from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { LimitPolicy, NodePolicy } from '../commands.js';
import type { Fact, LimitSet } from '../facts.js';
import { refuse, type Refusal } from '../refusal.js';
import type { LimitState } from '../state/limit-state.js';
import type { NodeState } from '../state/node-state.js';
import { scopeKey } from './selection.js';

/**
 * Brings the limits of a node to the stated ones. A new amount keeps what has been counted; another window, currency or
 * scope makes another limit, which counts from now.
 */
export function limitChanges(node: NodeState | undefined, policy: NodePolicy, moment: Moment): readonly Fact[] {
  const facts: Fact[] = [];
  const before = new Map((node?.limits ?? []).map((limit) => [limit.name, limit]));
  for (const limit of before.values())
    if (!policy.limits.some((wanted) => wanted.name === limit.name))
      facts.push({ type: 'LimitRemoved', node: policy.node, limit: limit.name });
  for (const wanted of policy.limits) {
    const present = before.get(wanted.name);
    if (present !== undefined && countsAlike(present, wanted)) {
      if (present.amount !== wanted.amount)
        facts.push({ type: 'LimitAmountChanged', node: policy.node, limit: wanted.name, amount: wanted.amount });
      continue;
    }
    if (present !== undefined) facts.push({ type: 'LimitRemoved', node: policy.node, limit: wanted.name });
    facts.push(...setLimit(policy, wanted, moment));
  }
  return facts;
}

const countsAlike = (present: LimitState, wanted: LimitPolicy): boolean =>
  present.currency === wanted.currency &&
  present.windowKey === windowKey(wanted.window) &&
  scopeKey(present.scope) === scopeKey(wanted.scope);

function setLimit({ node }: NodePolicy, wanted: LimitPolicy, { at, calendar }: Moment): readonly Fact[] {
  const { name: limit, currency, amount, window, scope, usedAtStart } = wanted;
  const set: LimitSet = {
    type: 'LimitSet',
    node,
    limit,
    currency,
    amount,
    window,
    ...(scope !== undefined && { scope }),
    ...(usedAtStart !== undefined && window.kind === 'lifetime' && { usedAtStart }),
  };
  if (usedAtStart === undefined || window.kind === 'lifetime') return [set];
  const { from, to } = firstWindow(window, at, calendar);
  return [set, { type: 'WindowOpened', node, limit, from, to, used: usedAtStart }];
}

const firstWindow = (window: Exclude<WindowSpec, { kind: 'lifetime' }>, at: number, calendar: Calendar) =>
  window.kind === 'calendar' ? calendar.windowAt(window, at) : { from: at, to: at + window.lengthMs };

/** What is wrong with the stated limits of a node, with its place in the command. */
export function faultOfLimits(
  { node, limits }: NodePolicy,
  path: string,
  isDeclared: (currency: CurrencyId) => boolean,
  calendar: Calendar,
): Refusal | undefined {
  const names = new Set<string>();
  for (const [index, limit] of limits.entries()) {
    const where = `${path}.limits.${String(index)}`;
    if (names.has(limit.name)) return refuse('Malformed', `${node} states the limit ${limit.name} twice.`, where);
    names.add(limit.name);
    if (!isDeclared(limit.currency))
      return refuse(
        'Malformed',
        `The currency ${limit.currency} of the limit ${limit.name} is not declared.`,
        `${where}.currency`,
      );
    const { layers = [], meters = [] } = limit.scope ?? {};
    if (layers.length > 0 && meters.length > 0)
      return refuse(
        'Malformed',
        `The limit ${limit.name} counts by meters and by layers; which layer pays for which meter is not told apart, so state two limits.`,
        `${where}.scope`,
      );
    const fault = limit.window.kind === 'calendar' ? calendar.faultOf(limit.window) : undefined;
    if (fault !== undefined) return refuse('Malformed', `The window of ${limit.name}: ${fault}.`, `${where}.window`);
  }
  return undefined;
}
