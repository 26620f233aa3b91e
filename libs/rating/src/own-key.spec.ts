import { describe, expect, it } from '@jest/globals';
import { amount, currencyId, formatAmount, units } from '@exchequer/kernel';
import { chargedOfOwnKey, type OwnKeyCharge } from './own-key.js';

const USD = currencyId('usd');
const ACTION = currencyId('action');
const line = (meter: string, nanoUnits: bigint) => ({ meter, currency: USD, amount: amount(nanoUnits) });
const charged = (lines: Parameters<typeof chargedOfOwnKey>[0], policy: Readonly<Record<string, OwnKeyCharge>>) =>
  chargedOfOwnKey(lines, policy).map(({ meter, currency, amount: cost }) =>
    [meter, formatAmount(cost), currency].filter((word) => word !== undefined).join(' '),
  );

describe('what is charged of a call with its own key', () => {
  const call = [line('input', 100n), { currency: ACTION, amount: units(1n) }];

  it('is nothing in a currency that is waived, and the market cost in one that is not named', () => {
    expect(charged(call, { usd: 'waived' })).toEqual(['1 action']);
    expect(charged(call, { usd: 'waived', action: 'charged' })).toEqual(['1 action']);
    expect(charged(call, {})).toEqual(['input 0.0000001 usd', '1 action']);
  });

  it('is a share of the market cost, rounded once half away from zero, each meter with its part', () => {
    expect(charged([line('a', 10n), line('b', 20n)], { usd: { share: '0.05' } })).toEqual([
      'a 0.000000001 usd',
      'b 0.000000001 usd',
    ]);
    expect(charged([line('a', 9n)], { usd: { share: '0.05' } })).toEqual(['a 0 usd']);
    expect(charged([line('a', 100n)], { usd: { share: '1.5' } })).toEqual(['a 0.00000015 usd']);
  });

  it('is so much for each call, also where the market cost has no such currency', () => {
    expect(charged([line('a', 100n)], { usd: { fixed: '0.01' } })).toEqual(['0.01 usd']);
    expect(charged([line('a', 100n)], { usd: 'waived', action: { fixed: '1' } })).toEqual(['1 action']);
  });
});
