import { describe, expect, it } from '@jest/globals';
import { readPolicy } from './read-policy.js';
import { pathInPolicy } from './policy-path.js';
import { toConfigure } from './to-configure.js';

const POLICY = `account: acme
currencies: { usd: { display: 2 } }
nodes:
  org:           { kind: organization, limits: [ { name: monthly, amount: 5000 usd, window: month Europe/Berlin } ] }
  team/research: { parent: org, pooling: own-then-parent, overage: 10 usd }
  project/chat:
    parent: team/research
  user/ada:
    parent: team/research
    pooling: parent
    limits:
      - { name: weekly, amount: 70.5 usd, window: rolling 7d, mode: hard, models: [gpt-4o], tags: { env: [prod] }, layers: [overage] }
      - { name: fiscal, amount: 900 usd, window: year UTC from 2026-04-01 }
`;

function read(text: string) {
  const policy = readPolicy(text, 'policy.yaml');
  if ('code' in policy) throw new Error(policy.message);
  return policy;
}

function refused(text: string) {
  const policy = readPolicy(text, 'policy.yaml');
  if (!('code' in policy)) throw new Error('it was read');
  return policy;
}

describe('reading a policy file', () => {
  it.each([
    ['nodes:\n  org: *nobody\n', 'policy.yaml:2:8: nothing before it is named &nobody, which *nobody stands for.'],
    [
      'nodes:\n  __proto__: { parent: nonsense }\n',
      'policy.yaml:2:3: nothing can be named __proto__; choose another name.',
    ],
    [
      'nodes: &a\n  org: {}\nroles: &b { power: *a }\ndefaults: *b\n',
      'policy.yaml:4:11: *b stands for too much; write it out.',
    ],
    [
      `nodes: { org: &a {} }\nroles: [${'*a, '.repeat(101)}]\n`,
      'policy.yaml:2:409: *a stands for too much; write it out.',
    ],
  ])('says where a name stands that cannot be: %j', (text, sentence) => {
    expect(refused(text)).toMatchObject({ code: 'Malformed', message: sentence });
  });

  it('takes an alias for what it stands for', () => {
    const text = POLICY.replace('{ parent: org, pooling', '&team { parent: org, pooling').concat('  team/two: *team\n');
    const { nodes = [] } = toConfigure(read(text).policy, 'p1');
    expect(nodes.at(-1)).toEqual({ ...nodes[1], id: 'team/two' });
  });

  it('turns nodes, limits and overage into one step', () => {
    expect(toConfigure(read(POLICY).policy, 'p1')).toEqual({
      id: 'p1',
      currencies: { usd: { display: 2 } },
      nodes: [
        {
          id: 'org',
          kind: 'organization',
          limits: [
            {
              name: 'monthly',
              amount: '5000',
              currency: 'usd',
              window: { kind: 'calendar', unit: 'month', zone: 'Europe/Berlin', anchor: '2001-01-01T00:00' },
            },
          ],
          overage: {},
        },
        { id: 'team/research', parent: 'org', pooling: 'own-then-parent', limits: [], overage: { usd: '10' } },
        { id: 'project/chat', parent: 'team/research', limits: [], overage: {} },
        {
          id: 'user/ada',
          parent: 'team/research',
          pooling: 'parent',
          limits: [
            {
              name: 'weekly',
              amount: '70.5',
              currency: 'usd',
              window: { kind: 'rolling', lengthMs: 604_800_000 },
              mode: 'hard',
              scope: { models: ['gpt-4o'], tags: { env: ['prod'] }, layers: ['overage'] },
            },
            {
              name: 'fiscal',
              amount: '900',
              currency: 'usd',
              window: { kind: 'calendar', unit: 'year', zone: 'UTC', anchor: '2026-04-01T00:00' },
            },
          ],
          overage: {},
        },
      ],
    });
  });

  it('takes thresholds of limits, and what pauses at one', () => {
    const { policy } = read(`account: acme
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

  it('takes how calls are estimated', () => {
    const { policy } = read(`account: acme
nodes:
  org: { estimate: max }
  a:   { estimate: { fixed: 0.01 usd } }
  b:   { estimate: { fixed: [0.01 usd, 2 credit] } }
  c:   { estimate: { quantile: 0.95 } }
`);
    expect(toConfigure(policy, 'p1').nodes?.map(({ estimate }) => estimate)).toEqual([
      'max',
      { fixed: { usd: '0.01' } },
      { fixed: { usd: '0.01', credit: '2' } },
      { quantile: 0.95 },
    ]);
  });

  it('refuses an estimate that is none', () => {
    const sentence = (estimate: string) => refused(`account: acme\nnodes:\n  a: { estimate: ${estimate} }\n`).message;
    expect(sentence('average')).toContain('takes max, { fixed: 0.01 usd } or { quantile: 0.95 }');
    expect(sentence('{ quantile: 1 }')).toContain('is above 0.999');
    expect(sentence('{ fixed: cheap }')).toContain('takes max, { fixed: 0.01 usd }');
  });

  it('takes what is charged of own keys', () => {
    const { policy } = read(`account: acme
nodes:
  org: { ownKey: { usd: waived, credit: { fee: 5% }, action: charged, data-credit: { fee: 0.5 } } }
`);
    expect(toConfigure(policy, 'p1').nodes?.[0]?.ownKey).toEqual({
      usd: 'waived',
      credit: { share: '0.05' },
      action: 'charged',
      'data-credit': { fixed: '0.5' },
    });
    const sentence = (text: string) => refused(`account: acme\nnodes:\n  org: { ownKey: ${text} }\n`).message;
    expect(sentence('{ usd: free }')).toContain('takes waived, charged, { fee: 5% } or { fee: 0.01 }');
    expect(sentence('{ usd: { fee: -1 } }')).toContain('takes waived');
  });

  it('takes what becomes of refunds to lots that have expired', () => {
    const { policy } = read(`account: acme
nodes:
  org: { refunds: { expired: new-lot, grace: 30d } }
  a:   { refunds: { expired: breakage } }
  b:   { refunds: { expired: new-lot, grace: 1m } }
`);
    expect(toConfigure(policy, 'p1').nodes?.map(({ refunds }) => refunds)).toEqual([
      { expired: 'new-lot', graceMs: 30 * 86_400_000 },
      { expired: 'breakage' },
      { expired: 'new-lot', graceMs: 60_000 },
    ]);
    const sentence = (text: string) => refused(`account: acme\nnodes:\n  org: { refunds: ${text} }\n`).message;
    expect(sentence('{ expired: new-lot, grace: 59s }')).toContain('takes a grace from 1m to 366d');
    expect(sentence('{ expired: new-lot, grace: 367d }')).toContain('takes a grace from 1m to 366d');
    expect(sentence('{ expired: forgotten }')).toContain('takes breakage or new-lot');
    expect(sentence('{ expired: new-lot }')).toContain('takes a grace with new-lot, such as 30d');
    expect(sentence('{ expired: breakage, grace: 1d }')).toContain('and none with breakage');
  });

  it('takes how long before credits expire notice of it is given', () => {
    const { policy } = read(`account: acme
nodes:
  org: { expiryNotice: [1d, 2w, 90m] }
  a:   { expiryNotice: [] }
  b:   {}
`);
    expect(toConfigure(policy, 'p1').nodes?.map(({ expiryNoticeMs }) => expiryNoticeMs)).toEqual([
      [86_400_000, 14 * 86_400_000, 90 * 60_000],
      [],
      undefined,
    ]);
    const sentence = (text: string) => refused(`account: acme\nnodes:\n  org: { expiryNotice: ${text} }\n`).message;
    expect(sentence('[59s]')).toContain('takes a notice from 1m to 366d');
    expect(sentence('[367d]')).toContain('takes a notice from 1m to 366d');
    expect(sentence('[a week]')).toContain('takes a number and ms, s, m, h, d or w');
    expect(sentence('[1d, 24h]')).toContain('states the same notice twice');
    expect(sentence('[1d, 2d, 3d, 4d, 5d, 6d, 7d, 8d, 9d]')).toContain('has more than 8 notices');
  });

  it('takes tasks that are charged by their outcome', () => {
    const { policy } = read(`account: acme
nodes:
  org: { outcomes: [ { taskTypes: [ticket], charge: [resolved, accepted], within: 72h }, { taskTypes: [review], charge: [done], within: 1d, otherwise: charge } ] }
`);
    expect(toConfigure(policy, 'p1').nodes?.[0]?.outcomes).toEqual([
      { taskTypes: ['ticket'], charge: ['resolved', 'accepted'], withinMs: 259_200_000, otherwise: 'return' },
      { taskTypes: ['review'], charge: ['done'], withinMs: 86_400_000, otherwise: 'charge' },
    ]);
    const sentence = (text: string) =>
      refused(`account: acme\nnodes:\n  org: { outcomes: [ { taskTypes: [t], charge: [done], ${text} } ] }\n`).message;
    expect(sentence('within: 40d')).toContain('takes from a second to 35 days, such as 72h');
    expect(sentence('within: soon')).toContain('takes a number and ms, s, m, h, d or w');
    expect(sentence('within: 1d, otherwise: forget')).toContain('takes return or charge');
  });

  it('takes prices for usage without a price', () => {
    const { policy } = read(
      'account: acme\nunpriced: { meters: { input_tokens: 0.0000000015 usd, images: 2 credit }, request: 0.01 usd }\n',
    );
    expect(toConfigure(policy, 'p1').unpriced).toEqual({
      meters: { input_tokens: { price: '0.0000000015', currency: 'usd' }, images: { price: '2', currency: 'credit' } },
      request: { price: '0.01', currency: 'usd' },
    });
    expect(toConfigure(read('account: acme\nunpriced: {}\n').policy, 'p1').unpriced).toEqual({});
    expect(toConfigure(read('account: acme\n').policy, 'p1')).not.toHaveProperty('unpriced');
  });

  it('refuses prices of usage that are none', () => {
    const sentence = (text: string) => refused(`account: acme\nunpriced: ${text}\n`).message;
    expect(sentence('{ request: cheap }')).toContain('takes a price and a currency, such as 0.00001 usd');
    expect(sentence('{ request: -1 usd }')).toContain('takes a price and a currency');
    expect(sentence('{ meters: { requests: 1 usd } }')).toContain('state it as "request"');
    expect(sentence('{ model: 1 usd }')).toContain('model');
  });

  it('takes a limit that is unlimited', () => {
    const { policy } = read(
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: unlimited usd, window: day }\n',
    );
    expect(toConfigure(policy, 'p1').nodes?.[0]?.limits).toMatchObject([{ amount: 'unlimited', currency: 'usd' }]);
  });

  it('turns roles, groups, defaults and overrides into the same step', () => {
    const { policy } = read(`account: acme
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
    const { policy } = read(`account: acme
tiers:
  - { name: free, limits: [ { name: monthly, amount: 10 usd, window: month } ] }
  - { name: silver, paid: 50 usd, age: 7d, limits: [ { name: monthly, amount: 100 usd, window: month } ] }
`);
    expect(toConfigure(policy, 'p1').tiers).toMatchObject([
      { name: 'free', limits: [{ name: 'monthly', amount: '10' }] },
      { name: 'silver', paid: { amount: '50', currency: 'usd' }, ageMs: 604_800_000, limits: [{ amount: '100' }] },
    ]);
  });

  it('leaves out the sections that a file does not have, so that they stay as they are', () => {
    const { policy } = read('account: acme\ngroups: {}\n');
    expect(toConfigure(policy, 'p1')).toEqual({ id: 'p1', nodes: [], groups: {} });
  });

  it('reads rates, of one model, of several, or of all', () => {
    const text = `account: acme
nodes:
  project/chat:
    rates:
      - { model: gpt-4o-mini, requests: 500/minute, tokens: 200000/minute }
      - { models: [gpt-4o*, o3], requests: 9/day, then: spill }
`;
    expect(toConfigure(read(text).policy, 'p1').nodes?.[0]?.rates).toEqual([
      {
        models: ['gpt-4o-mini'],
        requests: { count: 500, per: 'minute' },
        tokens: { count: 200_000, per: 'minute' },
      },
      { models: ['gpt-4o*', 'o3'], requests: { count: 9, per: 'day' }, then: 'spill' },
    ]);
    const stop = 'account: acme\nnodes:\n  org:\n    rates: [ { requests: 5/minute, then: stop } ]\n';
    expect(refused(stop).message).toMatch(/^policy\.yaml:4:36: .*takes refuse, spill, slow or cheaper-model/);
    const fast = 'account: acme\nnodes:\n  org:\n    rates: [ { requests: 5/second } ]\n';
    expect(refused(fast).message).toMatch(/^policy\.yaml:4:16: .*such as 500\/minute/);
  });

  it('reads what is kept for a node, and how much goes up and down there, in one currency or several', () => {
    const text = `account: acme
nodes:
  org: { lendMax: 900 usd }
  team/research: { parent: org, reserve: 200 usd, borrowMax: [500 usd, 9 credit] }
`;
    const { policy } = read(text);
    expect(toConfigure(policy, 'p1').nodes?.map(({ pools }) => pools)).toEqual([
      [{ currency: 'usd', lendMax: '900' }],
      [
        { currency: 'usd', reserve: '200', borrowMax: '500' },
        { currency: 'credit', borrowMax: '9' },
      ],
    ]);
    expect(pathInPolicy(policy, 'nodes.1.pools.1')).toEqual(['nodes', 'team/research', 'reserve']);
    const twice = 'account: acme\nnodes:\n  a: { reserve: [1 usd, 2 usd] }\n';
    expect(refused(twice).message).toMatch(/^policy\.yaml:3:8: nodes\.a\.reserve: names a currency twice/);
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
    expect(toConfigure(read(text).policy, 'p1').nodes).toEqual([
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
    const { policy } = read(`account: acme
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

  it.each([
    [
      'a kind of no models',
      'account: acme\nmodelKinds:\n  chat: []\n',
      /^policy\.yaml:3:3: modelKinds\.chat: names no model/,
    ],
    [
      'a role that has used something already',
      'account: acme\nroles:\n  power: { limits: [ { name: d, amount: 5 usd, window: day, usedAtStart: 1 usd } ] }\n',
      /^policy\.yaml:3:\d+: roles\.power\.limits\.0 has no field "usedAtStart"/,
    ],
    [
      'an override without a zone',
      'account: acme\nnodes:\n  org:\n    overrides:\n      - { limit: d, amount: 5 usd, until: 2026-12-01 }\n',
      /^policy\.yaml:5:\d+: nodes\.org\.overrides\.0\.until: /,
    ],
    [
      'an age without a unit',
      'account: acme\ntiers: [ { name: gold, age: 7 days } ]\n',
      /^policy\.yaml:2:\d+: tiers\.0\.age: takes a number and m, h, d or w, such as 7d\.$/,
    ],
    ['a tab where YAML wants blanks', 'account: acme\nnodes:\n\torg: {}\n', /^policy\.yaml:3:1: /],
    ['a key stated twice', 'account: acme\nnodes:\n  org: {}\n  org: {}\n', /^policy\.yaml:4:3: .*unique/],
    ['no account', 'nodes: {}\n', /^policy\.yaml:1:\d+: account: is missing/],
    [
      'an unknown field',
      'account: acme\nnodes:\n  org:\n    colour: red\n',
      /^policy\.yaml:4:5: nodes\.org has no field "colour"/,
    ],
    [
      'an amount without currency',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: 5, window: day }\n',
      /^policy\.yaml:5:24: nodes\.org\.limits\.0\.amount: /,
    ],
    [
      'a negative amount',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: -5 usd, window: day }\n',
      /^policy\.yaml:5:24: .*is negative/,
    ],
    [
      'overage without end',
      'account: acme\nnodes:\n  org:\n    overage: unlimited usd\n',
      /^policy\.yaml:4:5: nodes\.org\.overage: /,
    ],
    [
      'an unknown window',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: 5 usd, window: fortnight }\n',
      /^policy\.yaml:5:39: nodes\.org\.limits\.0\.window: takes a calendar unit/,
    ],
    [
      'a start in another currency than its limit',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: total, amount: 5 usd, window: lifetime, usedAtStart: 2 eur }\n',
      /^policy\.yaml:5:57: nodes\.org\.limits\.0\.usedAtStart: is in another currency than the limit\.$/,
    ],
    [
      'overage in one currency twice',
      'account: acme\nnodes:\n  org:\n    overage: [1 usd, 2 usd]\n',
      /^policy\.yaml:4:5: nodes\.org\.overage: names a currency twice; state one overage for each\.$/,
    ],
    [
      'a threshold in another currency than its limit',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: 5 usd, window: day, thresholds: [50%, 2 eur] }\n',
      /^policy\.yaml:5:70: nodes\.org\.limits\.0\.thresholds\.1: is in another currency than the limit\.$/,
    ],
    [
      'a threshold of nothing',
      'account: acme\nroles:\n  power:\n    limits:\n      - { name: daily, amount: 5 usd, window: day, thresholds: [0%] }\n',
      /^policy\.yaml:5:65: roles\.power\.limits\.0\.thresholds\.0: is 0; it takes more than nothing\.$/,
    ],
    [
      'a throttle that begins beyond the limit',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: d, amount: 5 usd, window: day, mode: throttle, throttle: { from: 150%, delay: 5s } }\n',
      /^policy\.yaml:5:76: nodes\.org\.limits\.0\.throttle\.from: is above 100%, the whole\.$/,
    ],
    [
      'a pause that is neither',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: 5 usd, window: day, pauses: maybe }\n',
      /^policy\.yaml:5:52: nodes\.org\.limits\.0\.pauses: takes true, false, or \{ at: 100%, below: false, resume: by-person \}\.$/,
    ],
    [
      'alerts, and names thresholds',
      'account: acme\nalerts: []\n',
      /^policy\.yaml:2:1: alerts: alerts are not delivered by this release; state thresholds: \[50%, 100%\] on the limit/,
    ],
    [
      'a section that is not enforced',
      'account: acme\nplans: {}\n',
      /^policy\.yaml:2:1: plans: plans are not supported by this release; remove this\./,
    ],
    [
      'a star that is not at the end',
      'account: acme\nnodes:\n  org:\n    models: { deny: ["gpt-*-mini"] }\n',
      /^policy\.yaml:4:22: nodes\.org\.models\.deny\.0: is no model name/,
    ],
    [
      'entitlements that say nothing',
      'account: acme\nnodes:\n  org:\n    features: {}\n',
      /^policy\.yaml:4:5: nodes\.org\.features: says nothing; it takes allow, deny or both/,
    ],
    ['something that is no map', '- account: acme\n', /^policy\.yaml:1:1: the policy: /],
  ])('refuses %s, with line and column', (_what, text, message) => {
    expect(refused(text).message).toMatch(message);
  });
});
