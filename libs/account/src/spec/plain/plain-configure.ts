import { parseAmount } from '@exchequer/kernel';
import type { Configure, NodePolicy } from '../../commands.js';
import type { Fact } from '../../facts.js';
import { PlainAccount } from './plain-account.js';
import { fact, isRefused, someOf, told, type PlainDecision } from './plain-decision.js';
import { evolvePlain } from './plain-evolve.js';
import { isWellFormed } from './plain-form.js';
import { pausesBy } from './plain-limit-pause.js';
import { movesOf, spendableAt } from './plain-lots.js';
import { estimateText, permissionChanges } from './plain-permission.js';
import { poolChanges } from './plain-pool-rules.js';
import { ruleChanges } from './plain-rule-changes.js';
import { faultOfTree, mustStay, planned, type Planned } from './plain-tree.js';

/** Opens an account that is not there yet, then brings it to what the command states. */
export function plainConfigure(account: PlainAccount, command: Configure, at: number): PlainDecision {
  if (account.opened !== undefined) return changes(account, command, at);
  const fresh = new PlainAccount();
  const opened = opening(command);
  if (opened === undefined) return 'Malformed';
  evolvePlain(fresh, opened, at);
  const rest = changes(fresh, command, at);
  return isRefused(rest) ? rest : [opened, ...rest];
}

/** The root is the organization, or `org`, or the one node without a parent that another one names as its own. */
function opening({ account, nodes }: Configure): Fact | undefined {
  const tops = nodes.filter(({ node, parent }) => parent === undefined && node !== 'project/default');
  const organizations = tops.filter(({ kind }) => kind === 'organization');
  const isBare = tops.some(({ node }) => nodes.some(({ parent }) => parent === node));
  const could = organizations.length > 0 ? organizations : isBare ? tops : [];
  const org = tops.find(({ node }) => node === 'org');
  const root = could.length === 1 ? could[0] : organizations.length > 0 ? undefined : org;
  if (could.length > 1 && root === undefined) return undefined;
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
  const fault = faultOfTree(account, command, plan) ?? (isWellFormed(account, command) ? undefined : 'Malformed');
  if (fault !== undefined) return fault;
  const rules = ruleChanges(account, command, plan, at);
  if (rules === undefined) return 'Malformed';
  const archived: Fact[] = [];
  for (const id of new Set(command.archive)) {
    if (!account.nodes.some((node) => node.id === id)) return 'UnknownNode';
    if (account.isSession(id)) return 'Malformed';
    if (mustStay(account, command, plan, id)) return 'Malformed';
    if (!account.node(id).archived) archived.push(fact({ type: 'NodeArchived', node: id }));
  }
  const facts = [
    ...command.currencies
      .filter((one) => !account.currencies.some((old) => old.currency === one.currency && old.display === one.display))
      .map(({ currency, display }) => fact({ type: 'CurrencyDeclared', currency, display })),
    ...kinds(account, command),
    ...prices(account, command),
    ...rules.sets,
    ...places(account, plan),
    ...poolings(account, plan),
    ...command.nodes.flatMap((policy) => [
      ...rules.stated.filter(({ node }) => node === policy.node).flatMap(({ facts }) => facts),
      ...spending(account, policy),
      ...permissionChanges(account, policy),
      ...poolChanges(account, policy),
    ]),
    ...rules.others,
  ];
  return [...facts, ...pausesBy(account, facts, { nodes: plan, command }), ...archived];
}

/** The prices of what has none as stated, where they are; none at all where none is stated. */
function prices(account: PlainAccount, { statedPrices: stated }: Configure): readonly Fact[] {
  if (stated === undefined) return [];
  const told = (all: typeof account.prices): string =>
    [['request', all?.request] as const, ...Object.entries(all?.meters ?? {})]
      .map(([name, one]) => (one === undefined ? '' : `${name} ${one.price} ${one.currency}`))
      .toSorted()
      .join(' ')
      .trim();
  if (told(stated) === told(account.prices)) return [];
  return [fact({ type: 'StatedPricesSet', ...(told(stated) !== '' && { prices: stated }) })];
}

/** Kinds of models as stated, where they are. */
function kinds(account: PlainAccount, { modelKinds: stated }: Configure): readonly Fact[] {
  if (stated === undefined) return [];
  const isSame = (kind: string, models: readonly string[]): boolean =>
    account.kinds.some((one) => one.kind === kind && one.models.join(' ') === models.join(' '));
  return [
    ...account.kinds
      .filter(({ kind }) => !stated.some((one) => one.kind === kind))
      .map(({ kind }) => fact({ type: 'ModelKindRemoved', kind })),
    ...stated
      .filter(({ kind, models }) => !isSame(kind, models))
      .map(({ kind, models }) => fact({ type: 'ModelKindSet', kind, models })),
  ];
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

/** Overage as stated: what is not named is forbidden. Then what happens beyond a hold, and how one is estimated. */
function spending(
  account: PlainAccount,
  { node, overage, captureBeyond, estimate, ownKey, outcomes = [], refunds, expiryNoticeMs }: NodePolicy,
): readonly Fact[] {
  const { counted } = account;
  const before = account.dealtIn.filter((one) => one.node === node && counted.overage(node, one.currency).limit > 0n);
  const currencies = new Set([...before, ...overage].map(({ currency }) => currency));
  const changed = [...currencies].flatMap((currency) => {
    const { amount: limit = 0n, for: work, rate } = overage.find((one) => one.currency === currency) ?? {};
    const now = counted.overage(node, currency);
    const isSame =
      now.limit === limit && now.criticalOnly === (work === 'critical') && now.rate === parseAmount(rate ?? '1');
    return isSame ? [] : [fact({ type: 'OverageSet', node, currency, limit, ...told({ for: work, rate }) })];
  });
  const was = account.nodes.find((one) => one.id === node);
  if (was?.captureBeyond !== captureBeyond)
    changed.push(fact({ type: 'CaptureBeyondSet', node, ...told({ policy: captureBeyond }) }));
  if (estimateText(was?.estimate) !== estimateText(estimate))
    changed.push(fact({ type: 'EstimateSet', node, ...told({ policy: estimate }) }));
  const inOrder = (policy: typeof ownKey): string => JSON.stringify(policy && Object.entries(policy).toSorted());
  if (inOrder(was?.ownKey) !== inOrder(ownKey))
    changed.push(fact({ type: 'OwnKeySet', node, ...told({ policy: ownKey }) }));
  if (JSON.stringify(was?.outcomes ?? []) !== JSON.stringify(outcomes))
    changed.push(fact({ type: 'OutcomesSet', node, ...someOf({ rules: outcomes }) }));
  const said = (policy: typeof refunds) => [policy?.expired, policy?.expired === 'new-lot' ? policy.graceMs : 0].join();
  if (said(counted.nodes.find((one) => one.id === node)?.refunds) !== said(refunds))
    changed.push(fact({ type: 'RefundsSet', node, ...told({ policy: refunds }) }));
  const beforeMs = expiryNoticeMs && [...expiryNoticeMs].sort((a, b) => b - a);
  if (JSON.stringify(counted.nodes.find((one) => one.id === node)?.expiryNoticeMs) !== JSON.stringify(beforeMs))
    changed.push(fact({ type: 'ExpiryNoticeSet', node, ...told({ beforeMs }) }));
  return changed;
}
