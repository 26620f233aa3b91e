import { configureMethod, grantMethod, recordMethod } from '@exchequer/service-enforcement/inside';
import type { SeededRandom } from '@exchequer/testing';
import { MODEL_KINDS } from './price-list.js';
import type { Request } from './requests.js';

const CALENDAR = { kind: 'calendar', unit: 'minute', zone: 'UTC', anchor: '2001-01-01T00:00' } as const;
const WINDOWS = [
  { kind: 'lifetime' },
  { kind: 'rolling', lengthMs: 60_000 },
  { kind: 'sliding', lengthMs: 60_000 },
  CALENDAR,
] as const;

/**
 * So many calls in a minute at a node and under it, always: the witness counts them in the ledger. Of one account alone, since
 * an account with rates takes longer to load.
 */
export const RATED = { account: 'one', node: 'team/a', calls: 4 } as const;
const RATES = [{ requests: { count: RATED.calls, per: 'minute' } }] as const;

const ratesOf = (account: string, rates: readonly object[]): { readonly rates?: readonly object[] } =>
  account === RATED.account ? { rates } : {};

/** Stated by one account from the beginning, by none of them for ever. */
const STATED_PRICES = [
  { meters: { input_tokens: { price: '1', currency: 'usd' }, output_tokens: { price: '0.2', currency: 'usd' } } },
  { meters: { input_tokens: { price: '0.333333333333', currency: 'usd' } } },
  { request: { price: '2', currency: 'usd' }, meters: { input_tokens: { price: '0.1', currency: 'usd' } } },
  {},
] as const;

/** Of what the whole account uses: near enough to one another that refunds go below them again. */
const MARKS = [{ used: '2' }, { used: '4' }, { used: '7' }, { used: '11' }] as const;

/** Whose calls of which model are known when the world begins: enough to learn from. */
export const LEARNED = { account: 'two', payer: 'user/x', model: 'mini', calls: 24 } as const;

/** How an account begins: with its policy, credits, and what has been learned of it. */
export function beginning(name: string, account: string): readonly Request[] {
  const grant = { id: `${name}-grant`, node: 'org', amount: '40', currency: 'usd' };
  const first = [opening(`${name}-open`, account), { method: grantMethod, body: grant }];
  if (account !== LEARNED.account) return first;
  const { payer, model, calls } = LEARNED;
  const items = Array.from({ length: calls }, (_, number) => ({
    id: `${name}-learned-${String(number)}`,
    payer,
    use: { model, meters: { output_tokens: number % 3 } },
  }));
  return [...first, { method: recordMethod, body: { items } }];
}

/** Opens an account: two teams, one of which takes all from the pool, a person, limits on the way, and tiers. */
const opening = (id: string, account: string): Request => ({
  method: configureMethod,
  body: {
    id,
    currencies: { usd: { display: 2 } },
    nodes: [
      {
        id: 'org',
        kind: 'organization',
        ownKey: { usd: { share: '0.05' } },
        expiryNoticeMs: NOTICES[0],
        limits: [{ name: 'all', amount: '400', currency: 'usd', window: WINDOWS[0], thresholds: MARKS }],
      },
      {
        id: 'team/a',
        overage: { usd: '3' },
        limits: [{ name: 'roll', amount: '25', currency: 'usd', window: WINDOWS[1] }],
        outcomes: [OUTCOMES[0]],
        ...ratesOf(account, RATES),
      },
      {
        id: 'team/b',
        pooling: 'parent',
        pools: [{ currency: 'usd', reserve: '6', borrowMax: '30' }],
        limits: [
          {
            name: 'large',
            amount: '2',
            currency: 'usd',
            window: WINDOWS[1],
            scope: { models: ['large', 'rare'] },
            then: 'cheaper-model',
          },
        ],
      },
      {
        id: 'user/x',
        parent: 'team/a',
        captureBeyond: 'cap',
        entitlements: { features: { deny: ['images'] } },
        estimate: { quantile: 0.5 },
      },
    ],
    modelKinds: MODEL_KINDS,
    ...(account === LEARNED.account && { unpriced: STATED_PRICES[0] }),
    tiers: [
      { name: 'free', limits: [{ name: 'tier', amount: '60', currency: 'usd', window: WINDOWS[2] }] },
      {
        name: 'silver',
        paid: { amount: '30', currency: 'usd' },
        ageMs: 20_000,
        limits: [{ name: 'tier', amount: '300', currency: 'usd', window: WINDOWS[2] }],
      },
    ],
  } as Request['body'],
});

/** Another form of a node, and at times of the role that some have. */
export const someChange = (random: SeededRandom, account: string, nowMs: number): object => ({
  nodes: [someNode(random, account, nowMs)],
  ...(random.chance(0.4) && { roles: { power: { limits: [someLimit(random)] } } }),
  ...(random.chance(0.2) && { unpriced: random.pick(STATED_PRICES) }),
  ...(random.chance(0.1) && { modelKinds: random.pick([MODEL_KINDS, { chat: ['mini', 'large'] }]) }),
});

