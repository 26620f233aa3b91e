import type { RequestClient } from '@exchequer/bus';
import type { Clock } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import { REQUESTS } from '@exchequer/platform';
import { CLOCK, LEDGER, LedgerModule } from '@exchequer/platform/ledger';
import { Catalogue } from '@exchequer/replica';
import { Module } from '@nestjs/common';
import { MeterLife } from './meter-life.js';
import { MeterController } from './meter.controller.js';
import { UsageIntake } from './usage/usage-intake.js';

@Module({
  imports: [LedgerModule],
  controllers: [MeterController],
  providers: [
    MeterLife,
    { provide: Catalogue, useFactory: (ledger: Ledger) => new Catalogue(ledger), inject: [LEDGER] },
    {
      provide: UsageIntake,
      useFactory: (requests: RequestClient, catalogue: Catalogue, clock: Clock) =>
        new UsageIntake(requests, catalogue, clock),
      inject: [REQUESTS, Catalogue, CLOCK],
    },
  ],
})
export class MeterModule {}
