import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalUsage, type UsageContent } from './canonical-usage.js';

const content: UsageContent = {
  time: 1_700_000_000_000,
  payer: 'project/chat',
  nodes: ['user/ada', 'key/k-7'],
  model: 'gpt',
  meters: { input_tokens: 374, output_tokens: 44 },
  tags: { team: 'a', env: 'prod' },
};

const same = (other: UsageContent, one: UsageContent = content): void => {
  expect(canonicalUsage(other)).toBe(canonicalUsage(one));
};
const differs = (other: UsageContent, one: UsageContent = content): void => {
  expect(canonicalUsage(other)).not.toBe(canonicalUsage(one));
};

describe('the canonical text of usage', () => {
  it('is the same for the same content in another order', () => {
    same({
      tags: { env: 'prod', team: 'a' },
      meters: { output_tokens: 44, input_tokens: 374 },
      model: 'gpt',
      nodes: ['key/k-7', 'user/ada', 'key/k-7'],
      payer: 'project/chat',
      time: 1_700_000_000_000,
    });
  });

  it('is the same for quantities that are written otherwise', () => {
    same({ ...content, meters: { input_tokens: '374', output_tokens: '44.000' } });
    same({ ...content, meters: { ...content.meters, input_images: 0, output_images: '0.0' } });
    same({ ...content, meters: { input_seconds: 0.5 } }, { ...content, meters: { input_seconds: '0.50' } });
  });

  it("is the same for tokens told by OpenTelemetry's names", () => {
    same({ ...content, meters: { 'gen_ai.usage.input_tokens': 374, 'gen_ai.usage.output_tokens': 44 } });
  });

  it('is the same for what is left out, empty or the usual', () => {
    const bare = { model: 'gpt', meters: {} };
    same(
      { ...bare, nodes: [], tags: {}, serviceTier: 'standard', payer: undefined, hold: undefined, time: undefined },
      bare,
    );
  });

  it('is another for another content', () => {
    differs({ ...content, time: 1_700_000_000_001 });
    differs({ ...content, payer: 'project/other' });
    differs({ ...content, nodes: ['user/ada'] });
    differs({ ...content, model: 'gpt-2' });
    differs({ ...content, meters: { input_tokens: 44, output_tokens: 374 } });
    differs({ ...content, meters: { input_tokens: 374, reasoning_tokens: 44 } });
    differs({ ...content, meters: { input_tokens: '374.000000001', output_tokens: 44 } });
    differs({ ...content, tags: { team: 'prod', env: 'a' } });
    differs({ ...content, serviceTier: 'batch' });
    for (const field of ['hold', 'provider', 'taskType', 'outcome', 'credentialType'] as const)
      differs({ ...content, [field]: 'x' });
  });

  it('keeps counts that contradict each other as they stand', () => {
    const contradicting = { 'gen_ai.usage.input_tokens': 1, 'gen_ai.usage.cache_read.input_tokens': 2 };
    differs(
      { ...content, meters: contradicting },
      { ...content, meters: { ...contradicting, 'gen_ai.usage.input_tokens': 0 } },
    );
  });

  it('cannot be forged by what is inside a text', () => {
    differs({ ...content, tags: { a: 'b"],["c","d' } }, { ...content, tags: { a: 'b', c: 'd' } });
    differs({ ...content, tags: { a: '\u2028' } }, { ...content, tags: { a: '\\u2028' } });
    differs({ ...content, tags: { '1': 'a', a: '1' } }, { ...content, tags: { '1': '1', a: 'a' } });
  });

  it('is made of the quantities alone where meters are shuffled', () => {
    const meters = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'input_tokens', 'output_tokens'), fc.nat(2)), {
      selector: ([meter]) => meter,
    });
    fc.assert(
      fc.property(meters, meters, (one, two) => {
        const textOf = (pairs: readonly (readonly [string, number])[]) =>
          canonicalUsage({ model: 'm', meters: Object.fromEntries(pairs) });
        const meaning = (pairs: readonly (readonly [string, number])[]) =>
          pairs
            .filter(([, count]) => count > 0)
            .map(([meter, count]) => `${meter}=${String(count)}`)
            .sort()
            .join();
        expect(textOf(one) === textOf(two)).toBe(meaning(one) === meaning(two));
      }),
      { numRuns: 400 },
    );
  });
});
