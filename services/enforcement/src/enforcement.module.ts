import { LedgerNotices, type Bus } from '@exchequer/bus';
import { createCalendar } from '@exchequer/calendar';
import type { Calendar, Clock } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import { BUS, LOGGER, plainLog, SETTINGS, type Logger, type Settings } from '@exchequer/platform';
import { CLOCK, LEDGER, LedgerModule } from '@exchequer/platform/ledger';
import { Catalogue, IdShelf, PartFiles } from '@exchequer/replica';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Intake } from './edge/intake.js';
import { EnforcementLife } from './enforcement-life.js';
import { AccountHosts } from './host/account-hosts.js';
import type { HostContext } from './host/host-context.js';
import { PROCESS_TIMERS } from './host/timers.js';
import { OwnerController } from './owner.controller.js';
import { Explainer } from './queries/explain.js';
import { RefusalPublisher } from './refusals/refusal-publisher.js';

const CALENDAR = Symbol('calendar');

@Module({
  imports: [LedgerModule],
  controllers: [OwnerController],
  providers: [
    EnforcementLife,
    { provide: CALENDAR, useFactory: createCalendar },
    { provide: Catalogue, useFactory: (ledger: Ledger) => new Catalogue(ledger), inject: [LEDGER] },
    {
      provide: RefusalPublisher,
      useFactory: (bus: Bus, clock: Clock) => new RefusalPublisher(bus, clock),
      inject: [BUS, CLOCK],
    },
    {
      provide: AccountHosts,
      useFactory: hostsOf,
      inject: [LEDGER, Catalogue, CLOCK, CALENDAR, RefusalPublisher, LedgerNotices, LOGGER, SETTINGS],
    },
    {
      provide: Intake,
      useFactory: (hosts: AccountHosts, catalogue: Catalogue, clock: Clock) => new Intake(hosts, catalogue, clock),
      inject: [AccountHosts, Catalogue, CLOCK],
    },
    {
      provide: Explainer,
      useFactory: (ledger: Ledger, calendar: Calendar) => new Explainer(ledger, calendar),
      inject: [LEDGER, CALENDAR],
    },
  ],
})
export class EnforcementModule {}

function hostsOf(
  ledger: Ledger,
  catalogue: Catalogue,
  clock: Clock,
  calendar: Calendar,
  refusals: RefusalPublisher,
  notices: LedgerNotices,
  logger: Logger,
  { data }: Settings,
): AccountHosts {
  const context: HostContext = {
    ledger,
    ids: new IdShelf(ledger, new PartFiles(join(data, 'ids'))),
    prices: catalogue.book,
    clock,
    monotonicMs: () => performance.now(),
    timers: PROCESS_TIMERS,
    calendar,
    announce: (account, position) => {
      notices.announce(account, position);
    },
    publishRefusals: (account, rows) => {
      refusals.publish(account, rows);
    },
    log: plainLog(logger),
  };
  const hosts = new AccountHosts(context);
  catalogue.whenGrown(() => {
    hosts.settleProvisional();
  });
  return hosts;
}
