import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AMOUNT_MAX, amount, UNLIMITED, units } from './amount.js';
import { amountFault, formatAmount, parseAmount, parseLimitAmount } from './amount-text.js';

/** Every amount that can be stated, with the edges of the fast path (15 digits) often. */
const amounts = fc
  .oneof(
    fc.bigInt({ min: 0n, max: AMOUNT_MAX }),
    fc.bigInt({ min: 0n, max: 20n }),
    fc.constantFrom(0n, 1n, 999_999_999n, 10n ** 9n, 10n ** 15n - 1n, 10n ** 15n, AMOUNT_MAX - 1n, AMOUNT_MAX),
  )
  .map(amount);

describe('the text of an amount', () => {
  it('counts nano-units: 0.00048 is 480,000 of them', () => {
    expect(parseAmount('0.00048')).toBe(480_000n);
    expect(formatAmount(480_000n)).toBe('0.00048');
  });

  it('is the shortest that is exact', () => {
    expect(formatAmount(0n)).toBe('0');
    expect(formatAmount(1n)).toBe('0.000000001');
    expect(formatAmount(10n ** 9n)).toBe('1');
    expect(formatAmount(1_500_000_000n)).toBe('1.5');
    expect(formatAmount(100n * 10n ** 9n)).toBe('100');
  });

  it('of a limit without end is the word, and the word is read for limits alone', () => {
    expect(formatAmount(UNLIMITED)).toBe('unlimited');
    expect(parseLimitAmount('unlimited')).toBe(UNLIMITED);
    expect(parseLimitAmount('70')).toBe(units(70n));
    expect(() => parseAmount('unlimited')).toThrow('not-a-decimal');
  });

  it('keeps the sign of a difference', () => {
    expect(formatAmount(-1_500_000_000n)).toBe('-1.5');
    expect(formatAmount(-1n)).toBe('-0.000000001');
  });

  it('reads what it wrote, for every amount', () =>
    fc.assert(
      fc.property(amounts, (value) => {
        expect(parseAmount(formatAmount(value))).toBe(value);
      }),
      { numRuns: 2_000 },
    ));

  it('reads zeros at either end as nothing more', () =>
    fc.assert(
      fc.property(
        amounts,
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 12 }),
        (value, before, behind) => {
          const text = formatAmount(value);
          const padded = `${'0'.repeat(before)}${text.includes('.') ? text : `${text}.0`}${'0'.repeat(behind)}`;
          expect(amountFault(padded)).toBeUndefined();
          expect(parseAmount(padded)).toBe(value);
        },
      ),
      { numRuns: 1_000 },
    ));

  it('holds 2⁶³ − 1 nano-units and no more', () => {
    expect(parseAmount('9223372036.854775807')).toBe(AMOUNT_MAX);
    expect(amountFault('9223372036.854775808')).toBe('too-large');
    expect(amountFault('99999999999999999999')).toBe('too-large');
  });

  it('takes nine digits after the point, and zeros behind them', () => {
    expect(parseAmount('0.123456789')).toBe(123_456_789n);
    expect(parseAmount('0.1234567890000')).toBe(123_456_789n);
    expect(amountFault('0.1234567891')).toBe('too-precise');
  });

  it('is never negative, but minus nothing is nothing', () => {
    expect(amountFault('-0.000000001')).toBe('negative');
    expect(amountFault('-5')).toBe('negative');
    expect(parseAmount('-0')).toBe(0n);
    expect(parseAmount('-0.0')).toBe(0n);
  });

  it.each([
    '',
    ' ',
    '1 ',
    ' 1',
    '+1',
    '1.',
    '.5',
    '1,5',
    '1e3',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    '1.2.3',
    '١',
    '1\n',
  ])('is a plain decimal, which %j is not', (text) => {
    expect(amountFault(text)).toBe('not-a-decimal');
    expect(() => parseAmount(text)).toThrow(RangeError);
  });

  it.each(['-1', '0.0000000001', '9223372036.854775808'])(
    'is refused with a reason where it is no amount: %s',
    (text) => {
      expect(() => parseAmount(text)).toThrow(/not an amount/);
    },
  );
});
