import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { BusContext, BusRequest } from '../serving/bus-request.js';

export interface RespondsOptions {
  /** As `$SRV` shows it; the default is made of the subject. */
  readonly name?: string;
  /** The queue group; the default is the service's name. `everyone`: every instance gets every message. */
  readonly queue?: string;
}

/** What the decorators leave for the transport to find. */
export interface RespondsExtras extends RespondsOptions {
  readonly batch: boolean;
}

type EachHandler = (body: unknown, context: BusContext) => unknown;
type BatchHandler = (requests: readonly BusRequest[]) => void | Promise<void>;
type Decorates<Handler> = <Method extends Handler>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * The method answers requests on this subject, one call each: it gets the parsed body and returns the reply, or
 * `{ error: Problem }` to refuse.
 *
 * @param pattern a subject; `*` stands for one part of it, such as the account in `credits.v1.balance.*`.
 */
export const Responds = (pattern: string, options: RespondsOptions = {}): Decorates<EachHandler> =>
  decorator(pattern, { ...options, batch: false });

/**
 * The method gets all requests on this subject that came in one turn of the event loop in one call, and answers each
 * of them itself, now or after it has returned. For subjects with very many requests.
 */
export const RespondsInBatches = (pattern: string, options: RespondsOptions = {}): Decorates<BatchHandler> =>
  decorator(pattern, { ...options, batch: true });

const decorator =
  (pattern: string, extras: RespondsExtras) =>
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): void => {
    // Nest hands over the payload alone unless it is told of further arguments.
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    MessagePattern(pattern, extras)(target, key, descriptor);
  };
