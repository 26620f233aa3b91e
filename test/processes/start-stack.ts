import { createScratchDirectory, startNats } from '@exchequer/testing';
import { startService, type ServiceName, type ServiceProcess } from './start-service.js';

const ALL: readonly ServiceName[] = ['enforcement', 'meter', 'allocation', 'lifecycle', 'reporting', 'console'];
/** Above our own bound of a message, so that ours is the one that answers. */
const NATS_CONFIGURATION = 'max_payload: 4194304';

/** A whole stack on free ports, its data in a scratch directory. */
export interface Stack {
  /** `http://127.0.0.1:<port>`, where the console was started; else empty. */
  readonly url: string;
  readonly nats: string;
  /** The directory in which everything is kept. */
  readonly data: string;
  readonly service: (name: ServiceName) => ServiceProcess;
  /** Starts a service again that was ended; its settings are those of before. */
  restart(name: ServiceName): Promise<void>;
  /** Starts one more process of a service, with the same settings. */
  another(name: ServiceName): Promise<ServiceProcess>;
  stop(): Promise<void>;
}

/** Starts NATS and services, each as a process of its own. @throws Error with the log of a service that did not start */
export async function startStack(services: readonly ServiceName[] = ALL): Promise<Stack> {
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
  const others: ServiceProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values(), ...others].map((one) => one.stop()));
    await nats.stop();
    await directory.remove();
  };
  try {
    await Promise.all(services.map(start));
  } catch (fault) {
    await stop();
    throw fault;
  }
  return {
    url: services.includes('console') ? `http://${service('console').http ?? ''}` : '',
    nats: nats.url,
    data: directory.path,
    service,
    another: async (name) => {
      const one = await startService(name, settings);
      others.push(one);
      return one;
    },
    restart: async (name) => {
      await service(name).stop();
      await start(name);
    },
    stop,
  };
}