const someOverage = (random: SeededRandom) => ({
  limit: String(random.integer(0, 40)),
  ...(random.chance(0.4) && { for: 'critical' }),
  ...(random.chance(0.5) && { rate: random.pick(['1.25', '1.333333333', '2']) }),
});

function someNode(random: SeededRandom, account: string, nowMs: number): object {
  const id = random.pick(['team/a', 'team/b', 'user/x']);
  const pooling = random.pick(['own', 'own-then-parent', 'parent']);
  return {
    id,
    pooling,
    ...(random.chance(0.6) && { limits: [someLimit(random)] }),
    ...(pooling !== 'parent' && random.chance(0.6) && { overage: { usd: someOverage(random) } }),
    ...(random.chance(0.3) && { roles: ['power'] }),
    ...(random.chance(0.3) && { precedence: random.pick(['nearest', 'most-permissive', 'most-restrictive']) }),
    ...(random.chance(0.3) && { overrides: [someOverride(random, nowMs)] }),
    ...(random.chance(0.1) && { observe: true }),
    ...(random.chance(0.3) && { pools: [somePool(random, pooling)] }),
    ...(random.chance(0.2) && { entitlements: someEntitlements(random) }),
    ...(random.chance(0.4) && { estimate: random.pick(ESTIMATES) }),
    ...(random.chance(0.3) && { ownKey: { usd: random.pick(OWN_KEYS) } }),
    ...(random.chance(0.4) && { outcomes: [random.pick(OUTCOMES)] }),
    ...(random.chance(0.4) && { expiryNoticeMs: random.pick(NOTICES) }),
    ...(id === RATED.node ? ratesOf(account, RATES) : random.chance(0.3) && ratesOf(account, [someRate(random)])),
  };
}

const someLimit = (random: SeededRandom) => {
  const window = random.pick(WINDOWS);
  return {
    name: 'roll',
    amount: random.chance(0.1) ? 'unlimited' : String(random.integer(0, 30)),
    currency: 'usd',
    window,
    ...(random.chance(0.3) && { scope: random.pick(SCOPES) }),
    ...(window === CALENDAR && random.chance(0.3) && { pace: { aheadMs: 10_000 } }),
    ...(random.chance(0.4) && random.pick(CONDUCTS)),
    ...(random.chance(0.4) && { thresholds: [{ share: '0.5' }, { used: '3' }] }),
    ...(random.chance(0.2) && {
      thresholds: [{ share: '0.5' }],
      pauses: {
        at: { share: '0.5' },
        ...(random.chance(0.3) && { below: true }),
        ...((window === CALENDAR || window.kind === 'rolling') && { resume: 'at-reset' }),
      },
    }),
  };
};

/** Rules that can act under a pooling. */
const somePool = (random: SeededRandom, pooling: string) => ({
  currency: 'usd',
  ...(pooling !== 'own' && random.chance(0.5) && { reserve: String(random.integer(0, 20)) }),
  ...(pooling !== 'own' && random.chance(0.5) && { borrowMax: String(random.integer(0, 20)) }),
  ...(pooling !== 'parent' && random.chance(0.5) && { lendMax: String(random.integer(0, 20)) }),
});

const CONDUCTS = [
  { mode: 'alert' },
  { then: 'spill' },
  { then: 'cheaper-model' },
  { then: 'cheaper-model' },
  { then: 'slow', slowMs: 200 },
  { blocks: 'all-currencies' },
  { mode: 'throttle', throttle: { fromShare: '0.5', delayMaxMs: 1_000 } },
] as const;

const SCOPES = [
  { features: ['chat'] },
  { layers: ['purchased', 'overage'] },
  { models: ['large', 'mini'] },
  { meters: ['output_tokens'] },
] as const;

const ESTIMATES = ['max', { fixed: { usd: '0.5' } }, { quantile: 0.9 }, { quantile: 0.5 }] as const;

/** Shorter than most holds, and longer than most patience. */
const OUTCOMES = [
  { taskTypes: ['ticket'], charge: ['done'], withinMs: 5_000, otherwise: 'return' },
  { taskTypes: ['ticket'], charge: ['done'], withinMs: 60_000, otherwise: 'charge' },
] as const;

/** How long before credits expire notice of it is given. */
const NOTICES = [[60_000, 90_000], [60_000], [120_000, 70_000], []] as const;

const OWN_KEYS = ['waived', 'charged', { share: '0.5' }, { fixed: '1' }] as const;

const someEntitlements = (random: SeededRandom) => ({
  ...(random.chance(0.4) && { models: random.pick([{ deny: ['large'] }, { allow: ['mini', 'nano'] }]) }),
  features: random.pick([{ allow: ['chat'] }, { deny: ['ch*'] }, { allow: ['*'], deny: ['images'] }]),
});

const someRate = (random: SeededRandom) => ({
  requests: { count: random.integer(0, 6), per: random.pick(['minute', 'hour']) },
  then: random.pick(['refuse', 'spill', 'cheaper-model']),
});

const someOverride = (random: SeededRandom, nowMs: number) => ({
  limit: 'roll',
  amount: String(random.integer(0, 40)),
  currency: 'usd',
  until: new Date(nowMs + random.pick([200, 3_000, 60_000])).toISOString(),
});
