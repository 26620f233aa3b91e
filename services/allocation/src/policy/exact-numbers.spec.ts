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
    ['-0', -0],
    ['.5', 0.5],
    ['9e-1', 0.9],
    ['12300e-2', 123],
    ['1.5E+3', 1_500],
    ['0e999', 0],
    ['.inf', Infinity],
    ['"1.25"', '1.25'],
  ])('%s is a value that JavaScript keeps', (written, value) => expect(read(written)).toBe(value));

  it.each([
    '9007199254740993',
    '1.0000000000000000001',
    '0.30000000000000000004',
    '1.99999999999999999e0',
    '123456789012345678e-9',
    '.99900000000000000000001',
    '-1.00000000000000000001',
    '0x20000000000001',
    '1e400',
    '1e-400',
    `1e${'9'.repeat(400)}`,
    `1.${'0'.repeat(600)}`,
  ])('%s stays as it is written', (written) => expect(read(written)).toBe(written));

  it.each([
    ['0.0000001', '0.0000001'],
    ['-0.0000001', '-0.0000001'],
    ['0.00000010', '0.0000001'],
    ['1e-7', '0.0000001'],
    ['-12.5e-8', '-0.000000125'],
    ['1e21', '1000000000000000000000'],
    ['1.25e22', '12500000000000000000000'],
  ])('%s is the decimal text %s, as JavaScript would write it with an exponent', (written, text) =>
    expect(read(written)).toBe(text),
  );

  it.each(['1.10', '0x10', '1e3', '007'])('%s is a name as it is written', (written) => {
    expect(Object.keys(policyOf(`account: acme\nroles: { ${written}: {} }\n`).policy.roles ?? {})).toEqual([written]);
  });

  it('are two names where they are written as two', () => {
    expect(Object.keys(policyOf('account: acme\nroles: { 1.10: {}, 1.1: {} }\n').policy.roles ?? {})).toEqual([
      '1.10',
      '1.1',
    ]);
  });

  it.each([
    ['roles: { 1: {}, "1": {} }', /^policy\.yaml:2:17: "1" is stated twice; names must be unique\.$/],
    ['roles: { 1.10: {}, "1.10": {} }', /^policy\.yaml:2:20: "1\.10" is stated twice/],
    ['roles: { true: {}, "true": {} }', /^policy\.yaml:2:20: "true" is stated twice/],
    ['roles: { ~: {}, "": {} }', /^policy\.yaml:2:17: "" is stated twice/],
    ['roles: { &one 1: {}, *one : {} }', /^policy\.yaml:2:22: "1" is stated twice/],
    ['nodes: { a: { tags: { 7: a, 7: b } } }', /^policy\.yaml:2:29: "7" is stated twice/],
  ])('are one name where they are one text: %s', (stated, message) => {
    expect(refusalOf(`account: acme\n${stated}\n`).message).toMatch(message);
  });

  it('are taken to the last digit that is written', () => {
    const stated = (node: string) => toConfigure(policyOf(policy(node)).policy, 'p1').nodes?.[0];
    expect(stated('overage: { limit: 100 usd, rate: 1.0000001 }')).toMatchObject({
      overage: { usd: { rate: '1.0000001' } },
    });
    expect(stated('ownKey: { usd: { fee: 0.0000001 } }')).toMatchObject({ ownKey: { usd: { fixed: '0.0000001' } } });
    expect(stated('ownKey: { usd: { fee: 1e-7 } }')).toMatchObject({ ownKey: { usd: { fixed: '0.0000001' } } });
  });

  it('are refused as they are written', () => {
    const text = policy('overage: { limit: 100 usd, rate: 1.00000000000000000001 }');
    expect(refusalOf(text).message).toMatch(/4:32: nodes\.org\.overage\.rate: /);
    expect(refusalOf(policy('overage: { limit: 100 usd, rate: 1.99999999999999999e0 }')).message).toMatch(
      /rate: takes/,
    );
    expect(refusalOf(policy('ownKey: { usd: { fee: 123456789012345678e-9 } }')).message).toMatch(/fee: takes a share/);
  });

  it.each(['2.00000000000000000000001', '2.5', '10', '-1', 'two', '1e30'])(
    'are no digits of a currency: %s',
    (digits) => {
      expect(refusalOf(`account: acme\ncurrencies: { usd: { display: ${digits} } }\n`).message).toBe(
        'policy.yaml:2:22: currencies.usd.display: takes a whole number from 0 to 9.',
      );
    },
  );
});
