import { describe, expect, it } from '@jest/globals';
import { amount, currencyId } from '@exchequer/kernel';
import { divideAmong, lessOf, totalOf, type Line } from './bag.js';

const CREDIT = currencyId('credit');
const USD = currencyId('usd');
const line = (whole: bigint, meter?: string, currency = CREDIT): Line => ({
  currency,
  amount: amount(whole),
  ...(meter !== undefined && { meter }),
});

describe('the total of lines', () => {
  it('is by currency, in the order in which they are named, and of no meter', () => {
    expect(totalOf([])).toEqual([]);
    expect(totalOf([line(3n, 'input')])).toEqual([line(3n)]);
    expect(totalOf([line(3n, 'input'), line(5n, 'input', USD), line(4n, 'output')])).toEqual([
      line(7n),
      line(5n, undefined, USD),
    ]);
  });
});

describe('dividing another total among lines', () => {
  it('is in proportion, to the last nano-unit, and leaves other currencies as they are', () => {
    const lines = [line(1n, 'input'), line(5n, 'input', USD), line(2n, 'output'), line(0n, 'search')];
    expect(divideAmong(lines, [line(2n)])).toEqual([
      line(0n, 'input'),
      line(5n, 'input', USD),
      line(2n, 'output'),
      line(0n, 'search'),
    ]);
    expect(divideAmong(lines, [line(10n, undefined, USD), line(6n)]).map((one) => one.amount)).toEqual([
      2n,
      10n,
      4n,
      0n,
    ]);
  });

  it('leaves lines that come to nothing as they are: nobody could say whose it is', () =>
    expect(divideAmong([line(0n, 'input')], [line(4n)])).toEqual([line(0n, 'input')]));
});

describe('less of a bag', () => {
  it('is what is left by currency, and names none of which nothing is', () =>
    expect(lessOf([line(7n), line(2n, undefined, USD)], [line(3n), line(2n, undefined, USD)])).toEqual([line(4n)]));
});
