import {
  windowKey,
  type Calendar,
  type CurrencyId,
  type Instant,
  type Interval,
  type NodeId,
  type WindowSpec,
} from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { LimitPolicy } from '../commands.js';
import type { Fact, LimitSet, WindowOpened } from '../facts.js';
import { refuse, type Refusal } from '../refusal.js';
import type { LimitState } from '../state/limit-state.js';
import type { RuledLimit } from '../rules/effective-limits.js';
import { conductKey, conductOf, faultOfConduct } from './conduct.js';
import { crossingsAtStart, crossingsOfRule } from './crossings.js';
import { scopeKey } from './selection.js';
import { bucketAt } from './sliding.js';

/** What a limit has used when it begins to count, where that is told. */
export type Start = (node: NodeId, limit: LimitPolicy) => readonly WindowOpened[];

/**
 * Brings limits of a node to those that are to be in force. A new amount, or another rule that it comes from, keeps what
 * has been counted; another window, currency or scope makes another limit, which counts from now.
 */
export function limitChanges(
  node: NodeId,
  present: readonly LimitState[],
  wanted: readonly RuledLimit[],
  at: Instant,
  start: Start = () => [],
): readonly Fact[] {
  const facts: Fact[] = [];
  const before = new Map(present.map((limit) => [limit.name, limit]));
  for (const limit of before.keys())
    if (!wanted.some(({ name }) => name === limit)) facts.push({ type: 'LimitRemoved', node, limit });
  for (const limit of wanted) {
    const { name } = limit;
    const was = before.get(name);
    if (was !== undefined && countsAlike(was, limit)) {
      facts.push(...ruleChanged(was, limit, at));
      continue;
    }
    if (was !== undefined) facts.push({ type: 'LimitRemoved', node, limit: name });
    const opened = start(node, limit);
    facts.push(setLimit(node, limit), ...opened, ...crossingsAtStart(node, limit, opened[0], at));
  }
  return facts;
}

/** What changes where the count stays, and the thresholds that the present window crosses or leaves by it. */
function ruleChanged(was: LimitState, limit: RuledLimit, at: Instant): readonly Fact[] {
  const { name, amount, rule } = limit;
  const node = was.node.id;
  const facts: Fact[] = [];
  const conduct = conductOf(limit);
  if (conductKey(was.conduct) !== conductKey(conduct))
    facts.push({ type: 'LimitConductChanged', node, limit: name, ...conduct });
  if (was.amount !== amount || was.rule !== rule)
    facts.push({ type: 'LimitAmountChanged', node, limit: name, amount, ...(rule !== undefined && { rule }) });
  return facts.length === 0 ? facts : [...facts, ...crossingsOfRule(was, limit, at)];
}

const countsAlike = (present: LimitState, wanted: LimitPolicy): boolean =>
  present.currency === wanted.currency &&
  present.windowKey === windowKey(wanted.window) &&
  present.pace?.aheadMs === wanted.pace?.aheadMs &&
  scopeKey(present.scope) === scopeKey(wanted.scope);

const setLimit = (
  node: NodeId,
  { name: limit, currency, amount, window, scope, pace, usedAtStart, rule, ...rest }: RuledLimit,
): LimitSet => ({
  type: 'LimitSet',
  node,
  limit,
  currency,
  amount,
  window,
  ...(scope !== undefined && { scope }),
  ...(pace !== undefined && { pace }),
  ...conductOf(rest),
  ...(usedAtStart !== undefined && window.kind === 'lifetime' && { usedAtStart }),
  ...(rule !== undefined && { rule }),
});

/** Opens the window of the moment with what it has used already. A lifetime limit says it by itself. */
export const startOf =
  ({ at, calendar }: Moment): Start =>
  (node, { name: limit, window, usedAtStart: used }) => {
    if (used === undefined || window.kind === 'lifetime') return [];
    const { from, to } = firstWindow(window, at, calendar);
    return [{ type: 'WindowOpened', node, limit, from, to, used }];
  };

function firstWindow(window: Exclude<WindowSpec, { kind: 'lifetime' }>, at: number, calendar: Calendar): Interval {
  if (window.kind === 'calendar') return calendar.windowAt(window, at);
  return window.kind === 'sliding' ? bucketAt(window, at) : { from: at, to: at + window.lengthMs };
}

/** What is wrong with the stated limits of a node or a set, with its place in the command. */
export function faultOfLimits(
  { node, limits }: { readonly node: string; readonly limits: readonly LimitPolicy[] },
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
    const wrong = faultOfConduct(limit);
    if (wrong !== undefined) return refuse('Malformed', `The limit ${limit.name} of ${node}: ${wrong}.`, where);
    const fault = limit.window.kind === 'calendar' ? calendar.faultOf(limit.window) : undefined;
    if (fault !== undefined) return refuse('Malformed', `The window of ${limit.name}: ${fault}.`, `${where}.window`);
  }
  return undefined;
}
