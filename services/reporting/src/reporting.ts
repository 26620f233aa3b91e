import {
  AnalyticsUnavailable,
  Projection,
  ProjectionContested,
  StatementRefused,
  type Analytics,
  type Progress,
} from '@exchequer/analytics';
import type { Clock } from '@exchequer/kernel';
import { LedgerUnavailable, type Ledger } from '@exchequer/ledger';
import type { PlainLog } from '@exchequer/platform';

const AGAIN_MIN_MS = 250;
const AGAIN_MAX_MS = 10_000;

export interface ReportingContext {
  readonly analytics: Analytics;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: PlainLog;
}

/** Keeps the projection going: what passes is tried again, what does not stops it, and is said. */
export class Reporting {
  readonly #projection: Projection;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #ended: Error | undefined;

  constructor(private readonly context: ReportingContext) {
    const { analytics, ledger, clock, log } = context;
    this.#projection = new Projection(analytics, ledger, {
      clock,
      onTrouble: (error) => {
        log.warn('rows could not be written to ClickHouse; writing them again', { error });
      },
    });
  }

  get analytics(): Analytics {
    return this.context.analytics;
  }

  get ledger(): Ledger {
    return this.context.ledger;
  }

  get progress(): Progress {
    return this.#projection.progress;
  }

  /** Why the ledger is followed no further until somebody has seen to it, or undefined. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  start(): void {
    this.#running = this.#follow(this.#stopping.signal);
  }

  /** Writes what was read, and leaves ClickHouse in order. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let waitMs = AGAIN_MIN_MS;
    while (!signal.aborted) {
      const rowsBefore = this.progress.rows;
      try {
        await this.#projection.run(signal);
      } catch (err) {
        if (!mayPass(err)) {
          this.#ended = err instanceof Error ? err : new Error('the projection failed', { cause: err });
          this.context.log.error('the ledger is followed no further', { error: err });
          return;
        }
        this.context.log.warn('the ledger cannot be followed into ClickHouse at the moment; trying again', {
          error: err,
        });
        waitMs = this.progress.rows > rowsBefore ? AGAIN_MIN_MS : Math.min(waitMs * 2, AGAIN_MAX_MS);
      }
      await pause(waitMs, signal);
    }
  }
}

/** Faults of others, which may see to them. All else is in the ledger, or in the tables, and stays. */
const mayPass = (fault: unknown): boolean =>
  [AnalyticsUnavailable, LedgerUnavailable, ProjectionContested, StatementRefused].some(
    (kind) => fault instanceof kind,
  );

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
