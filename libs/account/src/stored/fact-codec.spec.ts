import { describe, expect, it } from '@jest/globals';
import {
  accountId,
  amount,
  commandId,
  currencyId,
  grantId,
  holdId,
  limitName,
  lotId,
  nodeId,
  UNLIMITED,
  type Amount,
} from '@exchequer/kernel';
import type { Charge, Fact, FactType, LimitConduct, LimitRule } from '../facts.js';
import { readFact, storeFact, UnknownFact, type StoredFact } from './fact-codec.js';

const NODE = nodeId('team/research');
const USD = currencyId('usd');
const HOLD = holdId('h-1-0');
const MOST: Amount = amount(2n ** 63n - 1n);
const BAG = [
  { currency: USD, amount: MOST },
  { currency: currencyId('action'), amount: amount(0n) },
];
const LINES = [
  { meter: 'input_tokens', currency: USD, amount: amount(1n) },
  { currency: USD, amount: amount(2n) },
];
const SHARES = [{ lot: lotId('l-1'), amount: amount(3n) }];
const OWED = [
  { node: NODE, currency: USD, amount: amount(4n) },
  { node: NODE, currency: currencyId('action'), amount: amount(4n), surcharge: amount(1n) },
];
const PART = { session: nodeId('session/s-1'), shares: SHARES, owed: OWED };
const PARTICULARS = { model: 'gpt-4o', meters: { input_tokens: 5, output_tokens: '0.5' }, tags: { env: 'prod' } };
const USAGE = { source: 'gateway', id: commandId('call-1') };
const LIMIT = limitName('daily');
const BOUND = { node: NODE, limit: LIMIT, currency: USD, remaining: amount(6n), resetsAt: 7 };
const WINDOW = { kind: 'calendar', unit: 'day', zone: 'UTC', anchor: '2001-01-01T00:00' } as const;
const CONDUCT: LimitConduct = {
  mode: 'throttle',
  throttle: { fromShare: '0.8', delayMs: 5_000 },
  then: 'slow',
  slowMs: 2_000,
  blocks: 'all-currencies',
  thresholds: [{ share: '0.5' }, { used: amount(3n) }, { left: amount(1n) }],
  pauses: { at: { left: amount(2n) }, below: true, resume: 'at-reset' },
};
const USED = {
  amounts: BAG,
  lines: LINES,
  usedAt: 8,
  countedAt: 9,
  usage: USAGE,
  particulars: PARTICULARS,
  market: BAG,
  provisional: 'no card',
  openers: [NODE],
  reserves: [PART],
  drawn: SHARES,
  owed: OWED,
  beyondOverage: BAG,
  uncollected: BAG,
};
const CHARGE: Charge = {
  number: 11,
  chain: [NODE],
  ...USED,
};

/** A limit with every field that it can be stated with, and one with none that it can do without. */
const RULES: readonly LimitRule[] = [
  {
    name: LIMIT,
    currency: USD,
    amount: UNLIMITED,
    window: WINDOW,
    scope: { models: ['gpt-4o'] },
    pace: { aheadMs: 5 },
    ...CONDUCT,
  },
  { name: LIMIT, currency: USD, amount: MOST, window: { kind: 'lifetime' }, scope: {} },
];

