import { windowKey } from '@exchequer/kernel';
import type { Configure, LimitPolicy, NodePolicy } from '../../commands.js';
import type { Fact, Scope } from '../../facts.js';
import type { RefusalCode } from '../../refusal.js';
import { sumOf } from '../recount-cost.js';
import { spanOf } from '../recount-windows.js';
import { PlainAccount } from './plain-account.js';
import { fact, told, type PlainDecision } from './plain-decision.js';
import { movesOf, spendableAt } from './plain-lots.js';
import { limitsOn } from './plain-limits.js';
import { faultOfTree, mustStay, planned, type Planned } from './plain-tree.js';

/** Opens an account that is not there yet, then brings it to what the command states. */
export function plainConfigure(account: PlainAccount, command: Configure, at: number): PlainDecision {
  if (account.opened !== undefined) return changes(account, command, at);
  const fresh = new PlainAccount();
  const opened = opening(command);
  fresh.evolve(opened, at);
  const rest = changes(fresh, command, at);
  return typeof rest === 'string' ? rest : [opened, ...rest];
}

/** The root is the organization, or the first node without a parent that another one names as its own. */
function opening({ account, nodes }: Configure): Fact {
  const tops = nodes.filter(({ node, parent }) => parent === undefined && node !== 'project/default');
  const root =
    tops.find(({ kind }) => kind === 'organization') ??
    tops.find(({ node }) => nodes.some(({ parent }) => parent === node));
  const kind = nodes.find(({ node }) => node === (root?.node ?? 'org'))?.kind;
  return fact({
    type: 'AccountOpened',
    account,
    root: root?.node ?? 'org',
    rootKind: kind ?? 'organization',
    defaultProject: 'project/default',
  });
}

function changes(account: PlainAccount, command: Configure, at: number): PlainDecision {
  const plan = planned(account, command);
  const fault = faultOfTree(account, command, plan) ?? faultOfMoney(account, command);
  if (fault !== undefined) return fault;
  const archived: Fact[] = [];
  for (const id of new Set(command.archive)) {
    if (!account.nodes.some((node) => node.id === id)) return 'UnknownNode';
    if (mustStay(account, command, plan, id)) return 'Malformed';
    if (!account.node(id).archived) archived.push(fact({ type: 'NodeArchived', node: id }));
  }
  return [
    ...command.currencies
      .filter((one) => !account.currencies.some((old) => old.currency === one.currency && old.display === one.display))
      .map(({ currency, display }) => fact({ type: 'CurrencyDeclared', currency, display })),
    ...places(account, plan),
    ...poolings(account, plan),
    ...command.nodes.flatMap((policy) => [...limits(account, policy, at), ...spending(account, policy)]),
    ...archived,
  ];
}

function faultOfMoney(account: PlainAccount, { currencies, nodes }: Configure): RefusalCode | undefined {
  const isDeclared = (currency: string): boolean =>
    [...account.currencies, ...currencies].some((one) => one.currency === currency);
  for (const { limits: stated, overage } of nodes) {
    if (new Set(stated.map(({ name }) => name)).size < stated.length) return 'Malformed';
    if ([...stated, ...overage].some(({ currency }) => !isDeclared(currency))) return 'Malformed';
    if (stated.some(({ window }) => window.kind === 'calendar' && window.zone === 'nowhere')) return 'Malformed';
  }
  return undefined;
}

/** New nodes, and those that come back, change their kind or move: each after the ones that it stands under. */
function places(account: PlainAccount, plan: readonly Planned[]): readonly Fact[] {
  const facts: Fact[] = [];
  const done: Planned[] = [];
  const place = (one: Planned): void => {
    if (done.includes(one)) return;
    done.push(one);
    const parent = plan.find(({ id }) => id === one.parent);
    if (parent !== undefined) place(parent);
    if (one.stated) facts.push(...placed(account, one));
  };
  plan.forEach(place);
  return facts;
}

function placed(account: PlainAccount, { id, kind, parent, pooling }: Planned): readonly Fact[] {
  const before = account.nodes.find((node) => node.id === id);
  if (before === undefined)
    return parent === undefined ? [] : [fact({ type: 'NodeAdded', node: id, kind, parent, pooling })];
  const stood = account.counted.nodes.find((node) => node.id === id)?.parent;
  return [
    ...(before.archived ? [fact({ type: 'NodeRestored', node: id })] : []),
    ...(before.kind === kind ? [] : [fact({ type: 'NodeKindChanged', node: id, kind })]),
    ...(parent === undefined || stood === parent ? [] : [fact({ type: 'NodeMoved', node: id, parent })]),
  ];
}

