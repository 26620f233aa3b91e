import { createScratchDirectory, startNats } from '@exchequer/testing';
import { startService, type ServiceName, type ServiceProcess } from './start-service.js';

/** Everything that the console asks, in the order in which a stack starts. */
const SERVICES: readonly ServiceName[] = ['enforcement', 'meter', 'allocation', 'lifecycle', 'reporting', 'console'];
/** Above our own bound of a message, so that ours is the one that answers. */
const NATS_CONFIGURATION = 'max_payload: 4194304';

/** A whole stack on free ports, its data in a scratch directory. */
export interface ConsoleStack {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly nats: string;
  readonly service: (name: ServiceName) => ServiceProcess;
  /** Starts a service again that was ended; its settings are those of before. */
  restart(name: ServiceName): Promise<void>;
  stop(): Promise<void>;
}

/** Starts NATS and every service as a process of its own. @throws Error with the log of a service that did not start */
export async function startConsoleStack(): Promise<ConsoleStack> {
  const [nats, directory] = await Promise.all([
    startNats({ configuration: NATS_CONFIGURATION }),
    createScratchDirectory(),
  ]);
  const settings = { EXCHEQUER_DATA: directory.path, EXCHEQUER_NATS: nats.url, EXCHEQUER_HTTP: '127.0.0.1:0' };
  const running = new Map<ServiceName, ServiceProcess>();
  const start = async (name: ServiceName): Promise<void> => {
    running.set(name, await startService(name, settings));
  };
  const service = (name: ServiceName): ServiceProcess => {
    const found = running.get(name);
    if (found === undefined) throw new Error(`${name} was not started`);
    return found;
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((one) => one.stop()));
    await nats.stop();
    await directory.remove();
  };
  try {
    await Promise.all(SERVICES.map(start));
  } catch (fault) {
    await stop();
    throw fault;
  }
  return {
    url: `http://${service('console').http ?? ''}`,
    nats: nats.url,
    service,
    restart: async (name) => {
      await service(name).stop();
      await start(name);
    },
    stop,
  };
}
