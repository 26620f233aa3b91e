import type { Bus, RequestClient } from '@exchequer/bus';
import { BUS, METRICS, REQUESTS, type Metrics } from '@exchequer/platform';
import { Inject, Injectable, Module, type OnModuleDestroy } from '@nestjs/common';
import { Board } from './board/board.js';
import { LiveAccounts } from './live/live-accounts.js';
import { Asking } from './operations/asking.js';

/** Streams never end by themselves: they are ended before HTTP waits for its last replies. */
@Injectable()
class ConsoleLife implements OnModuleDestroy {
  constructor(@Inject(LiveAccounts) private readonly live: LiveAccounts) {}

  onModuleDestroy(): void {
    this.live.close();
  }
}

@Module({
  providers: [
    ConsoleLife,
    { provide: Board, useFactory: (bus: Bus) => new Board(bus), inject: [BUS] },
    {
      provide: Asking,
      useFactory: (requests: RequestClient) => new Asking(requests, () => Date.now()),
      inject: [REQUESTS],
    },
    { provide: LiveAccounts, useFactory: liveAccounts, inject: [BUS, METRICS] },
  ],
})
export class ConsoleModule {}

function liveAccounts(bus: Bus, metrics: Metrics): LiveAccounts {
  const live = new LiveAccounts(bus);
  metrics.gauge('http_live_viewers', () => live.viewers);
  metrics.gauge('http_live_accounts', () => live.accounts);
  return live;
}
