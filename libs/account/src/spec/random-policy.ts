import { accountId, amount, limitName, nodeId, type CurrencyId, type NodeId } from '@exchequer/kernel';
import type { Configure, Grant, LimitPolicy, NodePolicy } from '../commands.js';
import type { Layer, ModelKind } from '../facts.js';
import { conductOf } from '../limits/conduct.js';
import { termsOf } from '../overage/overage-terms.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import type { Dice } from './dice.js';
import {
  beyond,
  estimate,
  ownKey,
  refunds,
  someNotice,
  someOutcomes,
  someOverage,
  someStatedPrices,
} from './random-charging.js';
import { withLimit } from './random-limits.js';
import { permissionAsStated, somePermission, someRates } from './random-permission.js';
import { poolsAsStated, somePools } from './random-pools.js';
import { rulesAsStated, someSets, someTiers, withRules } from './random-rules.js';
import { tellingLimit } from './random-thresholds.js';
import { CURRENCIES, currency, MODELS, someAmount } from './random-words.js';

const ROOT = nodeId('org');
const NODES = ['a', 'b', 'c', 'd', 'e', 'f'].map(nodeId) as [NodeId, ...NodeId[]];

/** Opens an account: a line of up to sixteen nodes, and some beside it, with limits here and there. */
export function openingPolicy(dice: Dice): Configure {
  const depth = dice.pick([2, 1, 3, 5, 16]);
  const line = Array.from({ length: depth }, (_, index) => nodeId(`n${String(index + 1)}`));
  const nodes = line.map((id, index): NodePolicy => opened(id, line[index - 1] ?? ROOT, dice));
  const top = opened(ROOT, undefined, dice);
  const telling = dice.once(2) ? [tellingLimit(dice, currency(dice))] : [];
  const root = { ...top, limits: [...top.limits, ...telling] };
  return {
    ...policy([root, ...nodes, opened(nodeId('a'), ROOT, dice)].map(withoutIdleOverage)),
    ...(dice.once(2) && someSets(dice)),
    ...(dice.once(3) && someTiers(dice)),
    modelKinds: someKinds(dice),
  };
}

function opened(id: NodeId, parent: NodeId | undefined, dice: Dice): NodePolicy {
  const pooled = id === ROOT ? 'own' : pooling(dice);
  const stated: NodePolicy = {
    ...plain(id),
    pooling: pooled,
    ...(parent !== undefined && { parent }),
    ...(dice.once(3) && { overage: [someOverage(dice)] }),
    ...(dice.once(3) && { captureBeyond: beyond(dice) }),
    ...((id === ROOT ? dice.below(3) < 2 : dice.once(6)) && { refunds: refunds(dice) }),
    ...((id === ROOT ? dice.below(3) < 2 : dice.once(6)) && { expiryNoticeMs: someNotice(dice) }),
  };
  const ruled = dice.once(4) ? { ...stated, ...somePools(dice, pooled) } : stated;
  const permitted = dice.once(10) ? { ...ruled, ...somePermission(dice) } : ruled;
  return dice.once(3) ? withLimit(permitted, dice) : permitted;
}

/** Changes something of the tree, or of what nodes may do; at times more than one thing, at times what cannot be. */
export function changingPolicy(state: AccountState, dice: Dice): Configure {
  const changed = Array.from({ length: 1 + dice.below(2) }, () => changedNode(state, dice));
  const archive = dice.once(5) ? [dice.pickAny([...state.nodes.keys()].slice(2)) ?? ROOT] : [];
  const now = state.now;
  const ruled = dice.below(3) === 2 ? changed.map((node) => withRules(node, dice, now)) : changed;
  return {
    ...policy(dice.once(5) ? ruled : ruled.map(withoutIdleOverage)),
    archive,
    ...(dice.once(6) && someSets(dice)),
    ...(dice.once(6) && someTiers(dice)),
    ...(dice.once(6) && { modelKinds: someKinds(dice) }),
    ...(dice.once(6) && someStatedPrices(dice)),
  };
}

/** Any node, but mostly one of the first few, so that much happens at the same ones. */
export function anyNode(state: AccountState, dice: Dice): NodeId {
  if (dice.once(40)) return nodeId('nobody');
  const nodes = [...state.nodes.keys()];
  return dice.pickAny(dice.below(5) < 3 ? nodes.slice(0, 4) : nodes) ?? ROOT;
}

