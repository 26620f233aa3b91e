import { followLedgerNotices, LedgerNotices, type Bus } from '@exchequer/bus';
import type { Clock } from '@exchequer/kernel';
import { openLedger, type Ledger, type LedgerOptions } from '@exchequer/ledger';
import { Global, Module } from '@nestjs/common';
import type { Health } from '../health/health.js';
import { Unreachable } from '../service/failures.js';
import { BUS, HEALTH, SETTINGS } from '../service/platform-module.js';
import type { Settings } from '../settings/settings.js';

export const LEDGER = Symbol('ledger');
export const CLOCK = Symbol('clock');

/** The stream that is asked for when it is looked whether the ledger answers. It need not exist. */
const PROBE_STREAM = 'anchors';

/**
 * The ledger of the settings, for the services that read or write it. It is woken by the notices on the bus. Whoever
 * imports this module closes the ledger when its own work has ended.
 */
@Global()
@Module({
  providers: [
    { provide: LEDGER, useFactory: openSettled, inject: [SETTINGS, BUS, HEALTH] },
    { provide: LedgerNotices, useFactory: (bus: Bus) => new LedgerNotices(bus), inject: [BUS] },
    { provide: CLOCK, useValue: { now: () => Date.now() } satisfies Clock },
  ],
  exports: [LEDGER, LedgerNotices, CLOCK],
})
export class LedgerModule {}

function openSettled({ ledger: address }: Settings, bus: Bus, health: Health): Ledger {
  const ledger = open(address.kind === 'lmdb' ? `lmdb:${address.path}` : address.url, {
    onNotice: (wake) => {
      const subscription = followLedgerNotices(bus, '*', wake);
      return () => {
        subscription.stop();
      };
    },
  });
  health.register('ledger', async () => {
    await ledger.head(PROBE_STREAM);
    return { ok: true };
  });
  return ledger;
}

function open(url: string, options: LedgerOptions): Ledger {
  try {
    return openLedger(url, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Unreachable(`The ledger cannot be opened: ${reason}; set EXCHEQUER_LEDGER to one that can.`, { cause });
  }
}
