import { ClickHouseError } from '@clickhouse/client';
import { AnalyticsError, AnalyticsUnavailable, QueryTooHeavy, StatementRefused } from '../errors.js';

/** What a later attempt may be spared: too much at once, no room, no quorum, no connection between servers. */
const PASSING: ReadonlySet<string> = new Set([
  'ALL_CONNECTION_TRIES_FAILED',
  'AUTHENTICATION_FAILED',
  'CANNOT_ALLOCATE_MEMORY',
  'CANNOT_OPEN_FILE',
  'CANNOT_RESERVE_SPACE',
  'CANNOT_SCHEDULE_TASK',
  'CANNOT_WRITE_TO_FILE_DESCRIPTOR',
  'KEEPER_EXCEPTION',
  'MEMORY_LIMIT_EXCEEDED',
  'NETWORK_ERROR',
  'NOT_ENOUGH_SPACE',
  'QUERY_WAS_CANCELLED',
  'READONLY',
  'SOCKET_TIMEOUT',
  'TABLE_IS_READ_ONLY',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_PARTS',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
]);

const TOO_HEAVY: ReadonlySet<string> = new Set([
  'MEMORY_LIMIT_EXCEEDED',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_BYTES',
  'TOO_MANY_ROWS',
  'TOO_MANY_ROWS_OR_BYTES',
]);

/** Long texts quote the statement; the first sentence says what is wrong. */
const REASON_LENGTH_MAX = 240;
const reasonOf = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, REASON_LENGTH_MAX);

/** What was thrown below, as an error of this lib. */
export function faultOf(thrown: unknown, during: 'select' | 'write'): AnalyticsError {
  if (thrown instanceof AnalyticsError) return thrown;
  if (isRefusal(thrown)) {
    const { type, message } = thrown;
    if (during === 'select' && TOO_HEAVY.has(type)) return new QueryTooHeavy(reasonOf(message), { cause: thrown });
    if (PASSING.has(type)) return new AnalyticsUnavailable(`${type}: ${reasonOf(message)}`, { cause: thrown });
    return new StatementRefused(type, reasonOf(message), { cause: thrown });
  }
  return new AnalyticsUnavailable(reasonOf(thrown instanceof Error ? thrown.message : String(thrown)), {
    cause: thrown,
  });
}

/** The embedded connection brings a ClickHouseError of its own copy of the client. */
function isRefusal(thrown: unknown): thrown is { readonly type: string; readonly message: string } {
  if (thrown instanceof ClickHouseError) return thrown.type !== undefined;
  return (
    thrown instanceof Error &&
    thrown.constructor.name === 'ClickHouseError' &&
    'type' in thrown &&
    typeof thrown.type === 'string'
  );
}
