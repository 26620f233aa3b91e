import { describe, expect, it } from '@jest/globals';
import { amountText, decimalText, isZero, nanoUnits, percentOf, showAmount, sumOf } from './money.js';

describe('an amount on the page', () => {
  it.each([
    ['1234.5067', 2, '1,234.50', '67'],
    ['0', 2, '0.00', ''],
    ['9223372036.854775807', 2, '9,223,372,036.85', '4775807'],
    ['5000', 0, '5,000', ''],
    ['0.5', 0, '0', '.5'],
    ['0.000000001', 9, '0.000000001', ''],
    ['100.10', 2, '100.10', ''],
    ['7.120', 2, '7.12', ''],
  ])('shows %s with %i digits as %s and the finer ones as %j', (text, display, shown, fine) => {
    expect(showAmount(text, display)).toEqual({ shown, fine });
  });

  it('loses no digit when it is read out as one text', () => {
    expect(amountText('0.00048', 2)).toBe('0.00048');
    expect(amountText('0.5', 0)).toBe('0.5');
  });

  it('adds up exactly where floats would not', () => {
    expect(sumOf(['0.1', '0.2', '9223372036.000000001'])).toBe('9223372036.300000001');
    expect(sumOf([])).toBe('0');
    expect(decimalText(nanoUnits('12.000000340'))).toBe('12.00000034');
  });

  it('fills a bar up to its end and not beyond it', () => {
    expect(percentOf('0.6237', '1')).toBe(62.37);
    expect(percentOf('3', '2')).toBe(100);
    expect([percentOf('0', '0'), percentOf('1', '0')]).toEqual([0, 100]);
  });

  it('knows nothing from next to nothing', () => {
    expect([isZero('0.000'), isZero('0.000000001')]).toEqual([true, false]);
  });
});
