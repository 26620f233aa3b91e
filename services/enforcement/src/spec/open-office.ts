import { openLedger, type Ledger } from '@exchequer/ledger';
import { IdShelf, PartFiles } from '@exchequer/replica';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { afterEach, beforeEach } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Office } from './office.js';

interface OfficeOptions {
  readonly hostsMax?: number;
  /** Ids of commands that memory takes before they go to disk. */
  readonly tableIdsMax?: number;
}

/** An office on a new embedded ledger for each test of a file. */
export class OpenOffice {
  office!: Office;
  ledger!: Ledger;
  private scratch!: ScratchDirectory;

  constructor(private readonly options: OfficeOptions = {}) {
    beforeEach(async () => {
      this.scratch = await createScratchDirectory();
      this.ledger = openLedger(`lmdb:${this.scratch.path}`);
      this.office = this.newOffice();
    });
    afterEach(async () => {
      await this.office.close();
      await this.ledger.close();
      await this.scratch.remove();
    });
  }

  /** The process ends and another takes its place at the same time of day, on request without what its disk had of old ids. */
  async restart({ losingIds = false } = {}): Promise<void> {
    const { nowMs } = this.office;
    await this.office.close();
    if (losingIds) await rm(this.idsPath, { recursive: true });
    this.office = this.newOffice();
    this.office.nowMs = nowMs;
  }

  private get idsPath(): string {
    return join(this.scratch.path, 'ids');
  }

  private newOffice(): Office {
    const { hostsMax, tableIdsMax } = this.options;
    const files = new PartFiles(this.idsPath);
    return new Office(this.ledger, hostsMax, new IdShelf(this.ledger, files, tableIdsMax));
  }
}