/** A fact of every type with every field that it can have. */
const WHOLE: { readonly [Type in FactType]: Extract<Fact, { type: Type }> } = {
  AccountOpened: {
    type: 'AccountOpened',
    account: accountId('acme'),
    root: NODE,
    rootKind: 'organization',
    defaultProject: NODE,
  },
  CurrencyDeclared: { type: 'CurrencyDeclared', currency: USD, display: 2 },
  NodeAdded: { type: 'NodeAdded', node: NODE, kind: 'team', parent: NODE, pooling: 'own' },
  NodeMoved: { type: 'NodeMoved', node: NODE, parent: NODE },
  NodeKindChanged: { type: 'NodeKindChanged', node: NODE, kind: 'squad' },
  NodeArchived: { type: 'NodeArchived', node: NODE },
  NodeRestored: { type: 'NodeRestored', node: NODE },
  NodePaused: {
    type: 'NodePaused',
    node: NODE,
    by: { limit: LIMIT, node: NODE },
    actor: 'ada',
    reason: 'budget review',
    resumesAt: 9,
  },
  NodeResumed: { type: 'NodeResumed', node: NODE, at: 9 },
  EntitlementsSet: {
    type: 'EntitlementsSet',
    node: NODE,
    models: { allow: ['gpt-4o*'], deny: ['o3'] },
    features: { deny: ['export'] },
  },
  RatesSet: {
    type: 'RatesSet',
    node: NODE,
    rates: [{ models: ['gpt-4o*'], requests: { count: 5, per: 'minute' }, then: 'spill' }],
  },
  ModelKindSet: { type: 'ModelKindSet', kind: 'chat', models: ['gpt-4o-mini', 'gpt-4o'] },
  ModelKindRemoved: { type: 'ModelKindRemoved', kind: 'chat' },
  ObserveSet: { type: 'ObserveSet', node: NODE, observe: true },
  PoolingChanged: { type: 'PoolingChanged', node: NODE, pooling: 'parent' },
  PoolRulesSet: {
    type: 'PoolRulesSet',
    node: NODE,
    currency: USD,
    reserve: amount(1n),
    borrowMax: MOST,
    lendMax: amount(0n),
  },
  PoolPeriodOpened: { type: 'PoolPeriodOpened', node: NODE, currency: USD, from: 1, to: 2 },
  LimitSet: {
    type: 'LimitSet',
    node: NODE,
    limit: LIMIT,
    currency: USD,
    amount: MOST,
    window: WINDOW,
    scope: {
      models: ['gpt-4o'],
      meters: ['input_tokens'],
      tags: { team: ['red'] },
      features: ['chat'],
      taskTypes: ['triage'],
      layers: ['plan', 'overage'],
    },
    usedAtStart: amount(1n),
    pace: { aheadMs: 5 },
    ...CONDUCT,
    rule: 'role/power',
  },
  LimitConductChanged: { type: 'LimitConductChanged', node: NODE, limit: LIMIT, ...CONDUCT },
  LimitAmountChanged: { type: 'LimitAmountChanged', node: NODE, limit: LIMIT, amount: UNLIMITED, rule: 'override' },
  LimitRemoved: { type: 'LimitRemoved', node: NODE, limit: LIMIT },
  WindowOpened: { type: 'WindowOpened', node: NODE, limit: LIMIT, from: 1, to: 2, used: amount(3n) },
  ThresholdCrossed: {
    type: 'ThresholdCrossed',
    node: NODE,
    limit: LIMIT,
    currency: USD,
    from: 1,
    threshold: { left: amount(3n) },
    crossing: 2,
    used: MOST,
    amount: UNLIMITED,
    pauses: { below: true, resumesAt: 9 },
  },
  ThresholdRecovered: {
    type: 'ThresholdRecovered',
    node: NODE,
    limit: LIMIT,
    currency: USD,
    from: 1,
    threshold: { share: '0.5' },
    crossing: 2,
    used: MOST,
    amount: MOST,
  },
  RuleSetDefined: { type: 'RuleSetDefined', set: 'role/power', limits: RULES },
  RuleSetRemoved: { type: 'RuleSetRemoved', set: 'role/power' },
  NodeRulesSet: {
    type: 'NodeRulesSet',
    node: NODE,
    roles: ['power'],
    groups: ['interns'],
    precedence: 'most-permissive',
    limits: RULES,
  },
  LimitOverridden: { type: 'LimitOverridden', node: NODE, limit: LIMIT, currency: USD, amount: MOST, until: 9 },
  TiersSet: {
    type: 'TiersSet',
    tiers: [{ name: 'free' }, { name: 'gold', paid: { currency: USD, amount: MOST }, ageMs: 7 }],
  },
  TierAdvanced: { type: 'TierAdvanced', tier: 'gold', at: 7 },
  OverrideEnded: { type: 'OverrideEnded', node: NODE, limit: LIMIT, at: 9 },
  OverageSet: {
    type: 'OverageSet',
    node: NODE,
    currency: USD,
    limit: amount(0n),
    for: 'critical',
    rate: '1.25',
  },
  CaptureBeyondSet: { type: 'CaptureBeyondSet', node: NODE, policy: 'cap' },
  EstimateSet: {
    type: 'EstimateSet',
    node: NODE,
    policy: { by: 'fixed', amounts: [{ currency: USD, amount: amount(7n) }] },
  },
  CreditsGranted: {
    type: 'CreditsGranted',
    grant: grantId('g-1'),
    lot: lotId('l-1'),
    node: NODE,
    currency: USD,
    amount: MOST,
    layer: 'plan',
    priority: 20,
    startsAt: 1,
    expiresAt: 2,
    paid: { currency: USD, amount: amount(3n) },
    note: 'order 12',
  },
  CreditsTransferred: {
    type: 'CreditsTransferred',
    reason: 'pooled',
    moves: [{ lot: lotId('l-1'), amount: amount(1n), toLot: lotId('l-2'), toNode: NODE }],
    note: 'Q4',
    at: 5,
  },
  LotExpired: { type: 'LotExpired', lot: lotId('l-1'), at: 1, forfeited: amount(0n) },
  HoldPlaced: {
    type: 'HoldPlaced',
    hold: HOLD,
    payer: NODE,
    nodes: [NODE],
    expiresAt: 1,
    amounts: BAG,
    lines: LINES,
    openers: [NODE],
    session: NODE,
    shares: SHARES,
    owed: OWED,
    tightest: BOUND,
    asked: BAG,
    askedLines: LINES,
    binding: BOUND,
    observed: [
      { code: 'LimitReached', node: NODE, limit: LIMIT },
      { code: 'Paused', node: NODE },
    ],
    spilled: [{ node: NODE, rate: 'requests/minute' }],
    delay: { ms: 5, node: NODE, limit: LIMIT },
    insteadOf: { model: 'gpt-4o', lines: LINES, node: NODE, limit: LIMIT, rate: 'requests/minute' },
    particulars: PARTICULARS,
    market: BAG,
    provisional: 'no card',
  },
  HoldExtended: { type: 'HoldExtended', hold: HOLD, expiresAt: 1 },
  HoldVoided: { type: 'HoldVoided', hold: HOLD, returned: SHARES, broken: SHARES, kept: PART },
  HoldExpired: { type: 'HoldExpired', hold: HOLD, at: 1, returned: SHARES, broken: SHARES, kept: PART },
  HoldCaptured: {
    type: 'HoldCaptured',
    hold: HOLD,
    payer: NODE,
    nodes: [NODE],
    ...CHARGE,
    spent: SHARES,
    returned: [],
    broken: SHARES,
    kept: PART,
    at: 9,
    late: true,
  },
  OutcomesSet: {
    type: 'OutcomesSet',
    node: NODE,
    rules: [{ taskTypes: ['ticket'], charge: ['resolved'], withinMs: 72, otherwise: 'return' }],
  },
  OutcomeAwaited: {
    type: 'OutcomeAwaited',
    hold: HOLD,
    placed: true,
    meantFor: HOLD,
    late: true,
    payer: NODE,
    nodes: [NODE],
    task: 'ticket-1',
    until: 80,
    charge: ['resolved'],
    otherwise: 'return',
    outcome: 'dropped',
    ...USED,
    retained: SHARES,
    retainedOwed: OWED,
    returned: SHARES,
    broken: SHARES,
    kept: PART,
  },
  OutcomeTold: { type: 'OutcomeTold', task: 'ticket-1', outcome: 'resolved', calls: 2, charged: BAG, returned: BAG },
  CostReturned: {
    type: 'CostReturned',
    hold: HOLD,
    at: 9,
    task: 'ticket-1',
    outcome: 'dropped',
    payer: NODE,
    nodes: [NODE],
    openers: [NODE],
    amounts: BAG,
    market: BAG,
    usedAt: 8,
    usage: USAGE,
    particulars: PARTICULARS,
    provisional: 'no card',
    returned: SHARES,
    broken: SHARES,
    keeps: [PART],
  },
  CreditsDrawn: { type: 'CreditsDrawn', payer: NODE, nodes: [], hold: HOLD, late: true, ...CHARGE },
  SessionOpened: {
    type: 'SessionOpened',
    session: NODE,
    payer: NODE,
    nodes: [NODE],
    endsAt: 1,
    amounts: BAG,
    within: NODE,
    shares: SHARES,
    owed: OWED,
    tightest: BOUND,
    asked: BAG,
    binding: BOUND,
    observed: [],
    particulars: PARTICULARS,
  },
  SessionEnded: {
    type: 'SessionEnded',
    session: NODE,
    at: 1,
    reason: 'parent',
    spent: BAG,
    returned: SHARES,
    broken: SHARES,
    kept: PART,
  },
  ChargeCorrected: {
    type: 'ChargeCorrected',
    of: 'account-acme@12.1',
    payer: NODE,
    nodes: [NODE],
    hold: HOLD,
    bookedAt: 12,
    ...CHARGE,
    number: 11,
    chain: [NODE],
    amountsBefore: BAG,
    linesBefore: LINES,
    uncollectedBefore: BAG,
    metersBefore: { input_tokens: 5 },
    marketBefore: BAG,
    settlesProvisional: true,
    returned: SHARES,
    renewed: [{ lot: lotId('l-1'), amount: amount(2n), toLot: lotId('l-9'), toNode: NODE, expiresAt: 99 }],
    broken: SHARES,
    forgiven: OWED,
    paid: SHARES,
    owing: OWED,
    reason: 'an outage',
  },
  OwnKeySet: {
    type: 'OwnKeySet',
    node: NODE,
    policy: { usd: 'waived', credit: { share: '0.05' }, action: { fixed: '1' } },
  },
  NothingChanged: { type: 'NothingChanged', of: 'account-acme@12.1', amounts: BAG },
  RefundsSet: { type: 'RefundsSet', node: NODE, policy: { expired: 'new-lot', graceMs: 60_000 } },
  ExpiryNoticeSet: { type: 'ExpiryNoticeSet', node: NODE, beforeMs: [7, 1] },
  LotExpiring: {
    type: 'LotExpiring',
    lot: lotId('l-1'),
    node: NODE,
    currency: USD,
    amount: MOST,
    held: amount(2n),
    expiresAt: 9,
    beforeMs: 7,
    at: 2,
  },
  StatedPricesSet: {
    type: 'StatedPricesSet',
    prices: {
      meters: { input_tokens: { price: '0.00001', currency: USD } },
      request: { price: '0.01', currency: USD },
    },
  },
  UsageUnpriced: {
    type: 'UsageUnpriced',
    payer: NODE,
    nodes: [NODE],
    openers: [NODE],
    hold: HOLD,
    usedAt: 1,
    usage: USAGE,
    particulars: PARTICULARS,
    reason: 'no card',
  },
};

