import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerError, LedgerUnavailable, openLedger, type Ledger } from '@exchequer/ledger';
import { readSettings, redact } from '@exchequer/platform/settings';
import { Refused, Unavailable } from '../shell/faults.js';

/** The file in which a ledger of this machine keeps its entries. */
const DATA_FILE = 'ledger.mdb';

/** The ledger of the settings, and its address without secrets. Nothing is ever appended through it. */
export interface SettledLedger {
  readonly ledger: Ledger;
  readonly address: string;
}

/**
 * Runs `use` with the ledger that the settings name, and closes it.
 *
 * @throws SettingsWrong; Unavailable when there is no ledger, or it cannot be read; Refused when it is damaged where it
 * is read; and what `use` throws.
 */
export async function withSettledLedger<Result>(use: (settled: SettledLedger) => Promise<Result>): Promise<Result> {
  const { ledger: setting } = readSettings();
  const url = setting.kind === 'lmdb' ? `lmdb:${setting.path}` : setting.url;
  const address = redact(url);
  if (setting.kind === 'lmdb' && !existsSync(join(setting.path, DATA_FILE)))
    throw new Unavailable(
      `There is no ledger at ${address}; set EXCHEQUER_LEDGER or EXCHEQUER_DATA to where it is, or start the stack.`,
    );
  let ledger: Ledger | undefined;
  try {
    ledger = openLedger(url);
    return await use({ ledger, address });
  } catch (fault) {
    if (fault instanceof LedgerUnavailable)
      throw new Unavailable(`The ledger cannot be read: ${fault.message}; check EXCHEQUER_LEDGER.`, { cause: fault });
    if (fault instanceof LedgerError)
      throw new Refused(
        'Unavailable',
        `The ledger is not as it was written: ${fault.message}; run exchequer ledger verify.`,
        {
          cause: fault,
        },
      );
    throw fault;
  } finally {
    await ledger?.close();
  }
}
