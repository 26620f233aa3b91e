import { amount, limitName } from '@exchequer/kernel';
import type { Configure, NodePolicy, RuleSetPolicy } from '../commands.js';
import { PRECEDENCES, type LimitRule } from '../facts.js';
import type { NodeState } from '../state/node-state.js';
import type { Dice } from './dice.js';
import { someWindow } from './random-limits.js';
import { currency, someLimit, USD } from './random-words.js';
import { someThresholds } from './random-thresholds.js';

/** Sections of rule sets: few names, of which nodes take part in some, and mostly limits that can be compared. */
export const someSets = (dice: Dice): Pick<Configure, 'roles' | 'groups' | 'defaults'> => ({
  ...(dice.below(3) !== 1 && { roles: [...someSet('power', dice), ...someSet('guest', dice)] }),
  ...(dice.below(2) === 1 && { groups: someSet('club', dice) }),
  ...(dice.below(2) === 1 && { defaults: someSet(dice.pick(['node', 'team', 'project', 'organization']), dice) }),
});

/** A ladder of up to three tiers, by payment, by age, or both; at times one that cannot stand, or none at all. */
export function someTiers(dice: Dice): Pick<Configure, 'tiers'> {
  if (dice.once(8)) return { tiers: [] };
  const paid = (most: number) => ({ currency: USD, amount: amount(BigInt(dice.below(most))) });
  const limits = (): readonly LimitRule[] => (dice.below(3) === 2 ? [] : [someRule(dice.pick(['x', 'y']), dice)]);
  const ladder = [
    { name: 'free', limits: limits() },
    { name: 'silver', ...(dice.below(3) !== 2 && { paid: paid(6) }), ageMs: dice.below(6), limits: limits() },
    { name: 'gold', paid: paid(12), ...(dice.below(2) === 0 && { ageMs: 3 + dice.below(12) }), limits: limits() },
  ];
  return { tiers: ladder.slice(dice.below(2), 2 + dice.below(2)) };
}

const someSet = (name: string, dice: Dice): readonly RuleSetPolicy[] =>
  dice.once(9)
    ? []
    : [{ name, limits: ['x', 'y'].filter(() => dice.below(3) !== 2).map((one) => someRule(one, dice)) }];

const someRule = (name: string, dice: Dice): LimitRule => ({
  name: limitName(name),
  currency: dice.once(6) ? currency(dice) : USD,
  amount: someLimit(dice),
  window: dice.once(6) ? someWindow(dice) : { kind: 'lifetime' },
  ...(dice.once(4) && someThresholds(dice)),
});

/** Lets a node take part in something, prefer something, or have something for a time. */
export const withRules = (node: NodePolicy, dice: Dice, now: number): NodePolicy => ({
  ...node,
  ...(dice.below(2) === 0 && { roles: [dice.pick(['power', 'guest'])] }),
  ...(dice.once(3) && { roles: ['guest', 'power'] }),
  ...(dice.once(3) && { groups: ['club'] }),
  ...(dice.below(2) === 1 && { precedence: dice.pick(PRECEDENCES) }),
  ...(dice.once(3) && {
    overrides: [
      {
        limit: limitName(dice.pick(['x', 'y'])),
        currency: dice.once(6) ? currency(dice) : USD,
        amount: someLimit(dice),
        until: now + dice.below(8),
      },
    ],
  }),
});

/** What a node takes part in, as a policy would state it again. */
export const rulesAsStated = ({ rules }: NodeState): Partial<NodePolicy> =>
  rules === undefined
    ? {}
    : {
        roles: rules.roles,
        groups: rules.groups,
        precedence: rules.precedence,
        overrides: Array.from(rules.overrides.values(), ({ limit, currency: of, amount, dueAt: until }) => ({
          limit,
          currency: of,
          amount,
          until,
        })),
      };
