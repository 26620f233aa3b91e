import { describe, it } from '@jest/globals';
import { startEventStoreDouble } from '@exchequer/testing';
import { ledgerContract } from '../contract/ledger-contract.js';
import { openLedger } from '../open-ledger.js';

ledgerContract(
  'the double of EventStoreDB',
  async () => {
    const double = await startEventStoreDouble();
    return { open: () => openLedger(double.url), cut: () => double.cutConnections(), end: () => double.stop() };
  },
  true,
);

const server = process.env['EXCHEQUER_TEST_EVENTSTORE'];
if (server === undefined)
  describe('the ledger in a real EventStoreDB', () => {
    it.skip('is not tried: EXCHEQUER_TEST_EVENTSTORE names no server', () => undefined);
  });
else
  ledgerContract('a real EventStoreDB', () =>
    Promise.resolve({ open: () => openLedger(server), end: () => Promise.resolve() }),
  );
