/** The headers of a message that came in. Names are compared letter by letter. */
export interface MessageHeaders {
  /** The first value under this name; empty when there is none. */
  get(name: string): string;
  has(name: string): boolean;
  keys(): string[];
}

/** A message that came in. Its bytes are a view into what was received: copy what outlives the handling. */
export interface BusMessage {
  readonly subject: string;
  /** Where the answer goes; empty or absent when none is wanted. */
  readonly reply?: string | undefined;
  readonly data: Uint8Array;
  /** Read from the bytes at the first use; absent when the message has none. */
  readonly headers?: MessageHeaders | undefined;
}

/** Headers to send, by name. Values of one line. */
export type HeaderRecord = Readonly<Record<string, string>>;
