import type { LoggerService } from '@nestjs/common';
import type { Logger } from './create-logger.js';

type Write = (fields: object, message: string) => void;

/** What Nest says of its own doings at every start; of use to who looks for a fault in the wiring alone. */
const OWN_CONTEXTS = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's logger, writing into ours. Nest hands over a message, perhaps a stack, and last the context's name. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const { logger } = this;
    this.#write(isOwn(rest) ? logger.debug.bind(logger) : logger.info.bind(logger), message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write(this.logger.warn.bind(this.logger), message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write(this.logger.error.bind(this.logger), message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write(this.logger.fatal.bind(this.logger), message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write(this.logger.debug.bind(this.logger), message, rest);
  }

  #write(write: Write, message: unknown, rest: readonly unknown[]): void {
    const [context, stack] = [...rest].reverse();
    const fields = {
      ...(typeof context === 'string' ? { context } : {}),
      ...(typeof stack === 'string' ? { stack } : {}),
    };
    if (isError(message)) write({ ...fields, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) write({ ...fields, ...message }, '');
    else write(fields, String(message));
  }
}

const isOwn = (rest: readonly unknown[]): boolean => {
  const context = rest.at(-1);
  return typeof context === 'string' && OWN_CONTEXTS.has(context);
};

/** By its shape, for an error may come from another realm. */
const isError = (value: unknown): value is Error =>
  typeof value === 'object' && value !== null && 'stack' in value && 'message' in value;
