import { describe, expect, it } from '@jest/globals';
import { policyOf, refusalOf } from './spec/policy-of.js';
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
    expect(refusalOf(text)).toMatchObject({ code: 'Malformed', message: sentence });
  });

  it('takes an alias for what it stands for', () => {
    const text = POLICY.replace('{ parent: org, pooling', '&team { parent: org, pooling').concat('  team/two: *team\n');
    const { nodes = [] } = toConfigure(policyOf(text).policy, 'p1');
    expect(nodes.at(-1)).toEqual({ ...nodes[1], id: 'team/two' });
  });

  it('turns nodes, limits and overage into one step', () => {
    expect(toConfigure(policyOf(POLICY).policy, 'p1')).toEqual({
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

  it('leaves out the sections that a file does not have, so that they stay as they are', () => {
    const { policy } = policyOf('account: acme\ngroups: {}\n');
    expect(toConfigure(policy, 'p1')).toEqual({ id: 'p1', nodes: [], groups: {} });
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
    [
      'a key stated twice',
      'account: acme\nnodes:\n  org: {}\n  org: {}\n',
      /^policy\.yaml:4:3: "org" is stated twice; names must be unique\.$/,
    ],
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
      'a pause at nothing',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: 5 usd, window: day, pauses: { at: 0% } }\n',
      /^policy\.yaml:5:62: nodes\.org\.limits\.0\.pauses\.at: is 0; it takes more than nothing\.$/,
    ],
    [
      'a threshold of what is left without currency',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: 5 usd, window: day, thresholds: [{ left: 1 }] }\n',
      /^policy\.yaml:5:67: nodes\.org\.limits\.0\.thresholds\.0\.left: takes an amount and a currency, such as 5000 usd\.$/,
    ],
    [
      'a threshold that is a number',
      'account: acme\nnodes:\n  org:\n    limits:\n      - { name: daily, amount: 5 usd, window: day, thresholds: [50] }\n',
      /^policy\.yaml:5:65: nodes\.org\.limits\.0\.thresholds\.0: takes a share, an amount used or an amount left/,
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
    expect(refusalOf(text).message).toMatch(message);
  });
});
