import type { Fact, LimitOverridden } from '../../facts.js';
import type { PlainAccount, PlainNode } from './plain-account.js';
import { afterCorrection } from './plain-standing.js';

const DAYS_35 = 35 * 24 * 60 * 60 * 1_000;

/** Counts a fact, and notes what of it deciding needs to know. */
export function evolvePlain(account: PlainAccount, fact: Fact, at: number): void {
  const lapsing =
    fact.type === 'HoldVoided' || fact.type === 'HoldExpired'
      ? account.counted.holds.find((one) => one.placed.hold === fact.hold)
      : undefined;
  account.counted.count(fact, at);
  if (lapsing !== undefined)
    account.lapsed.push({ hold: lapsing, endedAt: fact.type === 'HoldExpired' ? fact.at : at });
  noteNodes(account, fact, at);
  noteRules(account, fact);
  noteDealings(account, fact);
  noteChains(account, fact);
  if (fact.type === 'OutcomeTold') account.toldOutcomes.push({ ...fact, at });
  if (fact.type === 'CreditsGranted') account.grants.push({ granted: fact, at });
  if (fact.type === 'ChargeCorrected') afterCorrection(account, fact);
  if (fact.type === 'ChargeCorrected') account.waiting = account.waiting.filter((one) => one !== fact.number);
  if ((fact.type === 'HoldCaptured' || fact.type === 'CreditsDrawn') && fact.provisional !== undefined)
    account.waiting = [...account.waiting, fact.number ?? 0];
}

const madeNode = (id: string, kind: string): PlainNode => ({
  id,
  kind,
  archived: false,
  captureBeyond: undefined,
  estimate: undefined,
  ownKey: undefined,
  outcomes: [],
  rates: [],
  rules: undefined,
  isSession: kind === 'session',
});

function noteNodes(account: PlainAccount, fact: Fact, at: number): void {
  switch (fact.type) {
    case 'AccountOpened':
      account.opened = fact;
      account.openedAt = at;
      account.nodes.push(madeNode(fact.root, fact.rootKind), madeNode(fact.defaultProject, 'project'));
      return;
    case 'CurrencyDeclared': {
      const known = account.currencies.find((one) => one.currency === fact.currency);
      if (known === undefined) account.currencies.push({ currency: fact.currency, display: fact.display });
      else known.display = fact.display;
      return;
    }
    case 'NodeAdded':
      account.nodes.push(madeNode(fact.node, fact.kind));
      return;
    case 'NodeMoved':
      for (const chain of account.chains) chain.isMoved = true;
      return;
    case 'NodePaused':
    case 'NodeResumed':
      account.resumptions = account.resumptions.filter(({ node }) => node !== fact.node);
      if (fact.type === 'NodePaused' && fact.resumesAt !== undefined)
        account.resumptions = [...account.resumptions, { node: fact.node, at: fact.resumesAt }];
      return;
    case 'NodeKindChanged':
      account.node(fact.node).kind = fact.kind;
      return;
    case 'NodeArchived':
    case 'NodeRestored':
      account.node(fact.node).archived = fact.type === 'NodeArchived';
      return;
    case 'SessionOpened':
      account.nodes.push(madeNode(fact.session, 'session'));
      return;
    case 'SessionEnded':
      account.nodes.splice(account.nodes.indexOf(account.node(fact.session)), 1);
      account.endedSessions.push({ session: fact.session, endedAt: fact.at });
      while ((account.endedSessions[0]?.endedAt ?? Infinity) + DAYS_35 <= fact.at) account.endedSessions.shift();
      return;
    default:
      return;
  }
}

