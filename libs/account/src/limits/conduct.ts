import { NANO_PER_UNIT, parseAmount } from '@exchequer/kernel';
import type { LimitConduct, LimitPause, LimitRule } from '../facts.js';
import { thresholdText } from '../report/limit-text.js';
import { levelOf } from './thresholds.js';

/** The conduct among the other fields of a limit, in one order: two are the same exactly when their texts are. */
export const conductOf = ({
  mode,
  throttle,
  then,
  slowMs,
  blocks,
  thresholds,
  pauses,
}: LimitConduct): LimitConduct => ({
  ...(mode !== undefined && { mode }),
  ...(throttle !== undefined && { throttle: { fromShare: throttle.fromShare, delayMs: throttle.delayMs } }),
  ...(then !== undefined && { then }),
  ...(slowMs !== undefined && { slowMs }),
  ...(blocks !== undefined && { blocks }),
  ...(thresholds !== undefined && thresholds.length > 0 && { thresholds }),
  ...(pauses !== undefined && { pauses: pauseOf(pauses) }),
});

const pauseOf = ({ at, below, resume }: LimitPause): LimitPause => ({
  at,
  ...(below === true && { below }),
  ...(resume !== undefined && { resume }),
});

export const conductKey = (conduct: LimitConduct): string =>
  JSON.stringify(conduct, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

/** Whether a limit refuses what goes beyond it, be it to have a cheaper model used. */
export const stops = ({ mode, then }: LimitConduct): boolean =>
  mode !== 'alert' && (then === undefined || then === 'cheaper-model');

/** Why the parts of a limit do not go together, as a sentence's end, or undefined. */
export function faultOfConduct(rule: LimitRule): string | undefined {
  const { amount, window, pace, mode, throttle, then, slowMs, blocks, pauses } = rule;
  if (pace !== undefined && window.kind !== 'calendar') return 'only a calendar window has a pace';
  if ((mode === 'throttle') !== (throttle !== undefined)) return 'mode throttle and throttle are stated together';
  if (throttle !== undefined && parseAmount(throttle.fromShare) > NANO_PER_UNIT)
    return 'a throttle begins at a share of at most the whole';
  if (mode === 'alert' && then !== undefined) return 'mode alert lets everything pass and has no then';
  if (then === 'slow' ? slowMs === undefined && mode !== 'throttle' : slowMs !== undefined)
    return 'then: slow and the delay slow are stated together';
  if (blocks !== undefined && (mode === 'alert' || then !== undefined))
    return 'only a limit that refuses can block all currencies';
  if (pauses?.resume !== undefined && window.kind !== 'calendar' && window.kind !== 'rolling')
    return 'its window has no end at which it could resume; let a person resume';
  if (pauses !== undefined && levelOf(pauses.at, amount) === undefined)
    return `it is unlimited, never comes to ${thresholdText(pauses.at)} and would never pause; let it pause at an amount used, or give it an amount`;
  return undefined;
}
