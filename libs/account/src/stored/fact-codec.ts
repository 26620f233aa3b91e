import type { CurrencyId, LimitName, NodeId } from '@exchequer/kernel';
import type { Fact, FactType } from '../facts.js';
import { CONDUCT, LIMIT_RULE, LIMIT_RULES } from './limit-rule-codec.js';
import {
  AMOUNT,
  asIs,
  BAG,
  BINDING,
  ESTIMATE,
  INSTEAD_OF,
  LIMIT_AMOUNT,
  LINES,
  MONEY,
  MOVES,
  OWED,
  RENEWALS,
  RESERVE_PART,
  RESERVE_PARTS,
  SHARES,
  TIERS,
  TIGHTEST,
  type FieldCodec,
} from './field-codecs.js';
import { THRESHOLD } from './threshold-codec.js';

/** A fact as plain JSON. */
export type StoredFact = { readonly type: string } & Readonly<Record<string, unknown>>;

type FactOf<Type extends FactType> = Extract<Fact, { type: Type }>;
type Fields<Type extends FactType> = {
  readonly [Key in Exclude<keyof FactOf<Type>, 'type'>]-?: FieldCodec<NonNullable<FactOf<Type>[Key]>>;
};

const USED = {
  amounts: BAG,
  lines: LINES,
  openers: asIs<readonly NodeId[]>(),
  usedAt: asIs<number>(),
  countedAt: asIs<number>(),
  usage: asIs<NonNullable<FactOf<'CreditsDrawn'>['usage']>>(),
  particulars: asIs<NonNullable<FactOf<'CreditsDrawn'>['particulars']>>(),
  market: BAG,
  provisional: asIs<string>(),
  reserves: RESERVE_PARTS,
  drawn: SHARES,
  owed: OWED,
  beyondOverage: BAG,
  uncollected: BAG,
} as const;

const CHARGE = {
  number: asIs<number>(),
  chain: asIs<readonly NodeId[]>(),
  way: asIs<readonly NodeId[]>(),
  ...USED,
} as const;

const THRESHOLD_PASSED = {
  node: asIs<NodeId>(),
  limit: asIs<LimitName>(),
  currency: asIs<CurrencyId>(),
  from: asIs<number>(),
  threshold: THRESHOLD,
  crossing: asIs<number>(),
  used: AMOUNT,
  amount: LIMIT_AMOUNT,
} as const;

