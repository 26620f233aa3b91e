import type { z } from 'zod';
import type { Asking } from './asking.js';
import type { ReplyName } from '../openapi/replies.js';

/** A request over HTTP, as far as an operation needs it. */
export interface Incoming {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON; text where the operation reads text; undefined when there was none. */
  readonly body: unknown;
}

export interface Outgoing {
  readonly status: number;
  /** JSON, encoded. */
  readonly body: Uint8Array | string;
}

export const TAGS = ['Decide', 'Meter', 'Allocate', 'Look', 'Report', 'Prices'] as const;

/** One path and method of the interface: what the router serves, and what `/openapi.json` says. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** As OpenAPI writes it: `/v1/accounts/{account}/authorize`. */
  readonly path: string;
  readonly tag: (typeof TAGS)[number];
  readonly summary: string;
  readonly description?: string;
  /** The body of a POST, or the query of a GET. */
  readonly takes?: z.ZodType;
  /** Fields of the body that the path has instead. */
  readonly inPath?: readonly string[];
  /** What can be sent beside JSON, each with a sentence. */
  readonly mediaTypes?: Readonly<Record<string, string>>;
  /** Many in one request: a body `{"items":[…]}` is answered with `{"items":[…]}`. */
  readonly inBatches?: true;
  /** The body has an `id`, which the header Idempotency-Key may give instead. */
  readonly hasId?: true;
  readonly replies: ReplyName;
  /** 200 when not given. */
  readonly status?: number;
  readonly handle: (incoming: Incoming, asking: Asking) => Promise<Outgoing>;
}
