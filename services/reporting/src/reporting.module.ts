import { AnalyticsAddressInvalid, openAnalytics } from '@exchequer/analytics';
import type { Clock } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import {
  LOGGER,
  SETTINGS,
  SettingsWrong,
  Unreachable,
  plainLog,
  type Logger,
  type Settings,
} from '@exchequer/platform';
import { CLOCK, LEDGER, LedgerModule } from '@exchequer/platform/ledger';
import { Module } from '@nestjs/common';
import { ReportingController } from './reporting.controller.js';
import { ReportingLife } from './reporting-life.js';
import { Reporting } from './reporting.js';

@Module({
  imports: [LedgerModule],
  controllers: [ReportingController],
  providers: [
    ReportingLife,
    { provide: Reporting, useFactory: reportingOf, inject: [SETTINGS, LEDGER, CLOCK, LOGGER] },
  ],
})
export class ReportingModule {}

async function reportingOf(settings: Settings, ledger: Ledger, clock: Clock, logger: Logger): Promise<Reporting> {
  return new Reporting({
    analytics: await open(settings),
    ledger,
    clock,
    log: plainLog(logger),
  });
}

async function open({ clickhouse }: Settings) {
  try {
    return await openAnalytics(clickhouse.kind === 'chdb' ? `chdb:${clickhouse.path}` : clickhouse.url);
  } catch (cause) {
    const sentence = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof AnalyticsAddressInvalid)
      throw new SettingsWrong([`EXCHEQUER_CLICKHOUSE: ${sentence}`], { cause });
    throw new Unreachable(`${sentence}; set EXCHEQUER_CLICKHOUSE to one that can be used.`, { cause });
  }
}
