import { BOUNDS } from '@exchequer/contracts';

/** How much a process takes on at once. Beyond it callers hear so at once, instead of waiting without end. */
export interface ServingBounds {
  /** Requests begun and not answered. */
  readonly messagesInFlightMax: number;
  /** Requests that wait to be begun; one more is answered Overloaded. */
  readonly messagesWaitingMax: number;
  /** Bytes of the requests that wait; a message beyond it is answered Overloaded. */
  readonly bytesWaitingMax: number;
  /** Bytes of one request; a bigger one is answered Malformed. */
  readonly messageBytesMax: number;
  /** A request that its handler has not answered within this is answered Unavailable, and its place is free again. */
  readonly answerWithinMaxMs: number;
}

export const SERVING_BOUNDS: ServingBounds = {
  messagesInFlightMax: 1_024,
  messagesWaitingMax: 4_096,
  bytesWaitingMax: 64 * 1024 * 1024,
  messageBytesMax: BOUNDS.messageBytesMax,
  answerWithinMaxMs: 30_000,
};
