import { isProblemReply } from '@exchequer/contracts';
import type { Endpoint, EndpointWork } from './endpoint.js';
import type { IncomingRequest } from './incoming-request.js';
import { FAILED, thrownProblem } from './problems.js';

type Work<Kind extends EndpointWork['kind']> = Extract<EndpointWork, { kind: Kind }>;

/** Hands the requests that have begun on an endpoint to its handler, and answers what the handler leaves by failing. */
export function carryOut(endpoint: Endpoint, onFault: (fault: unknown) => void): void {
  const requests = endpoint.batch;
  endpoint.batch = [];
  const { work } = endpoint.definition;
  switch (work.kind) {
    case 'batch':
      void inBatch(work, requests, onFault);
      break;
    case 'each':
      for (const request of requests) void forEach(work, request, onFault);
  }
}

async function inBatch(work: Work<'batch'>, requests: readonly IncomingRequest[], onFault: (fault: unknown) => void) {
  try {
    await work.handle(requests);
  } catch (thrown) {
    if (thrownProblem(thrown) === undefined) onFault(thrown);
    for (const request of requests) request.respondProblem(thrownProblem(thrown) ?? FAILED);
  }
}

async function forEach(work: Work<'each'>, request: IncomingRequest, onFault: (fault: unknown) => void) {
  const body = request.body();
  if (body === undefined) return;
  try {
    const reply = await work.handle(body, request);
    if (isProblemReply(reply)) request.respondProblem(reply.error);
    else request.respond(bytesOf(reply));
  } catch (thrown) {
    const refusal = thrownProblem(thrown);
    if (refusal === undefined) onFault(thrown);
    request.respondProblem(refusal ?? FAILED);
  }
}

/** Bytes and text go as they are; anything else as JSON. */
const bytesOf = (reply: unknown): Uint8Array | string =>
  reply instanceof Uint8Array || typeof reply === 'string' ? reply : JSON.stringify(reply ?? {});
