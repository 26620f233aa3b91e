import { BusAccessRefused, BusAddressInvalid, BusUnreachable, StreamsUnavailable } from '@exchequer/bus';
import { redact } from '../settings/redact.js';
import { SettingsWrong } from '../settings/settings.js';

/** How a process ends, the same for services and the CLI. */
export const EXIT = { done: 0, failed: 1, wrongUsage: 2, unavailable: 3 } as const;

/**
 * Something that a service needs is not there: the ledger, ClickHouse, a port. Thrown while it starts, it ends the
 * process with {@link EXIT.unavailable} and its message as the one sentence.
 */
export class Unreachable extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'Unreachable';
  }
}

/** The exit status of a process that could not start. */
export function exitStatusOf(fault: unknown): number {
  if (fault instanceof SettingsWrong || fault instanceof BusAddressInvalid) return EXIT.wrongUsage;
  return isUnavailable(fault) ? EXIT.unavailable : EXIT.failed;
}

/** What goes to the standard error when a process could not start, without secrets. */
export const sentenceOf = (fault: unknown): string =>
  redact(fault instanceof Error ? fault.message : `The start failed: ${String(fault)}`);

/** True when waiting or starting something else may help, and looking at a stack would not. */
export const isUnavailable = (fault: unknown): boolean =>
  [Unreachable, BusUnreachable, BusAccessRefused, StreamsUnavailable].some((kind) => fault instanceof kind);
