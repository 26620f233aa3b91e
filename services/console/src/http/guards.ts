import { problem } from '@exchequer/contracts';
import { HttpProblem, malformedRequest } from './http-problem.js';

const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface GuardedHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/** Whether an address is of this machine alone. */
export const isLoopback = (host: string): boolean => LOOPBACK_HOST.test(host);

/**
 * Refuses what a page of another site may send through the browser of somebody who may reach the console: requests under
 * a foreign name that was made to point here (only where the console listens on loopback, and so knows its names), and
 * changes from a foreign origin. Reading needs no guard: without CORS headers a browser shows no answer to another origin.
 */
export function guard(method: string, headers: GuardedHeaders, onLoopback: boolean): HttpProblem | undefined {
  const host = headers.host ?? '';
  if (onLoopback && !LOOPBACK_NAME.test(host))
    return malformedRequest(
      'The Host header names another machine; the console listens on this one alone, as localhost or 127.0.0.1.',
      421,
    );
  if (SAFE_METHODS.has(method)) return undefined;
  const isForeign =
    headers['sec-fetch-site'] === 'cross-site' || (headers.origin !== undefined && !isOriginOf(headers.origin, host));
  return isForeign
    ? new HttpProblem(
        problem('Forbidden', 'The request comes from a page of another origin; such pages may not change anything.'),
      )
    : undefined;
}

function isOriginOf(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}
