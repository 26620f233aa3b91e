import { describe, expect, it } from '@jest/globals';
import { authorizeSchema } from './authorize.js';
import { configureSchema } from './configure.js';
import { thresholdSchema } from './thresholds.js';
import { malformed } from './problem.js';
import {
  accountText,
  amountsMap,
  estimatedUse,
  holdForText,
  instantText,
  nodeText,
  parseDuration,
  parseInstant,
  quantity,
  tagsMap,
} from './primitives.js';

/** What is said to an authorization with these fields; `ok` when it is taken. */
function said(fields: object): string {
  const parsed = authorizeSchema.safeParse({ id: 'a1', amounts: { usd: '1' }, ...fields });
  return parsed.success ? 'ok' : malformed(parsed.error).message;
}

const takes = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

describe('an amount in a message', () => {
  it.each([
    ['12.5', 'ok'],
    ['0', 'ok'],
    ['9223372036.854775807', 'ok'],
    [12.5, 'amounts.usd: takes a string.'],
    [null, 'amounts.usd: takes a string.'],
    ['-1', 'amounts.usd: is negative; amounts start at 0.'],
    ['0.0000000001', 'amounts.usd: has more than 9 digits after the point; round it to nano-units.'],
    ['9223372036.854775808', 'amounts.usd: is above 9223372036.854775807, the largest amount.'],
    ['1e3', 'amounts.usd: takes a decimal in a string, such as "12.5".'],
    ['NaN', 'amounts.usd: takes a decimal in a string, such as "12.5".'],
    ['', 'amounts.usd: takes a decimal in a string, such as "12.5".'],
  ])('of %j gets: %s', (usd, sentence) => expect(said({ amounts: { usd } })).toBe(sentence));

  it.each([
    ['1', '1'],
    ['1.0', '1'],
    ['007.250', '7.25'],
    ['10', '10'],
    ['100.00', '100'],
    ['0.000', '0'],
    ['-0', '0'],
    ['1234567890.10', '1234567890.1'],
    ['0.1234567890', '0.123456789'],
  ])('of %j is taken as %j, whoever wrote it how', (usd, shortest) => {
    expect(amountsMap.parse({ usd })).toEqual({ usd: shortest });
  });

  it('stays as it is written where it is a share, by which a threshold is known', () => {
    expect(thresholdSchema.parse({ share: '0.50' })).toEqual({ share: '0.50' });
    expect(thresholdSchema.parse({ used: '5.0' })).toEqual({ used: '5' });
    expect(said({ amounts: { usd: '01' } })).toBe('ok');
    expect(thresholdSchema.safeParse({ share: '0.0' }).success).toBe(false);
  });

  it('stands under a currency, of which there are one to eight', () => {
    expect(said({ amounts: {} })).toBe('amounts: is empty; it takes at least one currency, such as {"usd":"0.01"}.');
    expect(takes(amountsMap, { USD: '1' })).toBe(false);
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${String(at)}`, '1']));
    expect([takes(amountsMap, many(8)), takes(amountsMap, many(9))]).toEqual([true, false]);
  });
});

describe('what a request may say', () => {
  it('is use or amounts, and one of them', () => {
    const use = { model: 'm', meters: { input_tokens: 1 } };
    expect(said({ amounts: undefined, use })).toBe('ok');
    expect(said({ use })).toBe('The request: takes exactly one of "use" and "amounts".');
    expect(said({ amounts: undefined })).toBe('The request: takes exactly one of "use" and "amounts".');
  });

  it('is nothing beyond its fields: what is misspelled is named', () => {
    expect(said({ payor: 'org' })).toBe('The request: unknown field "payor"; remove it or correct its name.');
    const limits = [{ name: 'daily', amount: '5', currency: 'usd', window: { kind: 'lifetime' }, amonut: '6' }];
    const parsed = configureSchema.safeParse({ id: 'c1', nodes: [{ id: 'org', limits }] });
    expect(parsed.success ? '' : malformed(parsed.error).message).toBe(
      'nodes.0.limits.0: unknown field "amonut"; remove it or correct its name.',
    );
  });

  it('says what is missing', () => expect(said({ id: undefined })).toBe('id: is missing; it takes a string.'));

  it('is not repeated by the sentence that refuses it', () => {
    const secret = 'Bearer s3cr3t \u0000';
    for (const fields of [{ id: secret }, { payer: secret }, { amounts: { usd: secret } }, { holdFor: secret }])
      expect(said(fields)).not.toContain('s3cr3t');
  });

  it('carries at most 32 tags, whatever they are called', () => {
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${String(at)}`, 'x']));
    expect([takes(tagsMap, tags(32)), takes(tagsMap, tags(33))]).toEqual([true, false]);
    expect([takes(tagsMap, { env: 'x'.repeat(256) }), takes(tagsMap, { env: 'x'.repeat(257) })]).toEqual([true, false]);
  });
});

