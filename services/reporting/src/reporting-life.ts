import { DECISIONS, ensureStream, type Bus, type StreamConsumer } from '@exchequer/bus';
import type { Ledger } from '@exchequer/ledger';
import { BUS, HEALTH, LOGGER, METRICS, type Health, type Logger, type Metrics } from '@exchequer/platform';
import { LEDGER } from '@exchequer/platform/ledger';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { followRefusals } from './refusals/follow-refusals.js';
import { clickHouseCheck, projectionCheck } from './reporting-health.js';
import { Reporting } from './reporting.js';

/** Begins and ends with the process: the last rows are written before ClickHouse and the ledger are closed. */
@Injectable()
export class ReportingLife implements OnModuleInit, OnApplicationShutdown {
  private refusals: StreamConsumer | undefined;
  private stopping = false;

  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(Reporting) private readonly reporting: Reporting,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(HEALTH) private readonly health: Health,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  async onModuleInit(): Promise<void> {
    const { reporting, health, metrics } = this;
    health.register('projection', projectionCheck(reporting));
    health.register('clickhouse', clickHouseCheck(reporting));
    metrics.gauge('projected_rows_total', () => reporting.progress.rows);
    metrics.gauge('projection_behind_ms', () => reporting.progress.behindMs ?? 0);
    await ensureStream(this.bus, DECISIONS);
    void reporting.progress.opened.then(() => {
      this.takeRefusals();
    });
    reporting.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.refusals?.drain();
    await this.reporting.stop();
    await this.reporting.analytics.close();
    await this.ledger.close();
  }

  /** Only when there is a table for them. */
  private takeRefusals(): void {
    if (this.stopping) return;
    this.refusals = followRefusals(this.bus, this.reporting, (err, message) => {
      this.logger.warn({ err }, message);
    });
  }
}