/**
 * Something to spend at the beginning, in each currency: a little that soon ends, then at the root a little of a plan, then more
 * that was bought. At times only the first, and nodes that may owe: then much is.
 */
export function firstFunds(state: AccountState, dice: Dice): readonly (Grant | Configure)[] {
  const little = CURRENCIES.map((one) => granted(nodeId('project/default'), one, 6n, 'free', 9));
  if (dice.once(3)) return [...little, owingPolicy(state, dice)];
  return CURRENCIES.flatMap((one, index): readonly Grant[] => [
    ...little.slice(index, index + 1),
    granted(ROOT, one, 6n, 'plan'),
    granted(ROOT, one, 54n, 'purchased'),
  ]);
}

const granted = (node: NodeId, one: CurrencyId, much: bigint, layer: Layer, expiresAt?: number): Grant => ({
  type: 'grant',
  node,
  currency: one,
  amount: amount(much),
  layer,
  ...(expiresAt !== undefined && { expiresAt }),
});

/** Every node may owe that has credits of its own, each on terms of its own. */
function owingPolicy(state: AccountState, dice: Dice): Configure {
  const open = [...state.nodes.values()].filter(({ archived, session }) => !archived && session === undefined);
  return policy(
    open
      .map((node) => ({
        ...asStated(node),
        overage: CURRENCIES.map((one) => ({ ...someOverage(dice), currency: one, amount: someAmount(dice, 60) })),
      }))
      .map(withoutIdleOverage),
  );
}

/** Mostly one kind of both models, in either order; at times two, none, or what cannot be. */
const someKinds = (dice: Dice): readonly ModelKind[] =>
  dice.pick<readonly ModelKind[]>([
    [{ kind: 'chat', models: MODELS }],
    [{ kind: 'chat', models: ['large', 'tiny', 'small'] }],
    [{ kind: 'chat', models: MODELS }],
    [
      { kind: 'chat', models: ['large'] },
      { kind: 'code', models: ['small'] },
    ],
    [],
    [{ kind: 'chat', models: ['small', 'small'] }],
  ]);

/** Three more nodes somewhere in the tree, and every node gets pool rules, but for the few that get none. */
export function poolingPolicy(state: AccountState, dice: Dice): Configure {
  const open = [...state.nodes.values()].filter(({ archived, session }) => !archived && session === undefined);
  const parents = open.map(({ id }) => id).filter((id) => id !== ROOT);
  const more = NODES.slice(-3).map((id): NodePolicy => {
    const parent = dice.pickAny(parents) ?? ROOT;
    const pooled = pooling(dice);
    return { ...plain(id), parent, pooling: pooled, ...somePools(dice, pooled) };
  });
  const stated = open.map((node) => ({ ...without(asStated(node), ['pools']), ...somePools(dice, node.pooling) }));
  return policy([...stated, ...more]);
}

/** Some nodes get a limit that asks for a cheaper model, and there is a kind to choose from. */
export function preferringCheaper(state: AccountState, dice: Dice): Configure {
  const ids = new Set([ROOT, anyNode(state, dice), anyNode(state, dice)]);
  const nodes = Array.from(ids).flatMap((id) => state.nodes.get(id) ?? []);
  const cheaper = (): LimitPolicy => ({
    name: limitName('cheaper'),
    currency: currency(dice),
    amount: someAmount(dice, 3),
    window: { kind: 'lifetime' },
    ...(dice.below(3) > 0 && { scope: { models: [dice.pick(MODELS)] } }),
    then: 'cheaper-model',
  });
  return {
    ...policy(nodes.map((node) => ({ ...asStated(node), limits: [...asStated(node).limits, cheaper()] }))),
    modelKinds: [
      {
        kind: 'chat',
        models: dice.pick([
          ['tiny', ...MODELS],
          ['large', 'tiny', 'small'],
        ]),
      },
    ],
  };
}

const policy = (nodes: readonly NodePolicy[]): Configure => ({
  type: 'configure',
  account: accountId('toy'),
  currencies: CURRENCIES.map((one) => ({ currency: one, display: 0 })),
  nodes,
  archive: [],
});

