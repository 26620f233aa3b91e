/** Every reason for which a request can be refused. A closed list: clients may switch over it. */
export const CODES = [
  'Malformed',
  'IdempotencyConflict',
  'UnknownAccount',
  'UnknownNode',
  'NodeArchived',
  'Forbidden',
  'Paused',
  'NotEntitled',
  'RateLimited',
  'LimitReached',
  'InsufficientCredits',
  'UnknownPrice',
  'UnknownHold',
  'HoldAlreadyEnded',
  'CaptureExceedsHold',
  'DeniedByHook',
  'ApprovalRequired',
  'Overloaded',
  'Unavailable',
  'DeadlineExceeded',
] as const;

export type Code = (typeof CODES)[number];

/** Codes after which the same request, under the same id, may well succeed. */
const RETRYABLE: ReadonlySet<Code> = new Set<Code>(['Overloaded', 'Unavailable', 'DeadlineExceeded']);

export const isRetryable = (code: Code): boolean => RETRYABLE.has(code);

/** HTTP status of each code, for problem+json replies. */
export const HTTP_STATUS: Readonly<Record<Code, number>> = {
  Malformed: 400,
  IdempotencyConflict: 409,
  UnknownAccount: 404,
  UnknownNode: 404,
  NodeArchived: 409,
  Forbidden: 403,
  Paused: 503,
  NotEntitled: 403,
  RateLimited: 429,
  LimitReached: 429,
  InsufficientCredits: 402,
  UnknownPrice: 422,
  UnknownHold: 404,
  HoldAlreadyEnded: 409,
  CaptureExceedsHold: 422,
  DeniedByHook: 403,
  ApprovalRequired: 403,
  Overloaded: 503,
  Unavailable: 503,
  DeadlineExceeded: 504,
};
