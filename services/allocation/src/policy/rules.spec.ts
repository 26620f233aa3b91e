import { describe, expect, it } from '@jest/globals';
import { policyOf, refusalOf } from './spec/policy-of.js';
import { toConfigure } from './to-configure.js';
import { pathInPolicy } from './policy-path.js';

describe('the rules of a policy file', () => {
  it('takes thresholds of limits, and what pauses at one', () => {
    const { policy } = policyOf(`account: acme
nodes:
  org:
    limits:
      - { name: daily, amount: 8 usd, window: day, mode: alert, thresholds: [50%, 112.5%, 5 usd, { left: 1 usd }], pauses: true }
      - { name: total, amount: 90 usd, window: month, pauses: { at: { left: 2 usd }, below: true, resume: at-reset } }
      - { name: other, amount: 90 usd, window: lifetime, pauses: { below: false } }
      - { name: never, amount: 90 usd, window: lifetime, pauses: false }
`);
    const limits = toConfigure(policy, 'p1').nodes?.[0]?.limits;
    expect(limits?.[3]).not.toHaveProperty('pauses');
    expect(limits).toMatchObject([
      {
        thresholds: [{ share: '0.50' }, { share: '1.125' }, { used: '5' }, { left: '1' }],
        pauses: { at: { share: '1' } },
      },
      { pauses: { at: { left: '2' }, below: true, resume: 'at-reset' } },
      { pauses: { at: { share: '1' }, below: false } },
      { name: 'never' },
    ]);
  });

  it('takes a limit that is unlimited', () => {
    const { policy } = policyOf(
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: unlimited usd, window: day }\n',
    );
    expect(toConfigure(policy, 'p1').nodes?.[0]?.limits).toMatchObject([{ amount: 'unlimited', currency: 'usd' }]);
  });

  it('turns roles, groups, defaults and overrides into the same step', () => {
    const { policy } = policyOf(`account: acme
roles:
  power:      { limits: [ { name: weekly, amount: unlimited usd, window: week } ] }
  guest:
groups:
  interns:    { limits: [ { name: daily, amount: 2 usd, window: day } ] }
defaults:
  user:       { limits: [ { name: weekly, amount: 10 usd, window: week } ] }
nodes:
  user/ada:
    roles: [power, guest]
    groups: [interns]
    precedence: most-permissive
    overrides: [ { limit: daily, amount: 20 usd, until: 2026-12-01T00:00:00Z } ]
`);
    expect(toConfigure(policy, 'p1')).toMatchObject({
      roles: { power: { limits: [{ name: 'weekly', amount: 'unlimited', currency: 'usd' }] }, guest: { limits: [] } },
      groups: { interns: { limits: [{ name: 'daily', amount: '2' }] } },
      defaults: { user: { limits: [{ name: 'weekly', amount: '10' }] } },
      nodes: [
        {
          id: 'user/ada',
          roles: ['power', 'guest'],
          groups: ['interns'],
          precedence: 'most-permissive',
          overrides: [{ limit: 'daily', amount: '20', currency: 'usd', until: '2026-12-01T00:00:00Z' }],
        },
      ],
    });
  });

  it('turns a ladder of tiers into the same step', () => {
    const { policy } = policyOf(`account: acme
tiers:
  - { name: free, limits: [ { name: monthly, amount: 10 usd, window: month } ] }
  - { name: silver, paid: 50 usd, age: 7d, limits: [ { name: monthly, amount: 100 usd, window: month } ] }
`);
    expect(toConfigure(policy, 'p1').tiers).toMatchObject([
      { name: 'free', limits: [{ name: 'monthly', amount: '10' }] },
      { name: 'silver', paid: { amount: '50', currency: 'usd' }, ageMs: 604_800_000, limits: [{ amount: '100' }] },
    ]);
  });

  it('reads rates, of one model, of several, or of all', () => {
    const text = `account: acme
nodes:
  project/chat:
    rates:
      - { model: gpt-4o-mini, requests: 500/minute, tokens: 200000/minute }
      - { models: [gpt-4o*, o3], requests: 9/day, then: spill }
`;
    expect(toConfigure(policyOf(text).policy, 'p1').nodes?.[0]?.rates).toEqual([
      {
        models: ['gpt-4o-mini'],
        requests: { count: 500, per: 'minute' },
        tokens: { count: 200_000, per: 'minute' },
      },
      { models: ['gpt-4o*', 'o3'], requests: { count: 9, per: 'day' }, then: 'spill' },
    ]);
    const stop = 'account: acme\nnodes:\n  org:\n    rates: [ { requests: 5/minute, then: stop } ]\n';
    expect(refusalOf(stop).message).toMatch(/^policy\.yaml:4:36: .*takes refuse, spill, slow or cheaper-model/);
    const fast = 'account: acme\nnodes:\n  org:\n    rates: [ { requests: 5/second } ]\n';
    expect(refusalOf(fast).message).toMatch(/^policy\.yaml:4:16: .*such as 500\/minute/);
  });

  it('reads what is kept for a node, and how much goes up and down there, in one currency or several', () => {
    const text = `account: acme
nodes:
  org: { lendMax: 900 usd }
  team/research: { parent: org, reserve: 200 usd, borrowMax: [500 usd, 9 credit] }
`;
    const { policy } = policyOf(text);
    expect(toConfigure(policy, 'p1').nodes?.map(({ pools }) => pools)).toEqual([
      [{ currency: 'usd', lendMax: '900' }],
      [
        { currency: 'usd', reserve: '200', borrowMax: '500' },
        { currency: 'credit', borrowMax: '9' },
      ],
    ]);
    expect(pathInPolicy(policy, 'nodes.1.pools.1')).toEqual(['nodes', 'team/research', 'reserve']);
    const twice = 'account: acme\nnodes:\n  a: { reserve: [1 usd, 2 usd] }\n';
    expect(refusalOf(twice).message).toMatch(/^policy\.yaml:3:8: nodes\.a\.reserve: names a currency twice/);
    const dear = 'account: acme\nnodes:\n  a: { lendMax: [1 usd, 0.0000000001 credit] }\n';
    expect(refusalOf(dear).message).toMatch(/^policy\.yaml:3:25: nodes\.a\.lendMax\.1: has more than 9 digits/);
  });

  it('reads which models and features may be used, and observe mode', () => {
    const text = `account: acme
nodes:
  team/research:
    models: { allow: [gpt-4o*, claude-3.5], deny: [gpt-4o] }
    features: { deny: ["export csv"] }
    observe: true
  user/ada: { observe: false }
`;
    expect(toConfigure(policyOf(text).policy, 'p1').nodes).toEqual([
      {
        id: 'team/research',
        limits: [],
        overage: {},
        entitlements: {
          models: { allow: ['gpt-4o*', 'claude-3.5'], deny: ['gpt-4o'] },
          features: { deny: ['export csv'] },
        },
        observe: true,
      },
      { id: 'user/ada', limits: [], overage: {} },
    ]);
  });

  it('takes kinds of models, and limits and rates that ask for a cheaper one', () => {
    const { policy } = policyOf(`account: acme
modelKinds: { chat: [gpt-4o-nano, gpt-4o-mini, gpt-4o] }
nodes:
  org:
    limits: [ { name: daily, amount: 5 usd, window: day, then: cheaper-model } ]
    rates:
      - { model: gpt-4o, requests: 5/minute, then: cheaper-model }
      - { requests: 9/minute, then: slow, slow: 30s }
`);
    expect(toConfigure(policy, 'p1')).toMatchObject({
      modelKinds: { chat: ['gpt-4o-nano', 'gpt-4o-mini', 'gpt-4o'] },
      nodes: [
        {
          limits: [{ name: 'daily', then: 'cheaper-model' }],
          rates: [
            { models: ['gpt-4o'], requests: { count: 5, per: 'minute' }, then: 'cheaper-model' },
            { requests: { count: 9, per: 'minute' }, then: 'slow', slowMs: 30_000 },
          ],
        },
      ],
    });
  });
});
