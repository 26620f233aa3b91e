import type { Logger } from './create-logger.js';

/** A log for parts of a service that do not know the logger: a sentence first, then what belongs to it. */
export interface PlainLog {
  warn(message: string, details?: LogDetails): void;
  error(message: string, details?: LogDetails): void;
}

export interface LogDetails {
  readonly account?: string;
  /** What was thrown: written with its message, its causes and its stack. */
  readonly error?: unknown;
}

/** Writes into the service's logger. */
export const plainLog = (logger: Logger): PlainLog => ({
  warn: (message, details = {}) => {
    logger.warn(fieldsOf(details), message);
  },
  error: (message, details = {}) => {
    logger.error(fieldsOf(details), message);
  },
});

// Under any other name than `err` an error would be written as {}.
const fieldsOf = ({ error, ...rest }: LogDetails): object => (error === undefined ? rest : { ...rest, err: error });