/** Every field of every fact, in the order in which it is written. The compiler keeps this table complete. */
const FIELDS: { readonly [Type in FactType]: Fields<Type> } = {
  AccountOpened: { account: asIs(), root: asIs(), rootKind: asIs(), defaultProject: asIs() },
  CurrencyDeclared: { currency: asIs(), display: asIs() },
  NodeAdded: { node: asIs(), kind: asIs(), parent: asIs(), pooling: asIs() },
  NodeMoved: { node: asIs(), parent: asIs() },
  NodeKindChanged: { node: asIs(), kind: asIs() },
  NodeArchived: { node: asIs() },
  NodeRestored: { node: asIs() },
  NodePaused: { node: asIs(), by: asIs(), actor: asIs(), reason: asIs(), resumesAt: asIs() },
  NodeResumed: { node: asIs(), at: asIs() },
  EntitlementsSet: { node: asIs(), models: asIs(), features: asIs() },
  RatesSet: { node: asIs(), rates: asIs() },
  ModelKindSet: { kind: asIs(), models: asIs() },
  ModelKindRemoved: { kind: asIs() },
  ObserveSet: { node: asIs(), observe: asIs() },
  PoolingChanged: { node: asIs(), pooling: asIs() },
  PoolRulesSet: { node: asIs(), currency: asIs(), reserve: AMOUNT, borrowMax: AMOUNT, lendMax: AMOUNT },
  PoolPeriodOpened: { node: asIs(), currency: asIs(), from: asIs(), to: asIs() },
  LimitSet: {
    node: asIs(),
    limit: asIs(),
    ...LIMIT_RULE,
    usedAtStart: AMOUNT,
    rule: asIs(),
  },
  LimitConductChanged: { node: asIs(), limit: asIs(), ...CONDUCT },
  LimitAmountChanged: { node: asIs(), limit: asIs(), amount: LIMIT_AMOUNT, rule: asIs() },
  LimitRemoved: { node: asIs(), limit: asIs() },
  WindowOpened: { node: asIs(), limit: asIs(), from: asIs(), to: asIs(), used: AMOUNT },
  ThresholdCrossed: { ...THRESHOLD_PASSED, pauses: asIs() },
  ThresholdRecovered: THRESHOLD_PASSED,
  RuleSetDefined: { set: asIs(), limits: LIMIT_RULES },
  RuleSetRemoved: { set: asIs() },
  NodeRulesSet: { node: asIs(), roles: asIs(), groups: asIs(), precedence: asIs(), limits: LIMIT_RULES },
  LimitOverridden: { node: asIs(), limit: asIs(), currency: asIs(), amount: LIMIT_AMOUNT, until: asIs() },
  TiersSet: { tiers: TIERS },
  TierAdvanced: { tier: asIs(), at: asIs() },
  OverrideEnded: { node: asIs(), limit: asIs(), at: asIs() },
  OverageSet: { node: asIs(), currency: asIs(), limit: AMOUNT, for: asIs(), rate: asIs() },
  CaptureBeyondSet: { node: asIs(), policy: asIs() },
  EstimateSet: { node: asIs(), policy: ESTIMATE },
  OwnKeySet: { node: asIs(), policy: asIs() },
  RefundsSet: { node: asIs(), policy: asIs() },
  ExpiryNoticeSet: { node: asIs(), beforeMs: asIs() },
  NothingChanged: { of: asIs(), amounts: BAG },
  StatedPricesSet: { prices: asIs() },
  CreditsGranted: {
    grant: asIs(),
    lot: asIs(),
    node: asIs(),
    currency: asIs(),
    amount: AMOUNT,
    layer: asIs(),
    priority: asIs(),
    startsAt: asIs(),
    expiresAt: asIs(),
    paid: MONEY,
    note: asIs(),
  },
  CreditsTransferred: { reason: asIs(), moves: MOVES, note: asIs(), at: asIs() },
  LotExpiring: {
    lot: asIs(),
    node: asIs(),
    currency: asIs(),
    amount: AMOUNT,
    held: AMOUNT,
    expiresAt: asIs(),
    beforeMs: asIs(),
    at: asIs(),
  },
  LotExpired: { lot: asIs(), at: asIs(), forfeited: AMOUNT },
  HoldPlaced: {
    hold: asIs(),
    payer: asIs(),
    nodes: asIs(),
    expiresAt: asIs(),
    amounts: BAG,
    openers: asIs(),
    lines: LINES,
    session: asIs(),
    shares: SHARES,
    owed: OWED,
    tightest: TIGHTEST,
    asked: BAG,
    askedLines: LINES,
    binding: BINDING,
    observed: asIs(),
    spilled: asIs(),
    delay: asIs(),
    insteadOf: INSTEAD_OF,
    particulars: asIs(),
    market: BAG,
    provisional: asIs(),
  },
  HoldExtended: { hold: asIs(), expiresAt: asIs() },
  HoldVoided: { hold: asIs(), returned: SHARES, broken: SHARES, kept: RESERVE_PART },
  HoldExpired: { hold: asIs(), at: asIs(), returned: SHARES, broken: SHARES, kept: RESERVE_PART },
  HoldCaptured: {
    hold: asIs(),
    payer: asIs(),
    nodes: asIs(),
    ...CHARGE,
    spent: SHARES,
    returned: SHARES,
    broken: SHARES,
    kept: RESERVE_PART,
    at: asIs(),
    late: asIs(),
  },
  OutcomesSet: { node: asIs(), rules: asIs() },
  OutcomeAwaited: {
    hold: asIs(),
    placed: asIs(),
    meantFor: asIs(),
    late: asIs(),
    payer: asIs(),
    nodes: asIs(),
    task: asIs(),
    until: asIs(),
    charge: asIs(),
    otherwise: asIs(),
    outcome: asIs(),
    ...USED,
    retained: SHARES,
    retainedOwed: OWED,
    returned: SHARES,
    broken: SHARES,
    kept: RESERVE_PART,
  },
  OutcomeTold: { task: asIs(), outcome: asIs(), calls: asIs(), charged: BAG, returned: BAG },
  CostReturned: {
    hold: asIs(),
    at: asIs(),
    task: asIs(),
    outcome: asIs(),
    payer: asIs(),
    nodes: asIs(),
    openers: asIs(),
    amounts: BAG,
    market: BAG,
    usedAt: asIs(),
    usage: asIs(),
    particulars: asIs(),
    provisional: asIs(),
    returned: SHARES,
    broken: SHARES,
    keeps: RESERVE_PARTS,
  },
  CreditsDrawn: { payer: asIs(), nodes: asIs(), hold: asIs(), late: asIs(), ...CHARGE },
  SessionOpened: {
    session: asIs(),
    payer: asIs(),
    nodes: asIs(),
    endsAt: asIs(),
    amounts: BAG,
    within: asIs(),
    shares: SHARES,
    owed: OWED,
    tightest: TIGHTEST,
    asked: BAG,
    binding: BINDING,
    observed: asIs(),
    particulars: asIs(),
  },
  SessionEnded: {
    session: asIs(),
    at: asIs(),
    reason: asIs(),
    spent: BAG,
    returned: SHARES,
    broken: SHARES,
    kept: RESERVE_PART,
  },
  ChargeCorrected: {
    of: asIs(),
    payer: asIs(),
    nodes: asIs(),
    hold: asIs(),
    bookedAt: asIs(),
    ...CHARGE,
    amountsBefore: BAG,
    linesBefore: LINES,
    uncollectedBefore: BAG,
    metersBefore: asIs(),
    marketBefore: BAG,
    settlesProvisional: asIs(),
    returned: SHARES,
    renewed: RENEWALS,
    broken: SHARES,
    forgiven: OWED,
    paid: SHARES,
    owing: OWED,
    reason: asIs(),
  },
  UsageUnpriced: {
    payer: asIs(),
    nodes: asIs(),
    openers: asIs(),
    hold: asIs(),
    usedAt: asIs(),
    usage: asIs(),
    particulars: asIs(),
    reason: asIs(),
  },
};

