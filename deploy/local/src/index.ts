/**
 * The stack of one machine. What the CLI needs:
 *
 * - `exchequer up`: `runStack({ settings, demo })` in the foreground, until Ctrl-C; `startDetached` with `--detach`.
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
