import type { LimitConduct, Fact } from '../../facts.js';
import type { CountedLimit } from '../recount-limits.js';
import { spanOf } from '../recount-windows.js';
import { fact, told } from './plain-decision.js';
import { countText, type Ruled } from './plain-rules.js';
import { crossed, crossedByRule } from './plain-thresholds.js';

/**
 * Brings limits of a node to those that are to be in force. What counts alike is the same limit and keeps its count, whatever
 * its amount, its rule and its conduct; anything else is another limit. What was used at the start is told where it may be.
 * Thresholds that are come to, or left, by it are told with each.
 */
export function limitChanges(
  node: string,
  before: readonly CountedLimit[],
  wanted: readonly Ruled[],
  at: number,
  isStart: boolean,
): readonly Fact[] {
  const removed = (limit: string): Fact => fact({ type: 'LimitRemoved', node, limit });
  const gone = before.filter(({ set }) => !wanted.some(({ name }) => name === set.limit));
  return [
    ...gone.map(({ set }) => removed(set.limit)),
    ...wanted.flatMap((limit) => {
      const old = before.find(({ set }) => set.limit === limit.name);
      if (old === undefined) return added(node, limit, at, isStart);
      if (countText(old.set) !== countText(limit)) return [removed(limit.name), ...added(node, limit, at, isStart)];
      const changes = [...conductChange(node, old, limit), ...amountChange(node, old, limit)];
      return changes.length === 0 ? [] : [...changes, ...crossedByRule(old, limit.amount, limit, at)];
    }),
  ];
}

function conductChange(node: string, old: CountedLimit, { name: limit, ...rest }: Ruled): readonly Fact[] {
  return conductText(old.conduct) === conductText(rest)
    ? []
    : [fact({ type: 'LimitConductChanged', node, limit, ...told(conduct(rest)) })];
}

function amountChange(node: string, old: CountedLimit, { name: limit, amount, rule }: Ruled): readonly Fact[] {
  if (old.amount === amount && old.rule === rule) return [];
  return [fact({ type: 'LimitAmountChanged', node, limit, amount, ...told({ rule }) })];
}

const conduct = ({ mode, throttle, then, slowMs, blocks, thresholds = [], pauses }: LimitConduct) => ({
  mode,
  throttle: throttle && { fromShare: throttle.fromShare, delayMs: throttle.delayMs },
  then,
  slowMs,
  blocks,
  thresholds: thresholds.length > 0 ? thresholds : undefined,
  pauses: pauses && told({ at: pauses.at, below: pauses.below === true ? true : undefined, resume: pauses.resume }),
});

const conductText = (stated: LimitConduct): string =>
  JSON.stringify(told(conduct(stated)), (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

function added(node: string, limit: Ruled, at: number, isStart: boolean): readonly Fact[] {
  const { name, currency, amount, window, scope, pace, rule, usedAtStart } = limit;
  const isLifetime = window.kind === 'lifetime';
  const first = told({ scope, pace, rule, usedAtStart: isLifetime ? usedAtStart : undefined, ...conduct(limit) });
  const set = fact({ type: 'LimitSet', node, limit: name, currency, amount, window, ...first });
  const span = spanOf(window, at, []);
  const isOpened = usedAtStart !== undefined && !isLifetime && isStart;
  const opened = isOpened ? [fact({ type: 'WindowOpened', node, limit: name, ...span, used: usedAtStart })] : [];
  const marked = { node, limit: name, currency, amount, conduct: limit, marks: [] };
  const began = isOpened && window.kind !== 'sliding' ? span : undefined;
  return [set, ...opened, ...crossed(marked, began, 0n, usedAtStart ?? 0n, at)];
}
