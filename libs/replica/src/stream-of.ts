const PREFIX = 'account-';

/** Streams that are accounts. */
export const ACCOUNT_STREAMS = PREFIX;

/** The stream that is an account. */
export const streamOf = (account: string): string => PREFIX + account;

/** The account that a stream is, or undefined for streams of another kind. */
export const accountOfStream = (stream: string): string | undefined =>
  stream.startsWith(PREFIX) ? stream.slice(PREFIX.length) : undefined;