/** A fact of every type that has fields which may be absent, without them. */
const BARE: readonly Fact[] = [
  { type: 'LimitSet', node: NODE, limit: LIMIT, currency: USD, amount: MOST, window: { kind: 'lifetime' } },
  { type: 'LimitConductChanged', node: NODE, limit: LIMIT },
  { type: 'WindowOpened', node: NODE, limit: LIMIT, from: 1, to: 2 },
  { type: 'CaptureBeyondSet', node: NODE },
  {
    type: 'CreditsGranted',
    grant: grantId('g-1'),
    lot: lotId('l-1'),
    node: NODE,
    currency: USD,
    amount: MOST,
    layer: 'free',
    priority: 0,
  },
  { type: 'CreditsTransferred', reason: 'transfer', moves: [] },
  { type: 'ExpiryNoticeSet', node: NODE },
  {
    type: 'LotExpiring',
    lot: lotId('l-1'),
    node: NODE,
    currency: USD,
    amount: MOST,
    expiresAt: 9,
    beforeMs: 7,
    at: 2,
  },
  { type: 'HoldPlaced', hold: HOLD, payer: NODE, nodes: [], expiresAt: 1, amounts: [], shares: [] },
  { type: 'HoldVoided', hold: HOLD, returned: [] },
  { type: 'HoldExpired', hold: HOLD, at: 1, returned: [] },
  { type: 'HoldCaptured', hold: HOLD, payer: NODE, nodes: [], amounts: [], countedAt: 1, spent: [], returned: [] },
  { type: 'CreditsDrawn', payer: NODE, nodes: [], amounts: [], countedAt: 1 },
  { type: 'SessionOpened', session: NODE, payer: NODE, nodes: [], endsAt: 1, amounts: [], shares: [] },
  {
    type: 'SessionEnded',
    session: NODE,
    at: 1,
    reason: 'time',
    spent: [],
    returned: [],
    kept: { session: NODE, shares: [] },
  },
  {
    type: 'ChargeCorrected',
    of: 'account-acme@12.1',
    payer: NODE,
    nodes: [],
    bookedAt: 12,
    number: 1,
    chain: [],
    amounts: [],
    countedAt: 1,
    amountsBefore: [],
    returned: [],
    paid: [],
  },
  { type: 'UsageUnpriced', payer: NODE, nodes: [], reason: 'no card' },
];

