import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connectBus } from '@exchequer/bus';
import type { HealthReply } from '@exchequer/contracts';
import { playDemo } from '../demo/play-demo.js';
import { localNatsAddress } from '../nats/nats-address.js';
import { natsPlan } from '../nats/nats-plan.js';
import { provideNatsServer } from '../nats/provide-nats-server.js';
import { processIdentity } from '../processes/process-identity.js';
import {
  StartFailed,
  SupervisedProcess,
  type ProcessEvent,
  type ProcessPlan,
} from '../processes/supervised-process.js';
import { askHealth, askHealthAt } from './ask-health.js';
import { checkPorts } from './check-ports.js';
import { awaitFormerStack } from './former-stack.js';
import { isReadyMessage, servicePlan } from './service-plan.js';
import { claim, release, writeRecord, type StackRecord } from './stack-record.js';
import { addressesOf, statusOf } from './stack-status.js';
import {
  NATS_PROCESS,
  SERVICES,
  StackFault,
  type ProcessName,
  type ServiceName,
  type RunningStack,
  type StackAddresses,
  type StackEvent,
  type StackOptions,
} from './stack.js';

/** Those that end together, in order: first what takes work in, then what it is sent to, last what carries it. */
const STOP_ORDER: readonly (readonly ProcessName[])[] = [
  ['console', 'meter', 'allocation', 'lifecycle'],
  ['enforcement', 'reporting'],
  [NATS_PROCESS],
];
/** From the last process's start until every service says that it can do its work. */
const HEALTHY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

/**
 * Starts the local stack and waits until every service is ready. This process owns it from then on: what dies is
 * started again, and when this process ends, however it ends, all of it ends.
 *
 * @throws StackFault, or the reason of `options.signal` when that ended the start. Nothing is left running.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const { settings, onProgress = () => undefined } = options;
  const address = localNatsAddress(settings.nats);
  claim(settings.data);
  const stack = new OwnedStack(addressesOf(settings), onProgress);
  try {
    const waiting = 'waiting for the processes of the stack before to end';
    await awaitFormerStack(settings.data, () => {
      onProgress({ type: 'step', what: waiting });
    });
    await checkPorts(address, settings.http);
    await mkdir(join(settings.data, 'logs'), { recursive: true });
    const plans = SERVICES.map((name) => servicePlan(name, settings));
    const onFetch = (): void => {
      onProgress({ type: 'step', what: 'fetching the NATS server' });
    };
    const program = await provideNatsServer({ data: settings.data, onFetch, signal: options.signal });
    await stack.start([await natsPlan(program, address, settings.data), ...plans], settings.nats, options.signal);
    if (options.demo) await playOrSay(options, onProgress);
    stack.announce(options.demo);
    return stack;
  } catch (fault) {
    await stack.stop();
    throw fault instanceof StartFailed ? new StackFault('not-started', fault.message, { cause: fault }) : fault;
  }
}

/** A demo that cannot be played is no reason to be without a stack: a user may have changed the account under it. */
async function playOrSay({ settings, signal }: StackOptions, tell: (event: StackEvent) => void): Promise<void> {
  try {
    await playDemo(settings, tell, signal);
  } catch (fault) {
    signal?.throwIfAborted();
    const why = fault instanceof Error ? fault.message : String(fault);
    tell({ type: 'note', text: `The demo was not played to its end and goes on at the next start: ${why}` });
  }
}

class OwnedStack implements RunningStack {
  readonly ended: Promise<void>;
  #tellEnded: () => void = () => undefined;
  #stopping: Promise<void> | undefined;
  #processes: readonly SupervisedProcess[] = [];
  #state: StackRecord['state'] = 'starting';
  #nats = '';
  #readyAfterMs = 0;
  readonly #startedAtMs = Date.now();

  constructor(
    private readonly settled: StackAddresses,
    private readonly tell: (event: StackEvent) => void,
  ) {
    this.ended = new Promise((resolve) => (this.#tellEnded = resolve));
  }

  /** As the settings say, with the port that HTTP really took: they may leave its choice to the system. */
  get addresses(): StackAddresses {
    const said = this.#processes.find(({ name }) => name === 'console')?.said;
    const http = isReadyMessage(said) ? said.http : null;
    return http === null ? this.settled : { ...this.settled, http: `http://${http}` };
  }

  async start(plans: readonly ProcessPlan[], nats: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    this.#nats = nats;
    const heard = (event: ProcessEvent): void => {
      this.#write();
      this.tell(event);
    };
    this.#processes = plans.map((plan) => new SupervisedProcess(plan, heard));
    const cut = (): void => void this.stop();
    signal?.addEventListener('abort', cut, { once: true });
    try {
      this.tell({ type: 'step', what: `starting ${plans.map(({ name }) => name).join(', ')}` });
      const [server, ...services] = this.#processes;
      await server?.start();
      const ready = Promise.all(services.map((service) => service.start()));
      this.#write();
      await ready;
      await this.#untilHealthy();
    } catch (fault) {
      signal?.throwIfAborted();
      throw fault;
    } finally {
      signal?.removeEventListener('abort', cut);
    }
    this.#readyAfterMs = Date.now() - this.#startedAtMs;
  }

  /** Says that everything is there. */
  announce(hasDemo: boolean): void {
    this.#state = 'up';
    this.#write();
    this.tell({ type: 'up', addresses: this.addresses, afterMs: this.#readyAfterMs, hasDemo });
  }

  async status(): ReturnType<RunningStack['status']> {
    return statusOf(process.pid, this.#record(), await askHealthAt(this.#nats));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    for (const names of STOP_ORDER) {
      const those = this.#processes.filter(({ name }) => names.some((other) => other === name));
      await Promise.all(those.map((one) => one.stop()));
    }
    release(this.addresses.data);
    this.#tellEnded();
  }

  async #untilHealthy(): Promise<void> {
    const bus = await connectBus({ servers: this.#nats, name: 'exchequer-local' });
    try {
      const untilMs = Date.now() + HEALTHY_WITHIN_MS;
      while (this.#stopping === undefined) {
        const health = await askHealth(bus);
        const unwell = SERVICES.find((name) => health.get(name)?.ready !== true);
        if (unwell === undefined) return;
        if (Date.now() > untilMs) throw this.#notHealthy(unwell, health.get(unwell));
        await wait(LOOK_EVERY_MS);
      }
    } finally {
      await bus.close();
    }
  }

  #notHealthy(name: ServiceName, health: HealthReply | undefined): StackFault {
    const failed = health?.checks.find(({ ok }) => !ok);
    const why = failed === undefined ? 'does not say why' : `says of ${failed.name}: ${failed.detail ?? 'failed'}`;
    const log = join(this.addresses.data, 'logs', `${name}.log`);
    const after = `${String(HEALTHY_WITHIN_MS / 1_000)} s`;
    return new StackFault('not-started', `${name} runs, is not ready after ${after}, and ${why}; see ${log}.`);
  }

  #write(): void {
    writeRecord(this.addresses.data, this.#record());
  }

  #record(): StackRecord {
    return {
      startedAtMs: this.#startedAtMs,
      state: this.#state,
      addresses: this.addresses,
      processes: this.#processes.map(({ plan, state, restarts, pid }) => {
        const identity = pid === undefined ? undefined : processIdentity(pid);
        return {
          name: plan.name as ProcessName,
          state,
          restarts,
          ...(pid !== undefined && { pid }),
          ...(identity !== undefined && { identity }),
        };
      }),
    };
  }
}
