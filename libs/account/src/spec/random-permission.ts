import type { BeyondRate, NodePolicy, RatesVerdict, SlowedBy } from '../commands.js';
import type { NameRule, RateRule } from '../facts.js';
import type { NodeState } from '../state/node-state.js';
import type { Dice } from './dice.js';

const MODEL_PATTERNS = ['small', 'large', 's*', 'l*', '*'] as const;
const FEATURE_PATTERNS = ['one', 't*', 'two', '*'] as const;

/** A rate or two, in numbers that no host has to count for here. */
export const someRates = (dice: Dice): Pick<NodePolicy, 'rates'> =>
  dice.once(4)
    ? {}
    : {
        rates: [
          {
            ...(dice.below(2) === 1 && { models: [dice.pick(MODEL_PATTERNS)] }),
            requests: { count: dice.below(3), per: dice.pick(['minute', 'day']) },
            ...(dice.below(2) === 1 && { tokens: { count: 5, per: 'hour' } }),
            ...dice.pick<Pick<RateRule, 'then' | 'slowMs'>>([
              { then: 'refuse' },
              { then: 'spill' },
              { then: 'cheaper-model' },
              { then: 'slow', slowMs: 5 },
              { then: 'slow' },
            ]),
          },
        ],
      };

/** The verdict that a host could hand in: some of the rates on the way from a node to the root. */
export function someBeyond(node: NodeState | undefined, dice: Dice): RatesVerdict {
  const beyond: BeyondRate[] = [];
  let slowedBy: SlowedBy | undefined;
  for (let at = node; at !== undefined; at = at.parent)
    for (const rate of at.rates?.all ?? [])
      if (rate.then === 'slow' && dice.below(3) > 0) slowedBy ??= { rate, ms: 1 + dice.below(5) };
      else if (dice.below(2) === 1) beyond.unshift({ rate, ...(dice.below(2) === 1 && { retryAfterMs: 1 }) });
  return { ...(beyond.length > 0 && { beyondRates: beyond }), ...(slowedBy !== undefined && { slowedBy }) };
}

/** What a node says of who may at all, as it is. */
export const permissionAsStated = (node: NodeState): Pick<NodePolicy, 'entitlements' | 'observe' | 'rates'> => ({
  ...(node.rates !== undefined && { rates: node.rates.stated }),
  ...(node.entitlements !== undefined && { entitlements: node.entitlements.stated }),
  ...(node.observe && { observe: true }),
});

/** Mostly something about models, at times about features; now and then nothing, or observe mode. */
export function somePermission(dice: Dice): Pick<NodePolicy, 'entitlements' | 'observe'> {
  const models = dice.below(3) < 2 ? someRule(dice, MODEL_PATTERNS) : undefined;
  const features = dice.once(3) ? someRule(dice, FEATURE_PATTERNS) : undefined;
  return {
    ...(dice.below(4) < 3 && {
      entitlements: { ...(models !== undefined && { models }), ...(features !== undefined && { features }) },
    }),
    ...(dice.once(3) && { observe: true }),
  };
}

function someRule(dice: Dice, patterns: readonly [string, ...string[]]): NameRule {
  const list = (): readonly string[] => Array.from({ length: 1 + dice.below(2) }, () => dice.pick(patterns));
  const kind = dice.below(3);
  return { ...(kind !== 1 && { allow: list() }), ...(kind !== 0 && { deny: list() }) };
}
