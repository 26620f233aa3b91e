import { describe, expect, it } from '@jest/globals';
import { policyOf, refusalOf } from './spec/policy-of.js';
import { toConfigure } from './to-configure.js';

const withOverage = (overage: string): string => `account: acme\nnodes:\n  org:\n    overage: ${overage}\n`;

const stated = (overage: string) => toConfigure(policyOf(withOverage(overage)).policy, 'p1').nodes?.[0]?.overage;

const refused = (overage: string): string => refusalOf(withOverage(overage)).message;

describe('overage in a policy file', () => {
  it.each([
    ['100 usd', { usd: '100' }],
    ['[100 usd, 5 action]', { usd: '100', action: '5' }],
    ['{ limit: 100 usd }', { usd: '100' }],
    ['{ limit: 100 usd, for: critical }', { usd: { limit: '100', for: 'critical' } }],
    ['{ limit: 100 usd, rate: 1.25 }', { usd: { limit: '100', rate: '1.25' } }],
    ['{ limit: 100 usd, rate: "1.25" }', { usd: { limit: '100', rate: '1.25' } }],
    [
      '[{ limit: 100 usd, for: critical, rate: 2 }, 5 action]',
      { usd: { limit: '100', for: 'critical', rate: '2' }, action: '5' },
    ],
  ])('%s is a limit with its terms, by currency', (text, body) => expect(stated(text)).toEqual(body));

  it.each([
    ['{ limit: 100 usd, rate: 0.8 }', /4:32: nodes\.org\.overage\.rate: is below 1: spending beyond/],
    ['{ limit: 100 usd, rate: 101 }', /4:32: nodes\.org\.overage\.rate: is above 100\.$/],
    ['{ limit: 100 usd, rate: dear }', /4:32: nodes\.org\.overage\.rate: takes what is owed for each credit of cost/],
    ['{ limit: 100 usd, for: fun }', /4:32: nodes\.org\.overage\.for: takes critical; leave it out for any work\.$/],
    ['{ rate: 2 }', /nodes\.org\.overage\.limit: takes an amount and a currency, such as 5000 usd\.$/],
    ['{ limit: 10 }', /4:16: nodes\.org\.overage\.limit: takes an amount and a currency, such as 5000 usd\.$/],
    ['[{ limit: 1 usd }, 2 usd]', /names a currency twice; state one overage for each\.$/],
    ['{ limit: 1 usd, most: 2 }', /4:30: nodes\.org\.overage has no field "most"; remove it or correct its name\.$/],
    ['[{ limit: 1 usd, rate: 0 }]', /nodes\.org\.overage\.0\.rate: is below 1/],
    ['[1 usd, dear]', /4:22: nodes\.org\.overage\.1: takes an amount and a currency, such as 5000 usd\.$/],
    ['', /4:5: nodes\.org\.overage: takes an amount and a currency, such as 5000 usd\.$/],
    ['5', /nodes\.org\.overage: takes an amount and a currency, such as 5000 usd\.$/],
  ])('%s is refused in words of the file', (text, message) => expect(refused(text)).toMatch(message));
});