const throughJson = (stored: StoredFact): StoredFact => JSON.parse(JSON.stringify(stored)) as StoredFact;

describe('a stored fact', () => {
  it.each(Object.values(WHOLE).map((fact) => [fact.type, fact] as const))('keeps every field: %s', (_, fact) => {
    const stored = storeFact(fact);
    expect(readFact(throughJson(stored))).toStrictEqual(fact);
    expect(Object.keys(stored).sort()).toEqual(Object.keys(fact).sort());
  });

  it.each(BARE.map((fact) => [fact.type, fact] as const))('adds nothing that was not there: %s', (_, fact) =>
    expect(readFact(throughJson(storeFact(fact)))).toStrictEqual(fact),
  );

  it('says amounts as decimal strings, which JSON keeps to the last digit', () =>
    expect(storeFact(WHOLE.LotExpired)).toEqual({ type: 'LotExpired', lot: 'l-1', at: 1, forfeited: '0' }));

  it('is written in one order, whatever order the fact was put together in', () => {
    const { type, node, limit, amount: most, rule = '' } = WHOLE.LimitAmountChanged;
    const other: Fact = { rule, amount: most, limit, node, type };
    expect(JSON.stringify(storeFact(other))).toBe(JSON.stringify(storeFact(WHOLE.LimitAmountChanged)));
  });

  it.each(['HoldSpent', 'toString', '__proto__', ''])('of an unknown type is refused, not skipped: %j', (type) => {
    expect(() => readFact({ type })).toThrow(UnknownFact);
    expect(() => readFact({ type })).toThrow(/is not known to this release; upgrade before reading this ledger/);
    expect(() => storeFact({ type } as never)).toThrow(UnknownFact);
  });

  it('of an unknown type is named', () => {
    try {
      readFact({ type: 'HoldSpent' });
    } catch (error) {
      expect(error).toMatchObject({ name: 'UnknownFact', factType: 'HoldSpent' });
    }
    expect.assertions(1);
  });
});
