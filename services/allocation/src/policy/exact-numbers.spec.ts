import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { keepExactNumbers } from './exact-numbers.js';
import { policyOf, refusalOf } from './spec/policy-of.js';
import { toConfigure } from './to-configure.js';

function read(written: string): unknown {
  const document = parseDocument(`value: ${written}`);
  keepExactNumbers(document);
  return (document.toJS() as { readonly value: unknown }).value;
}

const policy = (node: string): string => `account: acme\nnodes:\n  org:\n    ${node}\n`;

describe('numbers of a policy file', () => {
  it.each([
    ['1', 1],
    ['-1', -1],
    ['007', 7],
    ['1.50', 1.5],
    ['1.', 1],
    ['1.0', 1],
    ['0.0', 0],
    ['+2.5', 2.5],
    ['1e3', 1_000],
    ['0x10', 16],
    ['9007199254740991', 9_007_199_254_740_991],
    ['"1.25"', '1.25'],
  ])('%s is a value that JavaScript keeps', (written, value) => expect(read(written)).toBe(value));

  it.each(['9007199254740993', '1.0000000000000000001', '0.30000000000000000004', '0.0000001', '-0.0000001'])(
    '%s stays as it is written',
    (written) => expect(read(written)).toBe(written),
  );

  it.each(['1.10', '0x10', '1e3', '007'])('%s is a name as it is written', (written) => {
    expect(Object.keys(policyOf(`account: acme\nroles: { ${written}: {} }\n`).policy.roles ?? {})).toEqual([written]);
  });

  it('are taken to the last digit that is written', () => {
    const stated = (node: string) => toConfigure(policyOf(policy(node)).policy, 'p1').nodes?.[0];
    expect(stated('overage: { limit: 100 usd, rate: 1.0000001 }')).toMatchObject({
      overage: { usd: { rate: '1.0000001' } },
    });
    expect(stated('ownKey: { usd: { fee: 0.0000001 } }')).toMatchObject({ ownKey: { usd: { fixed: '0.0000001' } } });
  });

  it('are refused as they are written', () => {
    const text = policy('overage: { limit: 100 usd, rate: 1.00000000000000000001 }');
    expect(refusalOf(text).message).toMatch(/4:32: nodes\.org\.overage\.rate: /);
  });
});
