import { ExchequerError, type Exchequer } from '@exchequer/client';
import { counted } from '../output/money-text.js';
import type { Progress } from '../output/progress.js';
import { EXIT, type ExitStatus } from '../shell/exit-status.js';
import { LedgerEnd } from '../usage/ledger-end.js';
import { inBatches, MACHINE_CLOCK, type Speed } from './batches.js';
import { compareWithAnalytics, type Comparison } from './compare-analytics.js';
import { PlayPlan } from './play-plan.js';
import { ROWS_PER_BATCH, TracePlayer } from './play-trace.js';
import { hashTrace, readTrace } from './read-trace.js';
import { Tally, type PlayDocument } from './tally.js';

export interface ReplayRequest {
  readonly file: string;
  readonly payer: string;
  readonly models: readonly string[];
  readonly authorize: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly speed: Speed;
  readonly progress: Progress;
}

/** What ClickHouse has of a play, or why that is not known. */
export type AnalyticsDocument = Comparison | { readonly agrees: null; readonly reason: string };

export interface ReplayDocument extends PlayDocument {
  /** The source of the play's usage events, to ask reports for. */
  readonly source: string;
  readonly clickhouse?: AnalyticsDocument;
}

/** Something that went other than well, for the standard error, and the exit status that it stands for. */
export interface ReplayFault {
  readonly sentence: string;
  readonly status: ExitStatus;
}

/** A play that came to its end. */
export interface Played {
  readonly plan: PlayPlan;
  readonly tally: Tally;
  readonly document: ReplayDocument;
  readonly faults: readonly ReplayFault[];
}

/**
 * Plays a trace. Repeats what was not answered under the same ids until it is.
 *
 * @throws UsageFault for a file that is no trace; ExchequerError when the play is not possible or no answer came in time.
 */
export async function playTrace(client: Exchequer, request: ReplayRequest): Promise<Played> {
  const { file, payer, models, authorize, tags, speed, progress } = request;
  const { hash, lines } = await hashTrace(file);
  const plan = new PlayPlan({ fileHash: hash, payer, models, authorize, tags });
  const before = await LedgerEnd.of(client);
  const tally = new Tally();
  let done = 0;
  const player = new TracePlayer(client, plan, tally, before, (rows) => {
    done += rows;
    progress.show(done, Math.max(done, lines - 1), 'calls');
  });
  const startedMs = MACHINE_CLOCK.nowMs();
  await player.play(inBatches(readTrace(file), ROWS_PER_BATCH, speed));
  const seconds = (MACHINE_CLOCK.nowMs() - startedMs) / 1_000;
  const document = { ...tally.document(seconds, authorize), source: plan.source };
  return { plan, tally, document, faults: faultsOf(tally, file) };
}

/** Whether ClickHouse, once it has caught up, has the sums that the ledger gave for the play. */
export async function compareWithClickHouse(
  client: Exchequer,
  { plan, tally, faults, document }: Played,
  progress: Progress,
): Promise<Pick<Played, 'document' | 'faults'>> {
  progress.show(0, undefined, 'comparing with ClickHouse');
  try {
    const clickhouse = await compareWithAnalytics(client, plan.source, tally.sumsEver());
    const sentence = `ClickHouse does not agree with the ledger: ${clickhouse.differences.join('; ')}.`;
    return {
      document: { ...document, clickhouse },
      faults: clickhouse.agrees ? faults : [...faults, { sentence, status: EXIT.refused }],
    };
  } catch (fault) {
    if (!(fault instanceof ExchequerError)) throw fault;
    const sentence = `What was settled could not be compared with ClickHouse: ${fault.message}`;
    return {
      document: { ...document, clickhouse: { agrees: null, reason: fault.message } },
      faults: [...faults, { sentence, status: EXIT.unavailable }],
    };
  }
}

function faultsOf({ broken, rejections }: Tally, file: string): readonly ReplayFault[] {
  const ofRows = broken.map(
    ({ row, line, reason }) => `${file}: row ${String(row)} (line ${String(line)}) is broken: ${reason}.`,
  );
  const ofRejections = rejections.map(
    ({ code, message, count, firstRow }) =>
      `${file}: rejected ${counted(count, 'row')}, the first of them row ${String(firstRow)}: ${code}: ${message}`,
  );
  return [...ofRows, ...ofRejections].map((sentence) => ({ sentence, status: EXIT.refused }));
}
