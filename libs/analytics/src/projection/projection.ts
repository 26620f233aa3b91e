import type { Clock } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import type { Analytics } from '../connection/open-analytics.js';
import type { AnalyticsUnavailable } from '../errors.js';
import { PROJECTION_BOUNDS, type ProjectionBounds } from './bounds.js';
import { Progress } from './progress.js';
import { ProjectionRun } from './projection-run.js';

/** The version of what facts become. One more whenever it changes, so that the tables are built anew. */
export const PROJECTION_VERSION = 1;

export interface ProjectionOptions {
  readonly clock: Clock;
  readonly version?: number;
  readonly bounds?: Partial<ProjectionBounds>;
  /** Hears what made an insert fail. It is tried again. */
  readonly onTrouble?: (fault: AnalyticsUnavailable) => void;
}

/** Keeps ClickHouse equal to the ledger: every fact becomes rows, each once, whatever fails in between. */
export class Projection {
  readonly version: number;
  readonly progress: Progress;
  readonly #bounds: ProjectionBounds;

  constructor(
    private readonly analytics: Analytics,
    private readonly ledger: Ledger,
    private readonly options: ProjectionOptions,
  ) {
    this.version = options.version ?? PROJECTION_VERSION;
    this.#bounds = { ...PROJECTION_BOUNDS, ...options.bounds };
    this.progress = new Progress(options.clock);
  }

  /**
   * Brings the schema up to date, goes on from where the tables are, and follows the ledger until `signal` aborts. May be
   * called again after it has failed.
   *
   * @throws AnalyticsUnavailable while it starts; later it waits and tries again by itself.
   * @throws ProjectionAhead, ProjectionContested, ProjectionBroken, SchemaTooNew, StatementRefused, LedgerError
   */
  async run(signal: AbortSignal): Promise<void> {
    this.progress.starting();
    try {
      await new ProjectionRun(
        this.analytics,
        this.ledger,
        this.options,
        this.#bounds,
        this.version,
        this.progress,
      ).follow(signal);
      this.progress.stopped();
    } catch (fault) {
      this.progress.stopped(fault);
      throw fault;
    }
  }
}
