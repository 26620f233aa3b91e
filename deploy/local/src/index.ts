/**
 * The stack of one machine. What the command line needs:
 *
 * - `exchequer up`: `runStack({ settings, demo })` in the foreground, until Ctrl-C.
 * - `exchequer up --detach`: `startDetached({ settings, demo, onProgress: terminalProgress(process.stdout) })`.
 * - `exchequer down`: `stopStack(settings.data)`.
 * - `exchequer status`: `stackStatus(settings)`.
 *
 * They reject with a {@link StackFault} whose message is the one sentence to print.
 */
export {
  NATS_PROCESS,
  SERVICES,
  StackFault,
  type ProcessName,
  type ProcessStatus,
  type RunningStack,
  type ServiceName,
  type StackAddresses,
  type StackEvent,
  type StackOptions,
  type StackStatus,
} from './stack/stack.js';
export type { ProcessEvent, ProcessState } from './processes/supervised-process.js';
export { provideNatsServer, type NatsServerSearch } from './nats/provide-nats-server.js';
export { runStack, type RunOptions } from './stack/run-stack.js';
export { startDetached, type DetachedStack } from './stack/start-detached.js';
export { startStack } from './stack/start-stack.js';
export { stackStatus } from './stack/stack-status.js';
export { stopStack, type StopOutcome } from './stack/stop-stack.js';
export { terminalProgress, type Terminal } from './terminal/terminal-progress.js';
