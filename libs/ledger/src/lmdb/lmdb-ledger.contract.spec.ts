import { createScratchDirectory } from '@exchequer/testing';
import { ledgerContract } from '../contract/ledger-contract.js';
import { openLedger } from '../open-ledger.js';

ledgerContract('LMDB', async () => {
  const directory = await createScratchDirectory();
  return { open: () => openLedger(`lmdb:${directory.path}`, { pollMs: 20 }), end: () => directory.remove() };
});
