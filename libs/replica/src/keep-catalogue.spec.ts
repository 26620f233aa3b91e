import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openLedger, type Ledger } from '@exchequer/ledger';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { Catalogue } from './catalogue.js';
import { keepCatalogue } from './keep-catalogue.js';

const NEVER_MS = 1_000_000;

let scratch: ScratchDirectory;
let ledger: Ledger;
let catalogue: Catalogue;
let readings: number;
const faults: unknown[] = [];
const onFault = (fault: unknown): void => void faults.push(fault);

beforeEach(async () => {
  scratch = await createScratchDirectory();
  ledger = openLedger(`lmdb:${scratch.path}`);
  catalogue = new Catalogue(ledger);
  readings = 0;
  faults.length = 0;
  const read = ledger.read.bind(ledger);
  jest.spyOn(ledger, 'read').mockImplementation((...where) => {
    readings += 1;
    return read(...where);
  });
});

afterEach(async () => {
  await ledger.close();
  await scratch.remove();
});

/** Waits until so many readings were begun. */
async function readingsReach(count: number): Promise<void> {
  while (readings < count) await wait(1);
}

describe('keeping a catalogue up to date', () => {
  it('reads it at once, whenever it is told to, and by itself', async () => {
    const quiet = await keepCatalogue(catalogue, onFault, NEVER_MS);
    expect(readings).toBe(1);
    quiet.look();
    await readingsReach(2);
    quiet.stop();
    const kept = await keepCatalogue(catalogue, onFault, 1);
    await readingsReach(5);
    kept.stop();
    expect(faults).toEqual([]);
  });

  it('reads no more once it is stopped', async () => {
    const kept = await keepCatalogue(catalogue, onFault, 1);
    kept.stop();
    const before = readings;
    await wait(20);
    expect(readings).toBe(before);
  });

  it('says why a reading failed, begins all the same, and goes on', async () => {
    await ledger.close();
    const kept = await keepCatalogue(catalogue, onFault, 1);
    expect(faults).toMatchObject([{ name: 'LedgerUnavailable' }]);
    while (faults.length < 3) await wait(1);
    kept.stop();
  });
});
