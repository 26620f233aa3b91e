import { describe, expect, it } from '@jest/globals';
import { BookedAccount, withLedger } from '../spec/booked-account.js';
import { balanceAsOf } from './balance-as-of.js';

describe('a balance of the past', () => {
  it('has what was booked by then, the instant itself included', () =>
    withLedger(async (ledger) => {
      const account = new BookedAccount(ledger, 'acme');
      await account.open(1_000);
      await account.hold(2_000, 5n);
      await account.use(3_000, 2n);
      const at = async (instant: number) => {
        const { balances, position } = await balanceAsOf(ledger, 'acme', 'org', instant);
        const { available, heldInLots, spent } = balances[0] ?? {};
        return { available, heldInLots, spent, position };
      };
      expect(await at(1_999)).toEqual({ available: '100', heldInLots: '0', spent: '0', position: 'account-acme@1.0' });
      expect(await at(2_000)).toEqual({ available: '95', heldInLots: '5', spent: '0', position: 'account-acme@2.0' });
      expect(await at(3_000)).toEqual({ available: '93', heldInLots: '5', spent: '2', position: 'account-acme@3.0' });
    }));

  it('has what had fallen due by then, though nobody had asked for it', () =>
    withLedger(async (ledger) => {
      const account = new BookedAccount(ledger, 'acme');
      await account.open(1_000);
      await account.hold(2_000, 5n);
      const held = async (instant: number) =>
        (await balanceAsOf(ledger, 'acme', 'user/ada', instant)).balances.map((balance) => balance.held);
      expect(await held(61_999)).toEqual(['5']);
      expect(await held(62_000)).toEqual(['0']);
    }));

  it('has the lots of then, in their order, and who could pay with how much', () =>
    withLedger(async (ledger) => {
      const account = new BookedAccount(ledger, 'acme');
      await account.open(1_000);
      await account.hold(2_000, 5n);
      await account.use(3_000, 2n);
      const at = async (node: string, instant: number) => {
        const { lots, fundingPath, spendable } = await balanceAsOf(ledger, 'acme', node, instant);
        return {
          lots: lots.map(({ lot, available, held, spent }) => [lot, available, held, spent]),
          fundingPath,
          spendable,
        };
      };
      expect(await at('org', 2_000)).toEqual({
        lots: [['l-1', '95', '5', '0']],
        fundingPath: ['org'],
        spendable: { usd: '95' },
      });
      expect(await at('user/ada', 3_000)).toEqual({
        lots: [],
        fundingPath: ['org'],
        spendable: { usd: '93' },
      });
    }));

  it('is none of an account or a node that was not there', () =>
    withLedger(async (ledger) => {
      await new BookedAccount(ledger, 'acme').open(1_000);
      await expect(balanceAsOf(ledger, 'acme', 'org', 999)).rejects.toThrow('The account acme did not exist');
      await expect(balanceAsOf(ledger, 'acme', 'user/bob', 2_000)).rejects.toThrow('There was no node user/bob');
    }));
});
