import type { HealthReply } from '@exchequer/contracts';
import type { Settings } from '@exchequer/platform/settings';
import type { ProcessEvent, ProcessState } from '../processes/supervised-process.js';

/** The services of the local stack, each a process of its own. */
export const SERVICES = ['meter', 'enforcement', 'allocation', 'lifecycle', 'reporting', 'console'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** The process of the NATS server, beside those of the services. */
export const NATS_PROCESS = 'nats';
export type ProcessName = ServiceName | typeof NATS_PROCESS;

export interface StackOptions {
  /** As `readSettings()` gives them: where the data is, and the addresses that the stack takes. */
  readonly settings: Settings;
  /** Applies the demo policy and prices and plays the demo hour, unless this data has them already. */
  readonly demo: boolean;
  /** Told of everything that happens, in order; `terminalProgress()` writes it for people. */
  readonly onProgress?: (event: StackEvent) => void;
  /** Ends the start when it is aborted; without effect once the stack is up. */
  readonly signal?: AbortSignal | undefined;
}

/** What happens to a stack, for whoever watches. */
export type StackEvent =
  /** Something that may take seconds begins: a sentence without a full stop, such as `fetching the NATS server`. */
  | { readonly type: 'step'; readonly what: string }
  /** How far the newest step has come, from 0 to `total`. */
  | { readonly type: 'progress'; readonly what: string; readonly done: number; readonly total: number }
  /** Something worth knowing that stops nothing: a sentence. */
  | { readonly type: 'note'; readonly text: string }
  /** The stack can be used. Every process was ready `afterMs` after the start; the demo, if any, came after that. */
  | {
      readonly type: 'up';
      readonly addresses: StackAddresses;
      readonly afterMs: number;
      /** There is a demo account to look at. */
      readonly hasDemo: boolean;
    }
  | ProcessEvent;

/** Where a stack answers. */
export interface StackAddresses {
  /** `nats://127.0.0.1:4222`. */
  readonly nats: string;
  /** `http://127.0.0.1:7070`: the page, and the API below `/v1`. */
  readonly http: string;
  /** Absolute path of its data. */
  readonly data: string;
}

/** One process of a stack, as its runner sees it and as it says itself. */
export interface ProcessStatus {
  readonly name: ProcessName;
  readonly state: ProcessState;
  /** Absent while there is no process. */
  readonly pid?: number;
  /** How often it was started again. */
  readonly restarts: number;
  /** It says itself that it can do its work; for NATS, that it takes connections. */
  readonly ready: boolean;
  /** What it answered when asked for its health; absent for NATS, and when no answer came. */
  readonly health?: HealthReply;
}

export interface StackStatus {
  /** `down`: no stack runs on this data, and `processes` is empty. */
  readonly state: 'up' | 'starting' | 'down';
  /** The runner's process; absent when down. */
  readonly pid?: number;
  /** Epoch milliseconds. */
  readonly startedAtMs?: number;
  readonly addresses: StackAddresses;
  readonly processes: readonly ProcessStatus[];
}

/** A stack that this process owns. */
export interface RunningStack {
  readonly addresses: StackAddresses;
  status(): Promise<StackStatus>;
  /** Ends every process, in order: services first, NATS last. Doing it again waits for the first. */
  stop(): Promise<void>;
  /** Settles when the stack was stopped. */
  readonly ended: Promise<void>;
}

/**
 * A stack cannot be started, stopped or asked. The message is one sentence: what is wrong, where, what to do.
 *
 * - `in-use`: another program has the port.
 * - `already-running`: a stack runs on this data.
 * - `not-built`: a service has no build.
 * - `no-nats-server`: there is none, and none could be fetched.
 * - `not-started`: a process did not become ready; the message ends with the last lines of its log.
 * - `not-ours`: the settings name something that this machine's stack cannot start, such as NATS on another machine.
 */
export class StackFault extends Error {
  override readonly name = 'StackFault';

  constructor(
    readonly code: 'in-use' | 'already-running' | 'not-built' | 'no-nats-server' | 'not-started' | 'not-ours',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
