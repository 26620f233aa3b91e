import { CALENDAR_UNITS, DEFAULT_ANCHOR, limitName, type WindowSpec } from '@exchequer/kernel';
import type { LimitPolicy, NodePolicy } from '../commands.js';
import type { LimitConduct, PayingLayer, Scope } from '../facts.js';
import type { Dice } from './dice.js';
import { someThresholds } from './random-thresholds.js';
import { currency, METERS, MODELS, someAmount, someLimit, TAGS, VALUES } from './random-words.js';

/** A node with one limit more, less, or otherwise. */
export function withLimit(stated: NodePolicy, dice: Dice): NodePolicy {
  const name = limitName(dice.pick(['x', 'y']));
  const others = stated.limits.filter((limit) => limit.name !== name);
  if (dice.once(8)) return { ...stated, limits: others };
  const before = stated.limits.find((limit) => limit.name === name);
  if (before !== undefined && dice.below(2) === 0)
    return { ...stated, limits: [...others, { ...changedConduct(before, dice), amount: someLimit(dice) }] };
  const window = someWindow(dice);
  const limit: LimitPolicy = {
    name,
    currency: currency(dice),
    amount: someLimit(dice),
    window,
    ...(dice.once(2) && { scope: someScope(dice) }),
    ...(dice.once(3) && { usedAtStart: someAmount(dice, 6) }),
    ...(dice.once(window.kind === 'calendar' ? 2 : 12) && { pace: { aheadMs: dice.below(5) } }),
    ...(dice.once(2) && someConduct(dice)),
    ...(dice.once(2) && someThresholds(dice)),
  };
  return { ...stated, limits: [...others, limit] };
}

/** Another conduct for the same limit, at times. */
function changedConduct(before: LimitPolicy, dice: Dice): LimitPolicy {
  if (dice.below(2) === 0) return before;
  const { name, currency: of, amount: most, window, scope, pace } = before;
  const same = { name, currency: of, amount: most, window, ...(scope && { scope }), ...(pace && { pace }) };
  return { ...same, ...someConduct(dice), ...(dice.once(2) && someThresholds(dice)) };
}

export const someConduct = (dice: Dice): LimitConduct => {
  const throttle = { fromShare: dice.pick(['0.5', '0', '1', '0.333333333']), delayMs: dice.pick([7, 1_000]) };
  return dice.pick<LimitConduct>([
    {},
    { blocks: 'all-currencies' },
    { mode: 'alert' },
    { then: 'spill' },
    { then: 'slow', slowMs: 3 + dice.below(9) },
    { mode: 'throttle', throttle },
    { mode: 'throttle', throttle, then: 'spill' },
    { mode: 'throttle', throttle, then: 'slow' },
    { mode: 'throttle', throttle, then: 'slow', slowMs: 5 },
    { mode: 'throttle', throttle, blocks: 'all-currencies' },
    { then: 'cheaper-model' },
    { mode: 'throttle', throttle, then: 'cheaper-model' },
    { mode: 'alert', then: 'spill' },
    { then: 'slow' },
  ]);
};

export function someWindow(dice: Dice): WindowSpec {
  switch (dice.below(4)) {
    case 0:
      return {
        kind: 'calendar',
        unit: dice.pick(CALENDAR_UNITS),
        zone: dice.once(30) ? 'nowhere' : 'UTC',
        anchor: DEFAULT_ANCHOR,
      };
    case 3:
      return { kind: 'sliding', lengthMs: dice.pick([1, 4, 7, 61, 130]) };
    case 1:
      return { kind: 'rolling', lengthMs: 1 + dice.below(6) };
    default:
      return { kind: 'lifetime' };
  }
}

const someScope = (dice: Dice): Scope => ({
  ...(dice.below(2) === 0 && { models: [dice.pick(MODELS)] }),
  ...(dice.below(3) === 0 && { meters: dice.once(3) ? [...METERS] : [dice.pick(METERS)] }),
  ...(dice.once(5) && { tags: { [dice.pick(TAGS)]: [dice.pick(VALUES)] } }),
  ...(dice.once(8) && { features: [dice.pick(VALUES)] }),
  ...(dice.once(8) && { taskTypes: dice.once(3) ? [...VALUES] : [dice.pick(VALUES)] }),
  ...(dice.once(2) && { layers: someLayers(dice) }),
});

const someLayers = (dice: Dice): readonly PayingLayer[] =>
  dice.pick([
    ['overage'],
    ['purchased'],
    ['plan', 'committed', 'promotional'],
    ['free', 'overage'],
    ['purchased', 'overage'],
  ]);
