import { isRetryable, type Code, type Problem } from '@exchequer/contracts';
import { BusAccessRefused, BusAddressInvalid, BusError } from '@exchequer/bus';
import { ExchequerError } from '@exchequer/client';
import { redact, SettingsWrong } from '@exchequer/platform/settings';
import { CommanderError } from 'commander';
import { EXIT, type ExitStatus } from './exit-status.js';

/** The command cannot be understood, or names a file that cannot be read. The message is the sentence to print. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}

/** Something that a command needs is not there. The message is the sentence to print. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** The answer is no, found by the command itself and not by a service: its code, and the sentence to print. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly code: Code,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** How a command failed: its exit status, and what is wrong in one sentence and in the form of a reply. */
export interface Failure {
  readonly status: ExitStatus;
  readonly problem: Problem;
}

/** What a thrown fault means for whoever called the command. */
export function failureOf(fault: unknown): Failure {
  const message = redact(fault instanceof Error ? fault.message : String(fault));
  if (fault instanceof ExchequerError) {
    const { code, details } = fault;
    const status = isRetryable(code) ? EXIT.unavailable : EXIT.refused;
    return { status, problem: { code, message, ...(Object.keys(details).length > 0 && { details }) } };
  }
  if (isUsageFault(fault)) return { status: EXIT.wrongUsage, problem: { code: 'Malformed', message } };
  if (fault instanceof BusAccessRefused) return { status: EXIT.unavailable, problem: { code: 'Forbidden', message } };
  if (fault instanceof Refused) return { status: EXIT.refused, problem: { code: fault.code, message } };
  if (fault instanceof Unavailable || fault instanceof BusError)
    return { status: EXIT.unavailable, problem: { code: 'Unavailable', message } };
  throw fault;
}

const isUsageFault = (fault: unknown): boolean =>
  [UsageFault, SettingsWrong, BusAddressInvalid, CommanderError].some((kind) => fault instanceof kind);
