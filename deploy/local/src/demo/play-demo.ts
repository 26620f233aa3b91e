import { connectExchequer, ExchequerError, type Exchequer } from '@exchequer/client';
import type { Settings } from '@exchequer/platform/settings';
import type { StackEvent } from '../stack/stack.js';
import { demoHour } from './demo-hour.js';
import { readDemoRecord, writeDemoRecord, type DemoRecord } from './demo-record.js';
import { askFor, endCall, type PlayedCall } from './play-call.js';
import { prepareAccount } from './prepare-account.js';

export const DEMO_ACCOUNT = 'demo';
const HOUR_MS = 3_600_000;
/** Calls that are under way together: authorized in one message, then settled in one. */
const CALLS_TOGETHER = 50;
const PLAYING = 'playing an hour of usage';

/**
 * Prepares the demo account and plays its hour of usage through the services, as an application would. Goes on where it
 * was cut off; does nothing when all of it was done on this data before.
 */
export async function playDemo(
  { nats, data }: Pick<Settings, 'nats' | 'data'>,
  tell: (event: StackEvent) => void,
  signal?: AbortSignal,
): Promise<void> {
  const hour = demoHour();
  const found = readDemoRecord(data);
  const record = found ?? { hourBeganMs: Date.now() - HOUR_MS, isPrepared: false, played: 0 };
  if (record.isPrepared && record.played >= hour.length) return;
  const exchequer = await connectExchequer({ servers: nats, account: DEMO_ACCOUNT, actor: 'demo' });
  const keep = (change: Partial<DemoRecord>): void => {
    writeDemoRecord(data, Object.assign(record, change));
  };
  try {
    if (found === undefined && (await exists(exchequer))) {
      keep({ isPrepared: true, played: hour.length });
      tell({ type: 'note', text: `The account ${DEMO_ACCOUNT} is there already; the demo leaves it as it is.` });
      return;
    }
    if (!record.isPrepared) {
      // Kept before the first call: the instants of the calls are part of what makes a repeat a repeat.
      keep({});
      tell({ type: 'step', what: 'applying the demo policy, prices and grants' });
      await prepareAccount(exchequer);
      keep({ isPrepared: true });
    }
    const counts = new Map<PlayedCall, number>();
    while (record.played < hour.length) {
      signal?.throwIfAborted();
      const calls = hour.slice(record.played, record.played + CALLS_TOGETHER);
      for (const outcome of await playTogether(exchequer, calls, record.hourBeganMs))
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      keep({ played: record.played + calls.length });
      tell({ type: 'progress', what: PLAYING, done: record.played, total: hour.length });
    }
    tell({ type: 'note', text: sentenceOf(counts) });
  } finally {
    await exchequer.close();
  }
}

/** Whether the ledger has the account, though no record of a demo is with the data: it is not the demo's then. */
async function exists(exchequer: Exchequer): Promise<boolean> {
  try {
    await exchequer.describe();
    return true;
  } catch (fault) {
    if (fault instanceof ExchequerError && fault.code === 'UnknownAccount') return false;
    throw fault;
  }
}

async function playTogether(
  exchequer: Exchequer,
  calls: ReturnType<typeof demoHour>,
  hourBeganMs: number,
): Promise<readonly PlayedCall[]> {
  const holds = await Promise.all(calls.map((call) => askFor(exchequer, call)));
  return Promise.all(calls.map((call, index) => endCall(exchequer, call, holds[index], hourBeganMs)));
}

const sentenceOf = (counts: ReadonlyMap<PlayedCall, number>): string => {
  const [settled, voided, refused] = (['settled', 'voided', 'refused'] as const).map((of) => counts.get(of) ?? 0);
  return `${String(settled)} calls settled, ${String(voided)} given back, ${String(refused)} refused by a limit.`;
};