/** Changed modes, and the lots of nodes that turn to their pool, where that will be. */
function poolings(account: PlainAccount, plan: readonly Planned[]): readonly Fact[] {
  const changed = plan.filter(
    ({ id, stated, pooling }) =>
      stated && account.nodes.some((node) => node.id === id) && account.poolingOf(id) !== pooling,
  );
  const parts = changed
    .filter(({ pooling }) => pooling === 'parent')
    .flatMap((one) => {
      let pool: Planned | undefined = one;
      while (pool?.pooling === 'parent') {
        const parent: string | undefined = pool.parent;
        pool = plan.find(({ id }) => id === parent);
      }
      const toNode = pool?.id ?? '';
      return account.dealtIn
        .filter(({ node }) => node === one.id)
        .flatMap(({ currency }) => spendableAt(account, one.id, currency))
        .map((lot) => ({ lot: lot.id, amount: lot.available, toNode }));
    });
  const moved =
    parts.length === 0
      ? []
      : [{ type: 'CreditsTransferred', reason: 'pooled', moves: movesOf(account, parts) } as const];
  return [...changed.map(({ id, pooling }) => fact({ type: 'PoolingChanged', node: id, pooling })), ...moved.map(fact)];
}

/** A new amount keeps a limit; another currency, window or scope makes it another limit. */
function limits(account: PlainAccount, { node, limits: stated }: NodePolicy, at: number): readonly Fact[] {
  const before = limitsOn(account, [node]);
  const gone = before
    .filter(({ set }) => !stated.some(({ name }) => name === set.limit))
    .map(({ set }) => fact({ type: 'LimitRemoved', node, limit: set.limit }));
  return [
    ...gone,
    ...stated.flatMap((limit) => {
      const old = before.find(({ set }) => set.limit === limit.name);
      if (old === undefined) return set(node, limit, at);
      if (sameRule(old.set) !== sameRule(limit))
        return [fact({ type: 'LimitRemoved', node, limit: limit.name }), ...set(node, limit, at)];
      const { name, amount } = limit;
      return old.amount === amount ? [] : [fact({ type: 'LimitAmountChanged', node, limit: name, amount })];
    }),
  ];
}

const sameRule = ({ currency, window, scope }: Pick<LimitPolicy, 'currency' | 'window'> & { readonly scope?: Scope }) =>
  `${currency} ${windowKey(window)} ${sorted(scope?.models)} ${sorted(scope?.meters)} ${tagged(scope)} ${sorted(scope?.taskTypes)}`;

const tagged = ({ tags = {}, features = [] }: Scope = {}): string =>
  [...Object.entries(tags), ...(features.length > 0 ? [['feature', features] as const] : [])]
    .map(([tag, values]) => `${tag}=${sorted(values)}`)
    .sort()
    .join(';');

const sorted = (names: readonly string[] | undefined): string => [...(names ?? [])].sort().join(',');

function set(node: string, { name: limit, currency, amount, window, scope, usedAtStart }: LimitPolicy, at: number) {
  const isLifetime = window.kind === 'lifetime';
  const first = told({ scope, usedAtStart: isLifetime ? usedAtStart : undefined });
  const facts = [fact({ type: 'LimitSet', node, limit, currency, amount, window, ...first })];
  if (usedAtStart === undefined || isLifetime) return facts;
  return [...facts, fact({ type: 'WindowOpened', node, limit, ...spanOf(window, at, []), used: usedAtStart })];
}

/** Overage as stated: what is not named is forbidden. */
function spending(account: PlainAccount, { node, overage, captureBeyond }: NodePolicy): readonly Fact[] {
  const { counted } = account;
  const allowed = (currency: string): bigint => counted.balance(counted.overageLimits, node, currency).amount;
  const before = account.dealtIn.filter((one) => one.node === node && allowed(one.currency) > 0n);
  const currencies = new Set([...before, ...overage].map(({ currency }) => currency));
  const changed = [...currencies].flatMap((currency) => {
    const limit = sumOf(overage.filter((one) => one.currency === currency).slice(0, 1));
    return limit === allowed(currency) ? [] : [fact({ type: 'OverageSet', node, currency, limit })];
  });
  const was = account.nodes.find((one) => one.id === node)?.captureBeyond;
  return was === captureBeyond
    ? changed
    : [...changed, fact({ type: 'CaptureBeyondSet', node, ...told({ policy: captureBeyond }) })];
}
