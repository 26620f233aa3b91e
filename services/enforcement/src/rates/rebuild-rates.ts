import { delays, readFact, type AccountState, type RateState } from '@exchequer/account';
import { BOUNDS } from '@exchequer/contracts';
import { readCommands, type Ledger } from '@exchequer/ledger';
import { FACT_SHAPES, type FactAddress } from '@exchequer/replica';
import { firstRevisionAt } from '../queries/seek-entries.js';
import { RateCounts } from './rate-counts.js';
import { windowStart } from './window-counts.js';

/**
 * Counts anew what the rates of an account have let through in the windows that run at an instant: from the holds in the
 * ledger, read from the beginning of the longest of these windows on, and an hour more where calls may have been told to
 * wait into it. Whoever takes an account over knows what was used.
 *
 * @param until the last fact that is counted; all of them when not given.
 */
export async function rebuildRates(
  ledger: Ledger,
  stream: string,
  state: AccountState,
  at: number,
  until?: FactAddress,
): Promise<RateCounts> {
  const counts = new RateCounts();
  const rates = Array.from(state.rated).flatMap(({ rates: stated }) => stated?.all ?? []);
  if (rates.length === 0) return counts;
  const waitedMs = mayWait(state, rates) ? BOUNDS.delayMaxMs : 0;
  const from = Math.min(...rates.map((rate) => Math.max(windowStart(rate, at) - waitedMs, rate.since)));
  const revision = await firstRevisionAt(ledger, stream, from);
  for await (const batch of readCommands(ledger, stream, revision, { shapes: FACT_SHAPES }))
    for (const { record, spans } of batch.commands) {
      const [begun] = spans;
      if (until !== undefined && begun !== undefined && isBehind(begun.revision, begun.firstIndex, until))
        return counts;
      for (const stored of record.facts) {
        const fact = stored.type === 'HoldPlaced' ? readFact(stored) : undefined;
        if (fact?.type === 'HoldPlaced') counts.count(state, fact, batch.at);
      }
    }
  return counts;
}

/** Whether anything in the account asks for delays. */
const mayWait = ({ nodes }: AccountState, rates: readonly RateState[]): boolean =>
  rates.some(({ then }) => then === 'slow') || Array.from(nodes.values()).some(({ limits }) => limits.some(delays));

const isBehind = (revision: number, index: number, until: FactAddress): boolean =>
  revision > until.revision || (revision === until.revision && index > until.index);
