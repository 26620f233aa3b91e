import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Bus, BusSubscription } from '../bus.js';
import { announceService, type ServiceAnnouncement, type ServiceIdentity } from '../service/announce-service.js';
import type { EndpointReport } from '../service/endpoint-report.js';
import { Admission } from '../serving/admission.js';
import { SERVING_BOUNDS, type ServingBounds } from '../serving/bounds.js';
import { Endpoint, endpointName, type EndpointWork } from '../serving/endpoint.js';
import { IncomingRequest } from '../serving/incoming-request.js';
import type { RespondsExtras } from './responds.js';

const DRAIN_MAX_MS = 10_000;
const PATTERN = /^(?:[A-Za-z0-9_-]+|\*)(?:\.(?:[A-Za-z0-9_-]+|\*))*(?:\.>)?$/;

export interface NatsTransportOptions {
  /** Connected by the caller, who closes it after the application. */
  readonly bus: Bus;
  readonly service: ServiceIdentity;
  /** Those that differ from {@link SERVING_BOUNDS}. */
  readonly bounds?: Partial<ServingBounds>;
  /** The most that closing waits for work that has begun. */
  readonly drainMaxMs?: number;
}

/**
 * Nest's way to NATS: subjects as they are, bodies as plain JSON, bounded concurrency, deadlines, batches, drain.
 * Give it to `NestFactory.createMicroservice` as `strategy`.
 */
export class NatsTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('exchequer-nats');
  readonly #options: NatsTransportOptions;
  readonly #admission: Admission;
  readonly #endpoints: Endpoint[] = [];
  readonly #subscriptions: BusSubscription[] = [];
  #announcement: ServiceAnnouncement | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: NatsTransportOptions) {
    super();
    this.#options = options;
    this.#admission = new Admission({ ...SERVING_BOUNDS, ...options.bounds }, (fault) => {
      this.logger.error(fault);
    });
  }

  /** What the endpoints have done since the start. */
  get reports(): readonly EndpointReport[] {
    return this.#endpoints.map((endpoint) => endpoint.report());
  }

  /** Requests that wait to be begun, and that are begun and not answered. */
  get load(): { readonly waiting: number; readonly inFlight: number } {
    return { waiting: this.#admission.waiting, inFlight: this.#admission.inFlight };
  }

  override addHandler(pattern: string, handler: MessageHandler, isEvent?: boolean, extras?: RespondsExtras): void {
    if (!PATTERN.test(pattern)) throw new RangeError(`"${pattern}" is no subject that can be answered.`);
    if (this.messageHandlers.has(pattern)) throw new RangeError(`"${pattern}" is answered by two methods.`);
    super.addHandler(pattern, handler, isEvent, { ...extras });
  }

  listen(callback: (error?: unknown) => void): void {
    this.#subscribe().then(
      () => {
        callback();
      },
      (error: unknown) => {
        callback(error);
      },
    );
  }

  /** Takes no more, ends what was begun within the bound, and sends its answers. */
  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  /** The transport has no events of its own: the bus tells of its connection. */
  on(): never {
    throw new Error('NatsTransport has no events; listen to the bus.');
  }

  /** The bus. Nest's signature lets the caller name the type. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  unwrap<Connection>(): Connection {
    return this.#options.bus as Connection;
  }

  async #subscribe(): Promise<void> {
    const { bus, service } = this.#options;
    for (const [pattern, handler] of this.messageHandlers) {
      const endpoint = new Endpoint(definitionOf(pattern, handler, service.name));
      this.#endpoints.push(endpoint);
      const { queue } = endpoint.definition;
      const take = (message: ConstructorParameters<typeof IncomingRequest>[0]): void => {
        this.#admission.arrive(new IncomingRequest(message, endpoint, this.#admission));
      };
      this.#subscriptions.push(bus.subscribeRaw(pattern, queue === undefined ? {} : { queue }, take));
    }
    this.#announcement = announceService(bus, service, () => this.reports);
    await bus.flush();
  }

  async #drain(): Promise<void> {
    const { bus, drainMaxMs = DRAIN_MAX_MS } = this.#options;
    const untilMs = Date.now() + drainMaxMs;
    this.#announcement?.stop();
    await within(drainMaxMs, Promise.all(this.#subscriptions.map((subscription) => subscription.drain())));
    const left = Math.max(0, untilMs - Date.now());
    if (!(await this.#admission.idle(left)))
      this.logger.warn(`${String(this.#admission.inFlight)} requests did not end within ${String(drainMaxMs)} ms`);
    this.#admission.close();
    if (bus.connected)
      await within(
        drainMaxMs,
        bus.flush().catch(() => undefined),
      );
  }
}

function definitionOf(pattern: string, handler: MessageHandler, service: string): Endpoint['definition'] {
  const extras: Partial<RespondsExtras> = handler.extras ?? {};
  const queue = extras.queue ?? service;
  return {
    name: extras.name ?? endpointName(pattern),
    pattern,
    queue: queue === 'everyone' ? undefined : queue,
    work: workOf(handler, extras.batch === true),
  };
}

const workOf = (handler: MessageHandler, batch: boolean): EndpointWork =>
  batch
    ? { kind: 'batch', handle: async (requests) => settled(await handler(requests)) }
    : { kind: 'each', handle: async (body, context) => settled(await handler(body, context)) };

/** Nest gives a failure, and whatever went through an interceptor, as an observable. */
const settled = (result: unknown): unknown =>
  isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
