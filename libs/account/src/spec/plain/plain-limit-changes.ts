import type { LimitConduct, Fact } from '../../facts.js';
import type { CountedLimit } from '../recount-limits.js';
import { spanOf } from '../recount-windows.js';
import { fact, told } from './plain-decision.js';
import { countText, type Ruled } from './plain-rules.js';

/**
 * Brings limits of a node to those that are to be in force. What counts alike is the same limit and keeps its count, whatever
 * its amount, its rule and its conduct; anything else is another limit. What was used at the start is told at an instant.
 */
export function limitChanges(
  node: string,
  before: readonly CountedLimit[],
  wanted: readonly Ruled[],
  startsAt: number | undefined,
): readonly Fact[] {
  const removed = (limit: string): Fact => fact({ type: 'LimitRemoved', node, limit });
  const gone = before.filter(({ set }) => !wanted.some(({ name }) => name === set.limit));
  return [
    ...gone.map(({ set }) => removed(set.limit)),
    ...wanted.flatMap((limit) => {
      const old = before.find(({ set }) => set.limit === limit.name);
      if (old === undefined) return added(node, limit, startsAt);
      if (countText(old.set) !== countText(limit)) return [removed(limit.name), ...added(node, limit, startsAt)];
      return [...conductChange(node, old, limit), ...amountChange(node, old, limit)];
    }),
  ];
}

function conductChange(node: string, old: CountedLimit, { name: limit, ...rest }: Ruled): readonly Fact[] {
  const isSame = JSON.stringify(told(conduct(old.conduct))) === JSON.stringify(told(conduct(rest)));
  return isSame ? [] : [fact({ type: 'LimitConductChanged', node, limit, ...told(conduct(rest)) })];
}

function amountChange(node: string, old: CountedLimit, { name: limit, amount, rule }: Ruled): readonly Fact[] {
  if (old.amount === amount && old.rule === rule) return [];
  return [fact({ type: 'LimitAmountChanged', node, limit, amount, ...told({ rule }) })];
}

const conduct = ({ mode, throttle, then, slowMs, blocks }: LimitConduct) => ({
  mode,
  throttle: throttle && { fromShare: throttle.fromShare, delayMs: throttle.delayMs },
  then,
  slowMs,
  blocks,
});

function added(node: string, limit: Ruled, startsAt: number | undefined): readonly Fact[] {
  const { name, currency, amount, window, scope, pace, rule, usedAtStart } = limit;
  const isLifetime = window.kind === 'lifetime';
  const first = told({ scope, pace, rule, usedAtStart: isLifetime ? usedAtStart : undefined, ...conduct(limit) });
  const facts = [fact({ type: 'LimitSet', node, limit: name, currency, amount, window, ...first })];
  if (usedAtStart === undefined || isLifetime || startsAt === undefined) return facts;
  return [
    ...facts,
    fact({ type: 'WindowOpened', node, limit: name, ...spanOf(window, startsAt, []), used: usedAtStart }),
  ];
}
