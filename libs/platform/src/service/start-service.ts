import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { DynamicModule, INestApplication, INestApplicationContext } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { connectBus, RequestClient, type Bus, type ServiceIdentity } from '@exchequer/bus';
import { NatsTransport, type ServingBounds } from '@exchequer/bus/nest';
import { answerAboutItself } from '../health/answer-about-itself.js';
import { Health } from '../health/health.js';
import type { Logger } from '../logging/create-logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { Metrics } from '../metrics/metrics.js';
import type { HttpAddress, Settings } from '../settings/settings.js';
import { Unreachable } from './failures.js';
import { PlatformModule, type Platform } from './platform-module.js';

/** The most that a stop waits for requests that have begun, unless the service says otherwise. */
export const DRAIN_MAX_MS = 10_000;

/** A service that also answers HTTP, at the address in the settings. */
export interface HttpEdge {
  /** Nest's adapter, of Fastify for example. Loaded only by the service that has an edge. */
  readonly adapter: () => AbstractHttpAdapter | Promise<AbstractHttpAdapter>;
  /** Sets up the application before it listens. */
  readonly prepare?: (app: INestApplication) => void | Promise<void>;
}

export interface ServiceDefinition {
  /** Its name on the bus and in the log: letters, digits, - and _. Also the queue group of its instances. */
  readonly name: string;
  readonly version: string;
  /** One sentence, for `$SRV`. */
  readonly description: string;
  /** The module with its controllers and providers; the parts of {@link Platform} can be injected everywhere. */
  readonly module: Required<DynamicModule>['imports'][number];
  readonly http?: HttpEdge;
  /** Those bounds of what it takes on at once that differ from the usual. */
  readonly bounds?: Partial<ServingBounds>;
  /** The most that a stop waits for work that has begun. */
  readonly drainMaxMs?: number;
}

export interface RunningService extends Platform {
  readonly app: INestApplicationContext;
  /** Where HTTP is answered, with the port that was really taken. */
  readonly http: HttpAddress | undefined;
  /** Takes no more, ends what was begun, ends the parts of the service, and leaves the bus. */
  stop(): Promise<void>;
}

/**
 * Starts a service in this process: connects, wires the module, answers on NATS and, with an edge, on HTTP.
 *
 * @throws BusUnreachable, BusAccessRefused, Unreachable, or what a provider of the module throws. Nothing is left open.
 */
export async function startService(
  definition: ServiceDefinition,
  settings: Settings,
  makeLogger: (service: ServiceIdentity) => Logger,
): Promise<RunningService> {
  const { name, version, description } = definition;
  const service = { name, version, description, instance: randomBytes(6).toString('hex') };
  const logger = makeLogger(service);
  const bus = await connectBus({ servers: settings.nats, name });
  const health = new Health();
  health.register('nats', () => (bus.connected ? { ok: true } : { ok: false, detail: 'disconnected' }));
  const platform = { service, settings, logger, bus, requests: new RequestClient(bus), health, metrics: new Metrics() };
  tellOfConnection(bus, logger);
  try {
    return await serve(definition, platform);
  } catch (fault) {
    await bus.close();
    throw fault;
  }
}

async function serve(definition: ServiceDefinition, platform: Platform): Promise<RunningService> {
  const { bus, health } = platform;
  const transport = new NatsTransport({
    bus,
    service: platform.service,
    drainMaxMs: definition.drainMaxMs ?? DRAIN_MAX_MS,
    ...(definition.bounds === undefined ? {} : { bounds: definition.bounds }),
  });
  const { app, http } = await listen(definition, platform, transport);
  answerAboutItself({ ...platform, endpoints: () => transport.reports });
  await bus.flush();
  health.serving();
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    health.stopping();
    await app.close();
    platform.requests.close();
    await bus.close();
  };
  return { ...platform, app, http, stop: () => (stopping ??= stop()) };
}

async function listen(
  { module, http }: ServiceDefinition,
  platform: Platform,
  transport: NatsTransport,
): Promise<Pick<RunningService, 'app' | 'http'>> {
  const root = PlatformModule.around(module, platform);
  const options = { logger: new NestLogger(platform.logger), abortOnError: false };
  if (http === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes any object of this shape
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(root, { ...options, strategy: transport });
    await app.listen();
    return { app, http: undefined };
  }
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- as above
  const app = await NestFactory.create(root, await http.adapter(), options);
  app.connectMicroservice<MicroserviceOptions>({ strategy: transport }, { inheritAppConfig: true });
  await http.prepare?.(app);
  await app.startAllMicroservices();
  return { app, http: await listenHttp(app, platform.settings.http) };
}

async function listenHttp(app: INestApplication, { host, port }: HttpAddress): Promise<HttpAddress> {
  try {
    await app.listen(port, host);
  } catch (cause) {
    await app.close();
    const inUse = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EADDRINUSE';
    const why = inUse ? 'is in use' : `cannot be listened on (${String(cause)})`;
    throw new Unreachable(
      `HTTP address ${host}:${String(port)} ${why}; end what uses it, or set EXCHEQUER_HTTP to another.`,
      { cause },
    );
  }
  const taken = new URL(await app.getUrl());
  return { host, port: Number(taken.port) };
}

function tellOfConnection(bus: Bus, logger: Logger): void {
  bus.listen((event) => {
    switch (event.type) {
      case 'disconnected':
        logger.warn({ server: event.server }, 'the connection to NATS is lost; it is being restored');
        break;
      case 'reconnected':
        logger.info({ server: event.server }, 'the connection to NATS is restored');
        break;
      case 'fault':
        logger.error({ err: event.error }, 'NATS, or a handler of its messages, reports a fault');
        break;
      case 'closed':
        logger.debug('the connection to NATS is closed');
    }
  });
}
