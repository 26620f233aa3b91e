import type { RequestClient } from '@exchequer/bus';
import type { Clock } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import { HEALTH, LOGGER, REQUESTS, type Health, plainLog, type Logger } from '@exchequer/platform';
import { CLOCK, LEDGER, LedgerModule } from '@exchequer/platform/ledger';
import { Module } from '@nestjs/common';
import { LifecycleLife } from './lifecycle-life.js';
import { LifecycleController } from './lifecycle.controller.js';
import { Lifecycle } from './lifecycle.js';

@Module({
  imports: [LedgerModule],
  controllers: [LifecycleController],
  providers: [
    LifecycleLife,
    { provide: Lifecycle, useFactory: lifecycleOf, inject: [LEDGER, REQUESTS, CLOCK, LOGGER, HEALTH] },
  ],
})
export class LifecycleModule {}

function lifecycleOf(ledger: Ledger, requests: RequestClient, clock: Clock, logger: Logger, health: Health): Lifecycle {
  const lifecycle = new Lifecycle({
    ledger,
    requests,
    clock,
    monotonicMs: () => performance.now(),
    log: plainLog(logger),
  });
  health.register('accounts', () => {
    const [first] = lifecycle.damaged.values();
    return first === undefined ? { ok: true } : { ok: false, detail: first };
  });
  return lifecycle;
}