/** A node that takes all from its pool may owe nothing. */
const withoutIdleOverage = (stated: NodePolicy): NodePolicy =>
  stated.pooling === 'parent' ? { ...stated, overage: [] } : stated;

const plain = (node: NodeId): NodePolicy => ({ node, limits: [], overage: [] });

function changedNode(state: AccountState, dice: Dice): NodePolicy {
  if (dice.once(4)) return { ...plain(dice.pick(NODES)), parent: anyNode(state, dice), pooling: pooling(dice) };
  const node = state.nodes.get(anyNode(state, dice));
  if (node === undefined) return plain(dice.pick(NODES));
  const stated = asStated(node);
  switch (dice.below(13)) {
    case 0:
    case 1:
    case 2:
      return withLimit(stated, dice);
    case 3: {
      const pooled = pooling(dice);
      return { ...without(stated, ['pools']), pooling: pooled, ...poolsAsStated(node, pooled) };
    }
    case 8: {
      const outlived = dice.pickAny(outlivedNodes(state));
      if (outlived === undefined) return { ...stated, pooling: pooling(dice) };
      return { ...without(asStated(outlived), ['pools']), pooling: 'parent', ...poolsAsStated(outlived, 'parent') };
    }
    case 4:
      return { ...stated, parent: anyNode(state, dice) };
    case 9:
      return { ...without(stated, ['entitlements', 'observe']), ...somePermission(dice) };
    case 10:
      return { ...without(stated, ['rates']), ...someRates(dice) };
    case 11:
    case 12:
      return { ...without(stated, ['pools']), ...somePools(dice, node.pooling) };
    case 5:
      return { ...stated, overage: [someOverage(dice)] };
    case 6:
      return {
        ...stated,
        captureBeyond: beyond(dice),
        ...(dice.once(2) && { estimate: estimate(dice) }),
        ...(dice.once(2) && { ownKey: ownKey(dice) }),
        ...(dice.once(2) && { outcomes: someOutcomes(dice) }),
        ...(dice.once(2) && { refunds: refunds(dice) }),
        ...(dice.once(2) && { expiryNoticeMs: someNotice(dice) }),
        kind: dice.pick(['team', 'squad']),
      };
    default:
      return plain(node.id);
  }
}

/** Nodes with lots of their own, one of which has paid for something and ended. */
const outlivedNodes = (state: AccountState): readonly NodeState[] => [
  ...new Set(
    [...state.lots.values()]
      .filter(({ ended, spent, node }) => ended && spent > 0n && node.id !== ROOT && node.pooling !== 'parent')
      .map(({ node }) => node),
  ),
];

const pooling = (dice: Dice) => dice.pick(['own-then-parent', 'parent', 'own-then-parent', 'parent', 'own'] as const);

/** The policy that says of a node what is so already. */
const asStated = (node: NodeState): NodePolicy => ({
  node: node.id,
  pooling: node.pooling,
  limits: (node.rules?.personal ?? node.limits.filter(({ rule }) => rule === undefined)).map(
    ({ name, currency: of, amount: most, window, scope, pace, ...rest }) => ({
      name,
      currency: of,
      amount: most,
      window,
      ...(scope !== undefined && { scope }),
      ...(pace !== undefined && { pace }),
      ...conductOf('conduct' in rest ? rest.conduct : rest),
    }),
  ),
  overage: Array.from(node.purses.values(), (purse) => ({
    currency: purse.currency,
    amount: purse.overageLimit,
    ...termsOf(purse),
  })),
  ...(node.captureBeyond !== undefined && { captureBeyond: node.captureBeyond }),
  ...(node.estimate !== undefined && { estimate: node.estimate }),
  ...(node.ownKey !== undefined && { ownKey: node.ownKey }),
  ...(node.outcomes !== undefined && { outcomes: node.outcomes }),
  ...(node.refunds !== undefined && { refunds: node.refunds }),
  ...(node.expiryNoticeMs !== undefined && { expiryNoticeMs: node.expiryNoticeMs }),
  ...rulesAsStated(node),
  ...permissionAsStated(node),
  ...poolsAsStated(node),
});

function without(stated: NodePolicy, fields: readonly (keyof NodePolicy)[]): NodePolicy {
  const names: readonly string[] = fields;
  return Object.fromEntries(Object.entries(stated).filter(([name]) => !names.includes(name))) as typeof stated;
}
