import { LedgerCorrupt } from '@exchequer/ledger';
import { loadReplica, type Replica } from '@exchequer/replica';
import { rebuildRates } from '../rates/rebuild-rates.js';
import type { RateCounts } from '../rates/rate-counts.js';
import { HOST_BOUNDS } from './bounds.js';
import type { HostContext } from './host-context.js';

/** An account as its ledger has it. */
export interface LoadedAccount {
  readonly replica: Replica;
  /** What its rates have counted in the windows that run. */
  readonly rates: RateCounts;
}

/** Who waits for an account. */
export interface Waiting {
  /** Whether anybody still does. */
  readonly goesOn: () => boolean;
  /** Tells all who wait that the account cannot be decided upon. */
  readonly refuse: (reason: string) => void;
}

/** Loads an account, again and again with longer and longer pauses. Undefined when nobody waits for it any more. */
export async function loadAccount(
  account: string,
  stream: string,
  context: HostContext,
  waiting: Waiting,
): Promise<LoadedAccount | undefined> {
  const { ledger, ids, clock, log, timers } = context;
  let delayMs: number = HOST_BOUNDS.retryDelayMinMs;
  while (waiting.goesOn()) {
    try {
      const replica = await loadReplica(ledger, stream, ids);
      const behindMs = replica.newestAt - clock.now();
      if (behindMs <= HOST_BOUNDS.clockBehindMaxMs) {
        const at = Math.max(clock.now(), replica.newestAt);
        return { replica, rates: await rebuildRates(ledger, stream, replica.state, at) };
      }
      waiting.refuse(`The clock of this machine is ${String(behindMs)} ms behind the ledger; set it right.`);
    } catch (thrown) {
      log.error('an account cannot be loaded', { account, error: thrown });
      if (thrown instanceof LedgerCorrupt)
        waiting.refuse(`The ledger of this account is damaged (${thrown.message}); run exchequer ledger verify.`);
    }
    await timers.wait(delayMs);
    delayMs = Math.min(delayMs * 2, HOST_BOUNDS.retryDelayMaxMs);
  }
  return undefined;
}
