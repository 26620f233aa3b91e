/** What a host takes on. Beyond it callers hear so at once. */
export const HOST_BOUNDS = {
  /** Commands that wait to be decided, for one account. */
  worksQueuedMax: 20_000,
  /** Commands and questions decided in one group. */
  groupSizeMax: 2_000,
  /** Bytes of one group's commands: one append takes a megabyte. */
  groupBytesMax: 480 * 1024,
  /** A group that waits longer than this for the append before it takes no more: its instant would be stale. */
  groupAgeMaxMs: 50,
  /** What a caller gets told to wait when the queue is full. */
  overloadedRetryAfterMs: 100,
  /** A clock this far behind the ledger's newest entry must not decide: an expiry cannot be undone. */
  clockBehindMaxMs: 5_000,
  /** Between two tries to load an account or to append. */
  retryDelayMinMs: 20,
  retryDelayMaxMs: 1_000,
  /** How long a caller waits that does not say. */
  answerWithinMs: 5_000,
} as const;
