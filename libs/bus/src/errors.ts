/** A fault of the bus, as opposed to a refusal by the service that was asked. */
export abstract class BusError extends Error {
  protected constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The address of the servers cannot be read. The text itself is left out, for it may hold a password. */
export class BusAddressInvalid extends BusError {
  constructor(reason: string) {
    super(`The NATS address ${reason}; it takes nats://host:port, several with commas between them.`);
  }
}

/** No server answered. */
export class BusUnreachable extends BusError {
  constructor(
    /** Where it was looked for, without credentials. */
    readonly address: string,
    options?: ErrorOptions,
  ) {
    super(
      `NATS is not reachable at ${address}; start one (npx exchequer up), or set EXCHEQUER_NATS to where one runs.`,
      options,
    );
  }
}

/** A server answered and does not want this client. */
export class BusAccessRefused extends BusError {
  constructor(
    readonly address: string,
    options?: ErrorOptions,
  ) {
    super(
      `NATS at ${address} refuses the credentials; check the user and password, token or credentials file.`,
      options,
    );
  }
}

/** The server has no JetStream, or refuses what was asked of it. */
export class StreamsUnavailable extends BusError {
  constructor(
    /** One sentence: what is not possible, why, and what helps. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** Whether a request that got no answer may have been carried out all the same. */
export type RequestOutcome = 'not-sent' | 'unknown';

/** Why a request got no answer. With `outcome` unknown the same request is repeated under the same id. */
export abstract class RequestFault extends BusError {
  abstract readonly outcome: RequestOutcome;
}

/** Nobody listens on the subject: no such service is up. */
export class NoResponders extends RequestFault {
  readonly outcome = 'not-sent';
  constructor(readonly subject: string) {
    super(`Nobody answers on ${subject}; the service that does is not running.`);
  }
}

/** No answer within the time that the caller gave. */
export class RequestTimeout extends RequestFault {
  readonly outcome = 'unknown';
  constructor(
    readonly subject: string,
    readonly timeoutMs: number,
  ) {
    super(`No answer on ${subject} within ${String(timeoutMs)} ms.`);
  }
}

/** The connection was lost while an answer was awaited, or there is none at the moment. It comes back by itself. */
export class Disconnected extends RequestFault {
  constructor(readonly outcome: RequestOutcome) {
    super(
      outcome === 'unknown'
        ? 'The connection to NATS was lost before the answer came.'
        : 'There is no connection to NATS at the moment; it is being restored.',
    );
  }
}

/** The connection was closed for good. */
export class BusClosed extends RequestFault {
  constructor(readonly outcome: RequestOutcome) {
    super('The connection to NATS is closed.');
  }
}

/** The message is above what a message may be. It was not sent. */
export class MessageTooLarge extends RequestFault {
  readonly outcome = 'not-sent';
  constructor(
    readonly subject: string,
    bytes: number,
    readonly bytesMax: number,
  ) {
    super(`A message of ${String(bytes)} bytes to ${subject} is above the most, ${String(bytesMax)}; divide it.`);
  }
}

/** The message cannot be put on the wire: a subject with blanks, a header with a line break. It was not sent. */
export class RequestInvalid extends RequestFault {
  readonly outcome = 'not-sent';
  constructor(subject: string, options: { cause: Error }) {
    super(`The message to ${JSON.stringify(subject.slice(0, 128))} cannot be sent: ${options.cause.message}.`, options);
  }
}

/** This user may not send to the subject, or may not receive answers. */
export class NotPermitted extends RequestFault {
  readonly outcome = 'not-sent';
  constructor(
    readonly subject: string,
    options?: ErrorOptions,
  ) {
    super(`The NATS user may not use ${subject}; its permissions have to allow it.`, options);
  }
}

/** More requests are under way than the client allows. It was not sent. */
export class TooManyRequests extends RequestFault {
  readonly outcome = 'not-sent';
  constructor(requestsInFlightMax: number) {
    super(
      `${String(requestsInFlightMax)} requests are under way, the most that one client allows; wait for some of them.`,
    );
  }
}
