import { Controller, Get, Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Responds, RespondsInBatches, type BusContext, type BusRequest } from '@exchequer/bus/nest';
import { LOGGER, METRICS, runService, Unreachable, type HttpEdge, type Logger, type Metrics } from '../index.js';

/** A small service that the specs run as a process; its arguments say how it should behave. */
const wishes = new Set(process.argv.slice(2));

@Controller()
class Greetings implements OnModuleDestroy {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  @Responds('greetings.v1.greet.*')
  greet(body: unknown, { lastToken: account }: BusContext): object {
    this.metrics.counter('greetings_total').add();
    return { greeting: `Hello, ${String((body as { name?: string }).name)} of ${account}.` };
  }

  @RespondsInBatches('greetings.v1.wait.*')
  wait(requests: readonly BusRequest[]): void {
    process.send?.({ type: 'waiting' });
    for (const request of requests) setTimeout(() => request.respond('"waited"'), 300);
  }

  @Responds('greetings.v1.never.*')
  never(): Promise<object> {
    process.send?.({ type: 'waiting' });
    return new Promise(() => undefined);
  }

  @Responds('greetings.v1.crash.*')
  crash(): object {
    setImmediate(() => {
      throw new Error('a bug with nats://ada:hunter2@host');
    });
    return {};
  }

  @Get('/greeting')
  overHttp(): object {
    return { greeting: 'Hello, HTTP.' };
  }

  onModuleDestroy(): void {
    this.logger.info('greetings end');
  }
}

@Module({
  controllers: [Greetings],
  providers: [
    {
      provide: 'store',
      useFactory: () => {
        if (wishes.has('no-store')) throw new Unreachable('The store is away; start it.');
        if (wishes.has('broken')) throw new TypeError('store is undefined');
        return {};
      },
    },
  ],
})
class GreeterModule {}

const http: HttpEdge = { adapter: () => new FastifyAdapter() };

await runService({
  name: 'greeter',
  version: '1.2.3',
  description: 'Greets.',
  module: GreeterModule,
  ...(wishes.has('http') ? { http } : {}),
});
