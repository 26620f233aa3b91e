import { describe, expect, it } from '@jest/globals';
import { policyOf, refusalOf } from './spec/policy-of.js';
import { toConfigure } from './to-configure.js';

describe('what a policy file says of charging', () => {
  it('takes how calls are estimated', () => {
    const { policy } = policyOf(`account: acme
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
    const sentence = (estimate: string) => refusalOf(`account: acme\nnodes:\n  a: { estimate: ${estimate} }\n`).message;
    expect(sentence('average')).toContain('takes max, { fixed: 0.01 usd } or { quantile: 0.95 }');
    expect(sentence('{ quantile: 1 }')).toContain('is above 0.999');
    expect(sentence('{ quantile: 0.99900000000000000000001 }')).toMatch(
      /:3:20: nodes\.a\.estimate\.quantile: takes a number from 0\.5 to 0\.999 of at most 15 digits, such as 0\.95\.$/,
    );
    expect(sentence('{ fixed: cheap }')).toMatch(
      /:3:20: nodes\.a\.estimate\.fixed: takes an amount and a currency, such as 5000 usd\.$/,
    );
    expect(sentence('{ fixed: [1 usd, cheap] }')).toMatch(/:3:35: nodes\.a\.estimate\.fixed\.1: takes an amount and/);
    expect(sentence('{ fixed: [1 usd, 2 usd] }')).toMatch(/:3:20: nodes\.a\.estimate\.fixed: names a currency twice/);
    expect(sentence('{ fixed: 1 usd, most: 2 }')).toMatch(/:3:34: nodes\.a\.estimate has no field "most"/);
    expect(sentence('{ learned: 1 }')).toMatch(/:3:8: nodes\.a\.estimate: takes max, \{ fixed: 0\.01 usd \}/);
  });

  it('takes what is charged of own keys', () => {
    const { policy } = policyOf(`account: acme
nodes:
  org: { ownKey: { usd: waived, credit: { fee: 5% }, action: charged, data-credit: { fee: 0.5 } } }
`);
    expect(toConfigure(policy, 'p1').nodes?.[0]?.ownKey).toEqual({
      usd: 'waived',
      credit: { share: '0.05' },
      action: 'charged',
      'data-credit': { fixed: '0.5' },
    });
    const sentence = (text: string) => refusalOf(`account: acme\nnodes:\n  org: { ownKey: ${text} }\n`).message;
    expect(sentence('{ usd: free }')).toContain('takes waived, charged, { fee: 5% } or { fee: 0.01 }');
    expect(sentence('{ usd: {} }')).toContain('takes waived');
  });

  it.each([
    ['-1', /is negative; amounts start at 0\.$/],
    ['0.0000000001', /has more than 9 digits after the point; round it to nano-units\.$/],
    ['1e-10', /has more than 9 digits after the point; round it to nano-units\.$/],
    ['99999999999', /is above 9223372036\.854775807, the largest amount\.$/],
    ['dear', /takes a share of the market cost, or an amount for each call, such as 5% or 0\.01\.$/],
    ['{ usd: 1 }', /takes a share of the market cost, or an amount for each call, such as 5% or 0\.01\.$/],
    ['5.00000001%', /takes a share with at most 7 digits after its point, such as 80%\.$/],
    ['101%', /is above 100%, the whole\.$/],
  ])('says what is wrong with a fee of %s for own keys, and where it stands', (fee, message) => {
    const refused = refusalOf(`account: acme\nnodes:\n  org: { ownKey: { usd: { fee: ${fee} } } }\n`).message;
    expect(refused).toMatch(/^policy\.yaml:3:27: nodes\.org\.ownKey\.usd\.fee: /);
    expect(refused).toMatch(message);
  });

  it('takes what becomes of refunds to lots that have expired', () => {
    const { policy } = policyOf(`account: acme
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
    const sentence = (text: string) => refusalOf(`account: acme\nnodes:\n  org: { refunds: ${text} }\n`).message;
    expect(sentence('{ expired: new-lot, grace: 59s }')).toContain('takes a grace from 1m to 366d');
    expect(sentence('{ expired: new-lot, grace: 367d }')).toContain('takes a grace from 1m to 366d');
    expect(sentence('{ expired: forgotten }')).toContain('takes breakage or new-lot');
    expect(sentence('{ expired: new-lot }')).toContain('takes a grace with new-lot, such as 30d');
    expect(sentence('{ expired: breakage, grace: 1d }')).toContain('and none with breakage');
  });

  it('takes how long before credits expire notice of it is given', () => {
    const { policy } = policyOf(`account: acme
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
    const sentence = (text: string) => refusalOf(`account: acme\nnodes:\n  org: { expiryNotice: ${text} }\n`).message;
    expect(sentence('[59s]')).toContain('takes a notice from 1m to 366d');
    expect(sentence('[367d]')).toContain('takes a notice from 1m to 366d');
    expect(sentence('[a week]')).toContain('takes a number and ms, s, m, h, d or w');
    expect(sentence('[1d, 24h]')).toContain('states the same notice twice');
    expect(sentence('[1d, 2d, 3d, 4d, 5d, 6d, 7d, 8d, 9d]')).toContain('has more than 8 notices');
  });

  it('takes tasks that are charged by their outcome', () => {
    const { policy } = policyOf(`account: acme
nodes:
  org: { outcomes: [ { taskTypes: [ticket], charge: [resolved, accepted], within: 72h }, { taskTypes: [review], charge: [done], within: 1d, otherwise: charge } ] }
`);
    expect(toConfigure(policy, 'p1').nodes?.[0]?.outcomes).toEqual([
      { taskTypes: ['ticket'], charge: ['resolved', 'accepted'], withinMs: 259_200_000, otherwise: 'return' },
      { taskTypes: ['review'], charge: ['done'], withinMs: 86_400_000, otherwise: 'charge' },
    ]);
    const sentence = (text: string) =>
      refusalOf(`account: acme\nnodes:\n  org: { outcomes: [ { taskTypes: [t], charge: [done], ${text} } ] }\n`)
        .message;
    expect(sentence('within: 40d')).toContain('takes from a second to 35 days, such as 72h');
    expect(sentence('within: soon')).toContain('takes a number and ms, s, m, h, d or w');
    expect(sentence('within: 1d, otherwise: forget')).toContain('takes return or charge');
  });

  it('takes prices for usage without a price', () => {
    const { policy } = policyOf(
      'account: acme\nunpriced: { meters: { input_tokens: 0.0000000015 usd, images: 2 credit }, request: 0.01 usd }\n',
    );
    expect(toConfigure(policy, 'p1').unpriced).toEqual({
      meters: { input_tokens: { price: '0.0000000015', currency: 'usd' }, images: { price: '2', currency: 'credit' } },
      request: { price: '0.01', currency: 'usd' },
    });
    expect(toConfigure(policyOf('account: acme\nunpriced: {}\n').policy, 'p1').unpriced).toEqual({});
    expect(toConfigure(policyOf('account: acme\n').policy, 'p1')).not.toHaveProperty('unpriced');
  });

  it('refuses prices of usage that are none', () => {
    const sentence = (text: string) => refusalOf(`account: acme\nunpriced: ${text}\n`).message;
    expect(sentence('{ request: cheap }')).toContain('takes a price and a currency, such as 0.00001 usd');
    expect(sentence('{ request: -1 usd }')).toContain('takes a price and a currency');
    expect(sentence('{ meters: { requests: 1 usd } }')).toContain('state it as "request"');
    expect(sentence('{ model: 1 usd }')).toContain('model');
  });
});