type AnyField = readonly [key: string, codec: FieldCodec<unknown>];
const FIELD_LISTS: ReadonlyMap<string, readonly AnyField[]> = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type, Object.entries(fields) as readonly AnyField[]]),
);

function fieldsOf(type: string): readonly AnyField[] {
  const fields = FIELD_LISTS.get(type);
  if (fields === undefined) throw new UnknownFact(type);
  return fields;
}

/** A stored fact is of a type that this release does not know: an older release must not guess. */
export class UnknownFact extends Error {
  constructor(readonly factType: string) {
    super(`the fact type ${JSON.stringify(factType)} is not known to this release; upgrade before reading this ledger`);
    this.name = 'UnknownFact';
  }
}

/** Writes a fact as plain JSON, complete in itself. */
export function storeFact(fact: Fact): StoredFact {
  const stored: { type: string } & Record<string, unknown> = { type: fact.type };
  // The table is typed by fact; here its entries are walked without their types.
  const values = fact as unknown as Readonly<Record<string, unknown>>;
  for (const [key, { write }] of fieldsOf(fact.type)) {
    const value = values[key];
    if (value !== undefined) stored[key] = write(value);
  }
  return stored;
}

/**
 * Reads a stored fact.
 *
 * @throws UnknownFact for a type that this release does not know.
 */
export function readFact(stored: StoredFact): Fact {
  const fact: Record<string, unknown> = { type: stored.type };
  for (const [key, { read }] of fieldsOf(stored.type)) {
    const value = stored[key];
    if (value !== undefined) fact[key] = read(value as never);
  }
  return fact as unknown as Fact;
}
