import { createLogger, type Logger } from '../logging/create-logger.js';
import { readSettings } from '../settings/read-settings.js';
import { showSettings } from '../settings/show-settings.js';
import { EXIT, exitStatusOf, sentenceOf } from './failures.js';
import { DRAIN_MAX_MS, startService, type RunningService, type ServiceDefinition } from './start-service.js';
import { stopRequest } from './stop-request.js';

/** What a stop may take beyond the draining of requests: closing the ledger, a last batch to ClickHouse. */
const CLOSE_MAX_MS = 5_000;

/** What a service tells the process that started it, if that gave it an IPC channel. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly service: string;
  readonly instance: string;
  /** From the start of the process. */
  readonly afterMs: number;
  /** `host:port` where HTTP is answered, or null. */
  readonly http: string | null;
}

/**
 * The whole life of a service's process: settings, log, start, `ready`, work, and the end.
 *
 * It ends with status 0 after a stop that was asked for, 2 for wrong settings, 3 when something that it needs is not
 * reachable, each with one sentence on the standard error; 1 for everything else, with the reason in the log.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const asked = stopRequest();
  let logger: Logger | undefined;
  const crash = (fault: unknown): void => {
    logger?.fatal({ err: fault }, 'a fault that nothing handles');
    if (logger === undefined) process.stderr.write(`${sentenceOf(fault)}\n`);
    process.exit(EXIT.failed);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  let running: RunningService;
  try {
    const settings = readSettings();
    running = await startService(definition, settings, ({ name, instance }) => {
      logger = createLogger({ service: name, instance, level: settings.log });
      logger.debug({ settings: showSettings(settings) }, 'starting');
      return logger;
    });
  } catch (fault) {
    const status = exitStatusOf(fault);
    if (status === EXIT.failed) logger?.fatal({ err: fault }, 'the start failed');
    process.stderr.write(`${definition.name}: ${sentenceOf(fault)}\n`);
    process.exit(status);
  }
  announceReady(running);
  const reason = await Promise.race([asked, connectionLost(running)]);
  running.logger.info({ reason }, 'stopping');
  const status = await stopWithin(running, (definition.drainMaxMs ?? DRAIN_MAX_MS) + CLOSE_MAX_MS);
  process.exit(reason === 'connection-closed' ? EXIT.unavailable : status);
}

function announceReady({ logger, service, http }: RunningService): void {
  const afterMs = Math.round(performance.now());
  const address = http === undefined ? null : `${http.host}:${String(http.port)}`;
  logger.info({ afterMs, version: service.version, ...(address === null ? {} : { http: address }) }, 'ready');
  const message: ReadyMessage = {
    type: 'ready',
    service: service.name,
    instance: service.instance,
    afterMs,
    http: address,
  };
  process.send?.(message);
}

/** The connection restores itself for ever, so that it ends by itself only when the server sends this client away. */
async function connectionLost({ bus }: RunningService): Promise<'connection-closed'> {
  await bus.closed;
  return 'connection-closed';
}

async function stopWithin(running: RunningService, withinMs: number): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
    }, withinMs);
  });
  const outcome = await Promise.race([running.stop(), late]);
  clearTimeout(timer);
  if (outcome === 'late') {
    running.logger.error({ withinMs }, 'the stop took too long and was cut off');
    return EXIT.failed;
  }
  running.logger.info('stopped');
  return EXIT.done;
}
