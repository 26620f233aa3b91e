import { HEADERS } from '@exchequer/contracts';
import { HTTP_BOUNDS } from '../http/bounds.js';
import type { Incoming } from './operation.js';

/** In whose name a service is asked, and until when. */
export interface Caller {
  readonly actor: string;
  readonly deadlineMs: number;
  readonly traceparent?: string;
}

const ACTOR_UNNAMED = 'http';
const ACTOR = /^[\x21-\x7e]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const EPOCH_MS = /^\d{1,15}$/;

/** Who asks, by the same headers as on NATS. What cannot stand in a header there is passed over. */
export function callerOf(headers: Incoming['headers'], nowMs: number): Caller {
  const actor = one(headers, HEADERS.actor);
  const deadline = one(headers, HEADERS.deadline);
  const traceparent = one(headers, HEADERS.traceparent);
  const asked = EPOCH_MS.test(deadline) ? Number(deadline) : nowMs + HTTP_BOUNDS.answerWithinMs;
  return {
    actor: ACTOR.test(actor) ? actor : ACTOR_UNNAMED,
    deadlineMs: Math.min(asked, nowMs + HTTP_BOUNDS.answerWithinMaxMs),
    ...(TRACEPARENT.test(traceparent) && { traceparent }),
  };
}

function one(headers: Incoming['headers'], name: string): string {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : '';
}
