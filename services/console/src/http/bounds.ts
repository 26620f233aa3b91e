import { BOUNDS } from '@exchequer/contracts';

/** What the HTTP edge takes on. */
export const HTTP_BOUNDS = {
  bodyBytesMax: BOUNDS.messageBytesMax,
  /** Connections at once; with the bound of a body, this bounds the memory that requests can take. */
  connectionsMax: 1_024,
  /** A request that has not arrived as a whole by then is cut off. */
  requestReceivedWithinMs: 30_000,
  keepAliveMs: 5_000,
  /** A service that is asked has so long, unless the caller gives less. */
  answerWithinMs: 5_000,
  /** The most that a caller can ask for with Exchequer-Deadline. */
  answerWithinMaxMs: 30_000,
  /** Longest part of a path: a node's name, each character escaped. */
  pathPartLengthMax: BOUNDS.idLengthMax * 3,
} as const;