describe('a key that every object has', () => {
  it('does no harm, and is nowhere afterwards', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":"1"},"env":"prod"}');
    const parsed = tagsMap.safeParse(hostile);
    expect(Object.keys(parsed.data ?? {})).toEqual(['env']);
    expect(parsed.data).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
    expect(takes(tagsMap, { constructor: {} })).toBe(false);
    expect(said(JSON.parse('{"constructor":"x"}') as object)).toContain('unknown field "constructor"');
  });
});

describe('a name in a message', () => {
  it('of a node has parts divided by slashes', () => {
    for (const name of ['org', 'project/chat', 'user/ada@example.com', 'a/b/c/d/e/f/g/h'])
      expect(takes(nodeText, name)).toBe(true);
    for (const name of ['', '/a', 'a/', 'a//b', 'a b', 'é', 'a/b/c/d/e/f/g/h/i', 'x'.repeat(129), '__proto__'])
      expect(takes(nodeText, name)).toBe(false);
  });

  it('of an account fits into a subject: no dot, star or blank', () => {
    expect(takes(accountText, 'acme-2')).toBe(true);
    for (const name of ['', 'a.b', '*', '>', 'A', '-a', 'a b', 'a'.repeat(64)])
      expect(takes(accountText, name)).toBe(false);
  });
});

describe('an instant in a message', () => {
  it('has a zone or an offset', () => {
    expect(parseInstant('2026-11-21T10:00:00Z')).toBe(Date.UTC(2026, 10, 21, 10));
    expect(parseInstant('2026-11-21T11:00+01:00')).toBe(Date.UTC(2026, 10, 21, 10));
    expect(parseInstant('2026-11-21 10:00:00.123456789z')).toBe(Date.UTC(2026, 10, 21, 10, 0, 0, 123));
    for (const text of ['2026-11-21T10:00:00', '2026-11-21', '21.11.2026', '2026-13-01T00:00Z', '1795255200000', ''])
      expect(takes(instantText, text)).toBe(false);
  });

  it('is on a day that there is', () => {
    for (const day of ['2026-02-29', '2026-02-30', '2026-04-31', '2100-02-29', '2026-01-32', '2026-01-00'])
      expect(takes(instantText, `${day}T10:00:00Z`)).toBe(false);
    expect(parseInstant('2028-02-29T00:00:00Z')).toBe(Date.UTC(2028, 1, 29));
    expect(parseInstant('2026-12-31T00:00:00Z')).toBe(Date.UTC(2026, 11, 31));
  });
});

describe('a duration in a message', () => {
  it('is of days, hours, minutes and seconds', () => {
    expect(['PT2M', 'PT1M30S', 'P1DT1H', 'PT0.25S'].map(parseDuration)).toEqual([120_000, 90_000, 90_000_000, 250]);
    for (const text of ['P', 'PT', 'P1DT', '2M', 'P1M', 'PT-1S', '']) expect(parseDuration(text)).toBeNaN();
  });

  it('of a hold goes from a second to a day', () =>
    expect(['PT0.999S', 'PT1S', 'P1D', 'P1DT1S'].map((text) => takes(holdForText, text))).toEqual([
      false,
      true,
      true,
      false,
    ]));
});

describe('a quantity in a message', () => {
  it('is taken without zeros that say nothing', () => {
    for (const [text, shortest] of [
      ['12', '12'],
      ['12.0', '12'],
      ['0012.50', '12.5'],
      ['100', '100'],
      ['100.00', '100'],
      ['0.0', '0'],
      ['00', '0'],
    ])
      expect(quantity.parse(text)).toBe(shortest);
  });

  it('is a number from 0, or a decimal where a fraction must be exact', () => {
    for (const value of [0, 1.5, Number.MAX_SAFE_INTEGER, '12.5', '0.000000001'])
      expect(takes(quantity, value)).toBe(true);
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '-1', '1e3', '', null, true, [1]])
      expect(takes(quantity, value)).toBe(false);
  });

  it('may be the most that it can become, before the call', () => {
    const use = (value: unknown) => ({ model: 'm', meters: { output_tokens: value } });
    expect([{ max: 500 }, { max: -1 }, { min: 1 }, {}].map((value) => takes(estimatedUse, use(value)))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
