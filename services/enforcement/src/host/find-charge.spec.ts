import { describe, expect, it } from '@jest/globals';
import type { SettlementReply } from '@exchequer/contracts';
import { IdShelf, loadReplica, parsePosition, PartFiles } from '@exchequer/replica';
import { configureMethod } from '../methods/configure.js';
import { recordMethod } from '../methods/record.js';
import { OfficeOfEachTest } from '../spec/office-of-each-test.js';
import { lookUpCharge } from './find-charge.js';
import { Recall } from './recall.js';

const office = new OfficeOfEachTest();

describe('looking for a charge', () => {
  it('takes what lies where entries of its own are on their way for nobody’s: another writer may have put it there', async () => {
    await office.must(configureMethod, 'acme', { id: 'c', currencies: { usd: { display: 2 } } });
    const charged = await office.must<SettlementReply>(recordMethod, 'acme', { id: 'r', amounts: { usd: '5' } });
    const address = parsePosition('acme', charged.position)!;
    const { ledger } = office;
    const replica = await loadReplica(ledger, 'account-acme');
    const find = (storedUntil: number) =>
      lookUpCharge(
        { by: 'address', address },
        [],
        replica,
        storedUntil,
        new IdShelf(ledger, new PartFiles('unused')),
        new Recall(ledger, 'account-acme'),
      );
    expect(await find(address.revision)).toMatchObject({ of: charged.position, fact: { type: 'CreditsDrawn' } });
    expect(await find(address.revision - 1)).toBeUndefined();
  });
});
