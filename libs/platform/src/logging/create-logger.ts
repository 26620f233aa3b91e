import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../settings/settings.js';
import { redact } from '../settings/redact.js';

export type { Logger } from 'pino';

/** Fields whose value never reaches the log, wherever they stand in the first two levels of what is logged. */
const SECRET_FIELDS = ['authorization', 'password', 'pass', 'token', 'secret', 'cookie'];

export interface LoggerOptions {
  readonly service: string;
  readonly instance: string;
  readonly level: LogLevel;
  /** Where the lines go; the standard output when it is not given. */
  readonly destination?: DestinationStream;
}

/**
 * The log of a service: one JSON object a line, with `level`, `time`, `service`, `instance` and `msg`. Secrets are
 * replaced: fields that are named like one, credentials in URLs, values of authorization headers.
 */
export function createLogger({ service, instance, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service, instance },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '***' },
      hooks: { streamWrite: redact },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
