import { ensureStream, DECISIONS, followLedgerNotices, type Bus, type BusSubscription } from '@exchequer/bus';
import type { Ledger } from '@exchequer/ledger';
import { BUS, LOGGER, METRICS, type Logger, type Metrics } from '@exchequer/platform';
import { LEDGER } from '@exchequer/platform/ledger';
import { CATALOGUE_STREAM } from '@exchequer/rating';
import { Catalogue, keepCatalogue, type KeptCatalogue } from '@exchequer/replica';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AccountHosts } from './host/account-hosts.js';
import { RefusalPublisher } from './refusals/refusal-publisher.js';

/** What begins and ends with the process: the rate cards are followed; the hosts end before the ledger is closed. */
@Injectable()
export class EnforcementLife implements OnModuleInit, OnApplicationShutdown {
  private notices: BusSubscription | undefined;
  private cards: KeptCatalogue | undefined;

  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(AccountHosts) private readonly hosts: AccountHosts,
    @Inject(RefusalPublisher) private readonly refusals: RefusalPublisher,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    const cards = await keepCatalogue(this.catalogue, (err) => {
      this.logger.warn({ err }, 'the rate cards cannot be read; reading them again');
    });
    this.cards = cards;
    this.notices = followLedgerNotices(this.bus, CATALOGUE_STREAM, () => {
      cards.look();
    });
    this.metrics.gauge('charges_waiting_for_price', () => this.hosts.waitingForPrice);
    this.metrics.gauge('usage_kept_apart_total', () => this.hosts.keptApart);
    this.metrics.gauge('refusals_left_out_total', () => this.refusals.leftOut);
    await this.keepDecisions();
  }

  async onApplicationShutdown(): Promise<void> {
    this.cards?.stop();
    this.notices?.stop();
    await this.hosts.close();
    this.refusals.close();
    await this.ledger.close();
  }

  /** Refusals are published for reports. Without JetStream nothing else suffers. */
  private async keepDecisions(): Promise<void> {
    try {
      await ensureStream(this.bus, DECISIONS);
    } catch (err) {
      this.logger.warn({ err }, 'refusals will be missing from the reports');
    }
  }
}