function noteRules(account: PlainAccount, fact: Fact): void {
  switch (fact.type) {
    case 'CaptureBeyondSet':
      account.node(fact.node).captureBeyond = fact.policy;
      return;
    case 'EstimateSet':
      account.node(fact.node).estimate = fact.policy;
      return;
    case 'OwnKeySet':
      account.node(fact.node).ownKey = fact.policy;
      return;
    case 'OutcomesSet':
      account.node(fact.node).outcomes = fact.rules ?? [];
      return;
    case 'StatedPricesSet':
      account.prices = fact.prices;
      return;
    case 'RatesSet':
      account.node(fact.node).rates = fact.rates;
      return;
    case 'ModelKindSet':
      account.kinds = account.kinds.some(({ kind }) => kind === fact.kind)
        ? account.kinds.map((one) => (one.kind === fact.kind ? fact : one))
        : [...account.kinds, fact];
      return;
    case 'ModelKindRemoved':
      account.kinds = account.kinds.filter(({ kind }) => kind !== fact.kind);
      return;
    case 'RuleSetDefined': {
      const known = account.sets.find(({ set }) => set === fact.set);
      if (known === undefined) account.sets.push({ set: fact.set, limits: fact.limits });
      else known.limits = fact.limits;
      return;
    }
    case 'RuleSetRemoved':
      account.sets.splice(
        account.sets.findIndex(({ set }) => set === fact.set),
        1,
      );
      return;
    case 'NodeRulesSet': {
      const { roles, groups, precedence, limits: personal } = fact;
      account.node(fact.node).rules = { roles, groups, precedence, personal };
      return;
    }
    case 'LimitOverridden':
      override(account, fact);
      return;
    case 'OverrideEnded':
      account.overrides = account.overrides.filter(({ node, limit }) => node !== fact.node || limit !== fact.limit);
      return;
    case 'PoolRulesSet':
      if (fact.reserve === undefined && fact.borrowMax === undefined && fact.lendMax === undefined)
        account.poolPeriods = withoutPeriod(account, fact);
      return;
    case 'PoolPeriodOpened':
      account.poolPeriods = [...withoutPeriod(account, fact), fact];
      return;
    case 'TiersSet':
      account.ladder = fact.tiers;
      if (fact.tiers.length === 0) account.reached = undefined;
      return;
    case 'TierAdvanced':
      account.reached = fact.tier;
      return;
    default:
      return;
  }
}

const withoutPeriod = ({ poolPeriods }: PlainAccount, of: { readonly node: string; readonly currency: string }) =>
  poolPeriods.filter(({ node, currency }) => node !== of.node || currency !== of.currency);

/** Takes the place of the override of the same limit. */
function override(account: PlainAccount, { node, limit, currency, amount, until }: LimitOverridden): void {
  account.overridesMade += 1;
  const made = { node, limit, currency, amount, until, order: account.overridesMade };
  const index = account.overrides.findIndex((one) => one.node === node && one.limit === limit);
  account.overrides = index < 0 ? [...account.overrides, made] : account.overrides.with(index, made);
}

/** Which currencies a node has come to deal in. */
function noteDealings(account: PlainAccount, fact: Fact): void {
  const deal = (node: string, currency: string): void => {
    if (!account.dealtIn.some((one) => one.node === node && one.currency === currency))
      account.dealtIn.push({ node, currency });
  };
  if (fact.type === 'OverageSet' || fact.type === 'CreditsGranted') deal(fact.node, fact.currency);
  if (fact.type === 'CreditsTransferred')
    for (const move of fact.moves) deal(move.toNode, account.counted.lot(move.toLot).currency);
  if (fact.type === 'ChargeCorrected')
    for (const part of fact.renewed ?? []) deal(part.toNode, account.counted.lot(part.toLot).currency);
  if ('owed' in fact) for (const one of fact.owed ?? []) deal(one.node, one.currency);
}

/** The chains of holds, and the members that counted charges. */
function noteChains(account: PlainAccount, fact: Fact): void {
  if (fact.type === 'HoldPlaced')
    account.chains.push({
      hold: fact.hold,
      members: account.membersOf([fact.payer, ...fact.nodes]),
      isMoved: [fact.payer, ...fact.nodes].some((id) => account.isSession(id)),
    });
  if (fact.type === 'OutcomeAwaited' && fact.placed === true) {
    const lapsed = fact.late === true ? account.lapsed.findIndex((one) => one.hold.placed.hold === fact.meantFor) : -1;
    const before = lapsed < 0 ? undefined : account.chains.find((one) => one.hold === fact.meantFor);
    const named = [fact.payer, ...fact.nodes];
    account.chains.push({
      hold: fact.hold,
      members: before?.members ?? account.membersOf(named),
      isMoved: before?.isMoved ?? named.some((id) => account.isSession(id)),
    });
    if (lapsed >= 0) account.lapsed.splice(lapsed, 1);
  }
  if (fact.type === 'HoldCaptured') account.countedBy.push(chainOf(account, fact.hold));
  if (fact.type !== 'CreditsDrawn') return;
  const lapsed = fact.late === true ? account.lapsed.findIndex((one) => one.hold.placed.hold === fact.hold) : -1;
  account.countedBy.push(lapsed >= 0 ? chainOf(account, fact.hold) : account.membersOf([fact.payer, ...fact.nodes]));
  if (lapsed >= 0) account.lapsed.splice(lapsed, 1);
}

const chainOf = (account: PlainAccount, hold: string | undefined): readonly string[] =>
  account.chains.find((one) => one.hold === hold)?.members ?? [];
