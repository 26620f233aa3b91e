import { LedgerNotices } from '@exchequer/bus';
import { Responds, RespondsInBatches, type BusContext, type BusRequest } from '@exchequer/bus/nest';
import { HEADERS } from '@exchequer/contracts';
import { CATALOGUE_STREAM } from '@exchequer/rating';
import { Catalogue } from '@exchequer/replica';
import { Controller, Inject } from '@nestjs/common';
import { publishPrices } from './prices/publish-prices.js';
import { showPrices } from './prices/show-prices.js';
import { answerUsage } from './usage/answer-usage.js';
import { UsageIntake } from './usage/usage-intake.js';

/** What `meter` answers: usage events, and the rate cards that price them. */
@Controller()
export class MeterController {
  constructor(
    @Inject(UsageIntake) private readonly intake: UsageIntake,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LedgerNotices) private readonly notices: LedgerNotices,
  ) {}

  @RespondsInBatches('usage.v1.*')
  usage(requests: readonly BusRequest[]): Promise<void> {
    return answerUsage(this.intake, requests, Date.now());
  }

  @Responds('catalogue.v1.publish')
  publish(body: unknown, context: BusContext): Promise<object> {
    const actor = context.header(HEADERS.actor) ?? 'anonymous';
    return publishPrices(this.catalogue, body, actor, Date.now(), (position) =>
      this.notices.announce(CATALOGUE_STREAM, position),
    );
  }

  @Responds('catalogue.v1.prices')
  prices(body: unknown): Promise<object> {
    return showPrices(this.catalogue, body, Date.now());
  }
}
