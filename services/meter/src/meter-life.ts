import type { Bus, RequestClient, StreamConsumer } from '@exchequer/bus';
import type { Ledger } from '@exchequer/ledger';
import { BUS, LOGGER, REQUESTS, type Logger } from '@exchequer/platform';
import { LEDGER } from '@exchequer/platform/ledger';
import { Catalogue, keepCatalogue, type KeptCatalogue } from '@exchequer/replica';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { followUsageStream } from './usage/usage-stream.js';
import { UsageIntake } from './usage/usage-intake.js';

/** What begins and ends with the process: the rate cards, the stream of usage, the ledger. */
@Injectable()
export class MeterLife implements OnModuleInit, OnApplicationShutdown {
  private stream: StreamConsumer | undefined;
  private cards: KeptCatalogue | undefined;

  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(UsageIntake) private readonly intake: UsageIntake,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(REQUESTS) private readonly requests: RequestClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    this.cards = await keepCatalogue(this.catalogue, (err) => {
      this.logger.warn({ err }, 'the rate cards cannot be read; reading them again');
    });
    const onFault = (err: unknown): void => {
      this.logger.warn({ err }, 'usage of the stream could not be settled; it comes again');
    };
    this.stream = await followUsageStream(this.bus, this.requests, this.intake, onFault);
  }

  async onApplicationShutdown(): Promise<void> {
    this.cards?.stop();
    await this.stream?.drain();
    await this.ledger.close();
  }
}
