import { ErrorType } from '@eventstore/db-client';
import { fieldOf, messageOf } from '../caught.js';
import { EntryTooLarge, LedgerCorrupt, LedgerError, LedgerUnavailable, OutcomeUnknown } from '../errors.js';

const GRPC_UNAVAILABLE = 14;
/** What the server says instead of storing: it is booting, or its queue is full. */
const NOT_TAKEN = /Server Is (Not Ready|Busy|Too Busy)/;

/** The kind of an error that the client made out of an answer; undefined for one that it passed on as it came. */
export const typeOf = (cause: unknown): unknown => fieldOf(cause, 'type');

export const isStreamNotFound = (cause: unknown): boolean => typeOf(cause) === ErrorType.STREAM_NOT_FOUND;

export const isWrongVersion = (cause: unknown): boolean => typeOf(cause) === ErrorType.WRONG_EXPECTED_VERSION;

/** True when an append was judged and answered by the server, whatever it said. */
export const isJudged = (cause: unknown): boolean =>
  isWrongVersion(cause) || typeOf(cause) === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED;

/** No connection could be made, so nothing was sent: the client passes this on without a type of its own. */
const neverSent = (cause: unknown): boolean =>
  typeOf(cause) === undefined &&
  (typeof fieldOf(cause, 'code') === 'number' || messageOf(cause).startsWith('Failed to discover'));

/**
 * What an append that failed means. "Nothing was written" is said only where the server, or the lack of one, says so; all
 * else may be stored.
 */
export function appendFault(stream: string, bytes: number, cause: unknown): LedgerError {
  if (cause instanceof LedgerError) return cause;
  const options = { cause };
  if (neverSent(cause)) return new LedgerUnavailable(`EventStoreDB cannot be reached: ${messageOf(cause)}`, options);
  switch (typeOf(cause)) {
    case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED: {
      const bytesMax = fieldOf(cause, 'maxAppendSize');
      return new EntryTooLarge(stream, bytes, typeof bytesMax === 'number' ? bytesMax : 0, 'an append');
    }
    case ErrorType.ACCESS_DENIED:
      return new LedgerUnavailable(`EventStoreDB refuses appends to ${stream} by this user`, options);
    case ErrorType.STREAM_DELETED:
      return new LedgerCorrupt(stream, 'EventStoreDB says that it was deleted', options);
    case ErrorType.UNKNOWN:
      if (NOT_TAKEN.test(messageOf(cause)))
        return new LedgerUnavailable(`EventStoreDB takes no appends yet: ${messageOf(cause)}`, options);
      return new OutcomeUnknown(stream, options);
    default:
      return new OutcomeUnknown(stream, options);
  }
}

/** What a read that failed means. */
export function readFault(what: string, cause: unknown): LedgerError {
  if (cause instanceof LedgerError) return cause;
  if (typeOf(cause) === ErrorType.STREAM_DELETED)
    return new LedgerCorrupt(what, 'EventStoreDB says that it was deleted', { cause });
  return new LedgerUnavailable(`cannot read ${what} from EventStoreDB: ${messageOf(cause)}`, { cause });
}

/** True for what no waiting mends. */
export const isForGood = (cause: unknown): boolean =>
  typeOf(cause) === ErrorType.ACCESS_DENIED || typeOf(cause) === ErrorType.INVALID_ARGUMENT;

/** True when the client may keep what went wrong and answer with it for ever: the result of its first look at the server. */
export const mayOutlive = (cause: unknown): boolean =>
  typeOf(cause) === undefined && fieldOf(cause, 'code') !== GRPC_UNAVAILABLE;
