import { openLedger, type Ledger } from '@exchequer/ledger';
import { IdShelf, PartFiles } from '@exchequer/replica';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { afterEach, beforeEach } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Method } from '../edge/intake.js';
import { Office, type Answer, type Asking } from './office.js';

interface OfficeOptions {
  readonly hostsMax?: number;
  /** Ids of commands that memory takes before they go to disk. */
  readonly tableIdsMax?: number;
}

/** An office on an embedded ledger, both new for each test of a file. */
export class OfficeOfEachTest {
  private inside!: Office;
  private opened!: Ledger;
  private scratch!: ScratchDirectory;

  constructor(private readonly options: OfficeOptions = {}) {
    beforeEach(async () => {
      this.scratch = await createScratchDirectory();
      this.opened = openLedger(`lmdb:${this.scratch.path}`);
      this.inside = this.newOffice();
    });
    afterEach(async () => {
      await this.inside.close();
      await this.opened.close();
      await this.scratch.remove();
    });
  }

  get ledger(): Ledger {
    return this.opened;
  }

  get hosts(): Office['hosts'] {
    return this.inside.hosts;
  }

  get intake(): Office['intake'] {
    return this.inside.intake;
  }

  get announced(): Office['announced'] {
    return this.inside.announced;
  }

  get refusals(): Office['refusals'] {
    return this.inside.refusals;
  }

  get catalogue(): Office['catalogue'] {
    return this.inside.catalogue;
  }

  get nowMs(): number {
    return this.inside.nowMs;
  }

  set nowMs(ms: number) {
    this.inside.nowMs = ms;
  }

  ask(method: Method, account: string, body: unknown, asking?: Asking): Promise<Answer> {
    return this.inside.ask(method, account, body, asking);
  }

  must<Reply>(method: Method, account: string, body: unknown): Promise<Reply> {
    return this.inside.must<Reply>(method, account, body);
  }

  /** The process ends and another takes its place at the same time of day, on request without what its disk had of old ids. */
  async restart({ losingIds = false } = {}): Promise<void> {
    const { nowMs } = this.inside;
    await this.inside.close();
    if (losingIds) await rm(this.idsPath, { recursive: true });
    this.inside = this.newOffice();
    this.inside.nowMs = nowMs;
  }

  private get idsPath(): string {
    return join(this.scratch.path, 'ids');
  }

  private newOffice(): Office {
    const { hostsMax, tableIdsMax } = this.options;
    const files = new PartFiles(this.idsPath);
    return new Office(this.opened, hostsMax, new IdShelf(this.opened, files, tableIdsMax));
  }
}
