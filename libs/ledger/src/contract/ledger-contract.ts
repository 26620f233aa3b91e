import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import type { Ledger } from '../port.js';
import { appendingContract } from './appending.contract.js';
import { followingContract } from './following.contract.js';
import { readingContract } from './reading.contract.js';
import type { ContractSubject } from './subject.js';

/**
 * What every store of the ledger must do. Each spec has two ledgers on one store, as two processes would.
 *
 * @param canCut whether the subject can break its connections.
 */
export function ledgerContract(name: string, start: () => Promise<ContractSubject>, canCut = false): void {
  describe(`the ledger in ${name}`, () => {
    let subject: ContractSubject;
    let first: Ledger;
    let second: Ledger;

    beforeAll(async () => {
      subject = await start();
    });
    afterAll(() => subject.end());
    beforeEach(() => {
      first = subject.open();
      second = subject.open();
    });
    afterEach(async () => {
      await first.close();
      await second.close();
    });

    appendingContract(
      () => first,
      () => second,
    );
    readingContract(
      () => first,
      () => second,
    );
    followingContract(
      () => first,
      () => second,
      canCut ? () => subject.cut?.() : undefined,
    );
  });
}
