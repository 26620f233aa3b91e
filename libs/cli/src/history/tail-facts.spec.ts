import { describe, expect, it } from '@jest/globals';
import { BookedAccount, withLedger } from '../spec/booked-account.js';
import { followFacts, lastFacts } from './tail-facts.js';

describe('the tail of a ledger', () => {
  it('is its newest facts in their order, each with its address and who caused it', () =>
    withLedger(async (ledger) => {
      const account = new BookedAccount(ledger, 'acme');
      await account.open(1_000);
      for (let count = 0; count < 20; count += 1) await account.use(2_000 + count, 1n);
      const { facts } = await lastFacts(ledger, 'account-acme', 2);
      expect(facts).toMatchObject([
        { address: 'account-acme@20.0', at: '1970-01-01T00:00:02.018Z', actor: 'spec', type: 'CreditsDrawn' },
        { address: 'account-acme@21.0', fact: { payer: 'user/ada', amounts: [['usd', '1000000000']] } },
      ]);
      expect((await lastFacts(ledger, 'account-acme', 15)).facts).toHaveLength(15);
    }));

  it('is all there is where there is less, and nothing of a stream that is not there', () =>
    withLedger(async (ledger) => {
      await new BookedAccount(ledger, 'acme').open(1_000);
      expect((await lastFacts(ledger, 'account-acme', 1_000)).facts.map(({ type }) => type)).toContain('AccountOpened');
      expect(await lastFacts(ledger, 'account-none', 10)).toEqual({ facts: [], position: undefined });
      expect((await lastFacts(ledger, 'account-acme', 0)).facts).toEqual([]);
    }));

  it('goes on with each new fact of its own stream, and of no other that begins alike', () =>
    withLedger(async (ledger) => {
      const [acme, acme2] = [new BookedAccount(ledger, 'acme'), new BookedAccount(ledger, 'acme2')];
      await acme.open(1_000);
      const { position } = await lastFacts(ledger, 'account-acme', 1);
      await acme2.open(1_500);
      await acme.use(2_000, 1n);
      const stop = new AbortController();
      const seen: string[] = [];
      for await (const { address } of followFacts(ledger, 'account-acme', position, stop.signal)) {
        seen.push(address);
        if (seen.length === 1) await acme.use(3_000, 1n);
        else stop.abort();
      }
      expect(seen).toEqual(['account-acme@2.0', 'account-acme@3.0']);
    }));
});
