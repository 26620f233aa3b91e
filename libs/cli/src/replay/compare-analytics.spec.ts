import { describe, expect, it } from '@jest/globals';
import type { ReportRow } from '@exchequer/contracts';
import { compare, sumsOf, type SourceSums } from './compare-analytics.js';

const row = (
  model: string,
  calls: number,
  input: string,
  output: string,
  amounts: Record<string, string>,
): ReportRow => ({
  model,
  calls,
  unpriced: 0,
  meters: { input_tokens: input, output_tokens: output },
  amounts,
});

const ledger: SourceSums = {
  calls: 3,
  contextTokens: 400n,
  generatedTokens: 50n,
  amounts: new Map([['usd', 5_807_479_500n]]),
};

describe('what ClickHouse has of a play', () => {
  it('is the sum of its models, to the last digit', () => {
    const rows = [row('a', 1, '100', '20', { usd: '5.8' }), row('b', 2, '300', '30', { usd: '0.0074795' })];
    expect(sumsOf(rows)).toEqual(ledger);
    expect(compare(sumsOf(rows), ledger)).toEqual({
      agrees: true,
      calls: 3,
      contextTokens: '400',
      generatedTokens: '50',
      amounts: { usd: '5.8074795' },
      differences: [],
    });
  });

  it('differs when one call, one token or one nano-unit does', () => {
    const rows = [row('a', 4, '401', '50', { usd: '5.807479501', action: '1' })];
    expect(compare(sumsOf(rows), ledger)).toMatchObject({
      agrees: false,
      differences: [
        '4 calls in ClickHouse and 3 in the ledger',
        '401 context tokens in ClickHouse and 400 in the ledger',
        '5.807479501 usd in ClickHouse and 5.8074795 in the ledger',
        '1 action in ClickHouse and 0 in the ledger',
      ],
    });
  });

  it('may be nothing', () => {
    expect(compare(sumsOf([]), ledger).agrees).toBe(false);
    const none: SourceSums = { calls: 0, contextTokens: 0n, generatedTokens: 0n, amounts: new Map() };
    expect(compare(sumsOf([]), none).agrees).toBe(true);
  });
});
