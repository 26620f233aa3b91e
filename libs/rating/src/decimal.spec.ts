import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decimalOf,
  divideHalfAway,
  formatDecimal,
  minus,
  parseDecimal,
  plus,
  roundToAmount,
  sumOf,
  times,
} from './decimal.js';

const of = (text: string) => {
  const value = parseDecimal(text);
  if (value === undefined) throw new Error(`${text} is no decimal`);
  return value;
};

describe('a decimal', () => {
  it.each([
    ['0.00000015', '0.00000015'],
    ['1.5e-07', '0.00000015'],
    ['1.5E-7', '0.00000015'],
    ['3.3333333333333335e-05', '0.000033333333333333335'],
    ['12', '12'],
    ['12.500', '12.5'],
    ['1e3', '1000'],
    ['120e-1', '12'],
    ['007', '7'],
    ['-0.5', '-0.5'],
    ['+4', '4'],
    ['0.000', '0'],
    ['-0', '0'],
  ])('is read from %s exactly, as %s', (text, shortest) => {
    expect(formatDecimal(of(text))).toBe(shortest);
  });

  it.each([
    '',
    '.5',
    '5.',
    '1,5',
    '0x10',
    'NaN',
    'Infinity',
    '1e',
    '1e65',
    '1e-65',
    '1e999999999',
    ' 1',
    '1 ',
    '1_000',
    '١',
  ])('is not read from %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  it('is not read from more digits than any price or quantity has', () => {
    expect(parseDecimal('9'.repeat(40))).toBeDefined();
    expect(parseDecimal('9'.repeat(41))).toBeUndefined();
    expect(parseDecimal(`0.${'9'.repeat(41)}`)).toBeUndefined();
  });

  it('is what a number says in its shortest text, not the binary fraction beside it', () => {
    expect(decimalOf(1.5e-7)).toEqual({ mantissa: 15n, scale: 8 });
    expect(decimalOf(0.1)).toEqual({ mantissa: 1n, scale: 1 });
    expect(decimalOf(0.0002833333333333333)).toEqual(of('0.0002833333333333333'));
    expect(decimalOf(Number.NaN)).toBeUndefined();
    expect(decimalOf(Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  it('keeps every digit in products and sums', () => {
    expect(times(of('0.0002833333333333333'), of('3.5'))).toEqual(of('0.00099166666666666655'));
    expect(plus(of('0.1'), of('0.2'))).toEqual(of('0.3'));
    expect(minus(of('1'), of('0.999999999999'))).toEqual(of('0.000000000001'));
    expect(sumOf([of('0.5'), of('0.25'), of('-0.75')])).toEqual(of('0'));
    expect(sumOf([])).toEqual(of('0'));
  });
});

describe('rounding to an amount', () => {
  it.each([
    ['0.0000000005', 1n],
    ['0.00000000049999999999', 0n],
    ['0.0000000015', 2n],
    ['-0.0000000005', -1n],
    ['-0.0000000004', 0n],
    ['-0.0000000015', -2n],
    ['1', 1_000_000_000n],
    ['0.000000001', 1n],
  ])('takes %s to %d nano-units, half away from zero', (text, nanoUnits) => {
    expect(roundToAmount(of(text))).toBe(nanoUnits);
  });

  it('is never further off than half a unit, and half goes away from zero', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -40n, max: 40n }), fc.bigInt({ min: 1n, max: 9n }), (dividend, divisor) => {
        const rounded = divideHalfAway(dividend, divisor);
        const error = 2n * (rounded * divisor - dividend);
        if (error > divisor || error < -divisor) throw new Error('further off than half');
        if (error === divisor && dividend < 0n) throw new Error('half went towards zero from below');
        if (error === -divisor && dividend > 0n) throw new Error('half went towards zero from above');
      }),
    );
  });
});

describe('the text of a decimal', () => {
  it('reads back as the same decimal', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -2000n, max: 2000n }), fc.nat(6), (mantissa, exponent) => {
        const value = of(`${String(mantissa)}e-${String(exponent)}`);
        expect(of(formatDecimal(value))).toEqual(value);
      }),
    );
  });
});
