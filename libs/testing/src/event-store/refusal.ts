import { Metadata, type status } from '@grpc/grpc-js';

/** A gRPC error with the server's own trailers. */
export class Refusal extends Error {
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    readonly details: string,
    trailers: Readonly<Record<string, string>>,
  ) {
    super(details);
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, value);
  }
}

export const refusal = (code: status, details: string, trailers: Readonly<Record<string, string>> = {}): Refusal =>
  new Refusal(code, details, trailers);
