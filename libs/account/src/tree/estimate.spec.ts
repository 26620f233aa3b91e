import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import { Book, configure, CREDIT, node, t, under } from '../spec/book.js';
import { estimateOf, isSameEstimate } from './estimate.js';

const quantile = (share: number) => ({ by: 'quantile', quantile: share }) as const;
const fixed = (...amounts: readonly (readonly [string, bigint])[]) =>
  ({
    by: 'fixed',
    amounts: amounts.map(([currency, amount]) => ({ currency: currencyId(currency), amount: units(amount) })),
  }) as const;

describe('how a call is estimated', () => {
  it('says the payer, else the nearest above that says something, else nobody', () => {
    const book = new Book();
    book.must(
      t(0),
      configure(
        node('org'),
        under('org', 'team', { estimate: quantile(0.9) }),
        under('team', 'ada', { estimate: { by: 'max' } }),
        under('team', 'bob'),
        under('bob', 'key'),
        under('org', 'other'),
      ),
    );
    const of = (id: string) => estimateOf(book.state.nodes.get(nodeId(id))!);
    expect([of('ada'), of('key'), of('other')]).toEqual([{ by: 'max' }, quantile(0.9), undefined]);
  });

  it('changes with another quantile, and not with the same', () => {
    expect(isSameEstimate(quantile(0.9), quantile(0.9))).toBe(true);
    expect(isSameEstimate(quantile(0.9), quantile(0.95))).toBe(false);
    expect(isSameEstimate(quantile(0.9), undefined)).toBe(false);
  });

  it('changes with another amount or currency, and not with the order of the same', () => {
    const both = fixed([CREDIT, 1n], ['usd', 2n]);
    expect(isSameEstimate(both, fixed(['usd', 2n], [CREDIT, 1n]))).toBe(true);
    expect(isSameEstimate(both, fixed([CREDIT, 1n], ['usd', 3n]))).toBe(false);
    expect(isSameEstimate(fixed([CREDIT, 1n]), both)).toBe(false);
    expect(isSameEstimate(both, fixed([CREDIT, 1n]))).toBe(false);
  });
});
