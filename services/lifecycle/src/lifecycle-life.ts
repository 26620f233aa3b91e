import type { Ledger } from '@exchequer/ledger';
import { LEDGER } from '@exchequer/platform/ledger';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';

/** Begins and ends with the process: what was seen is written down before the ledger is closed. */
@Injectable()
export class LifecycleLife implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): Promise<void> {
    return this.lifecycle.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.lifecycle.stop();
    await this.ledger.close();
  }
}
