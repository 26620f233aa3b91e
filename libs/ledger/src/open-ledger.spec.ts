import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { withScratchDirectory } from '@exchequer/testing';
import { LedgerUnavailable } from './errors.js';
import { openLedger } from './open-ledger.js';

describe('opening a ledger', () => {
  it('takes a directory and makes it when there is none', () =>
    withScratchDirectory(async (directory) => {
      const ledger = openLedger(`lmdb:${directory.join('data', 'ledger')}`);
      expect(await ledger.head('account-a')).toBeUndefined();
      await ledger.close();
      await ledger.close();
      await expect(ledger.head('account-a')).rejects.toThrow(LedgerUnavailable);
    }));

  it('takes a connection string without connecting', async () => {
    await openLedger('esdb://127.0.0.1:1?tls=false').close();
  });

  it('says what an address should be, and no password', () => {
    for (const address of ['', 'lmdb:', 'postgres://ada:secret@host/db', '/var/lib/ledger'])
      expect(() => openLedger(address)).toThrow(/names no ledger: use lmdb:<directory> or esdb:/);
    expect(() => openLedger('postgres://ada:secret@host/db')).not.toThrow(/secret/);
    expect(() => openLedger('esdb://ada:secret@host:port')).toThrow(RangeError);
    expect(() => openLedger('esdb://ada:secret@host:port')).not.toThrow(/secret/);
  });

  it('refuses a directory that holds something else, or none that can be made', () =>
    withScratchDirectory(async (directory) => {
      for (const strange of ['x', 'x'.repeat(10_000), '\0'.repeat(10_000)]) {
        await writeFile(directory.join('ledger.mdb'), strange);
        expect(() => openLedger(`lmdb:${directory.path}`)).toThrow(/cannot open the ledger .* not an LMDB data file/);
      }
      expect(() => openLedger(`lmdb:${directory.join('ledger.mdb')}`)).toThrow(LedgerUnavailable);
    }));
});
