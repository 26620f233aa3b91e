import { StreamsUnavailable } from '../errors.js';
import type { HeaderRecord } from '../message.js';
import type { RequestClient } from '../request-client.js';

const MESSAGE_ID = 'Nats-Msg-Id';

/** What the stream says of a message that it has taken. */
export interface StreamReceipt {
  readonly stream: string;
  readonly sequence: number;
  /** True when the id had been stored before: nothing was added. */
  readonly duplicate: boolean;
}

export interface StreamPublishOptions {
  /** Sent again under the same id, a message is stored once. */
  readonly messageId?: string;
  readonly headers?: HeaderRecord;
  readonly timeoutMs?: number;
}

/**
 * Puts a message into whichever stream takes its subject, and waits until the stream has it. That is transport, not
 * durability: JetStream answers before its disk has the bytes.
 *
 * @throws RequestFault when no answer came; NoResponders when no stream takes the subject.
 * @throws StreamsUnavailable when the stream refuses, being full for example.
 */
export async function publishToStream(
  requests: RequestClient,
  subject: string,
  body: Uint8Array | string,
  options: StreamPublishOptions = {},
): Promise<StreamReceipt> {
  const { messageId, timeoutMs } = options;
  const headers = messageId === undefined ? options.headers : { ...options.headers, [MESSAGE_ID]: messageId };
  const reply = await requests.request(subject, body, {
    ...(headers === undefined ? {} : { headers }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return receiptIn(subject, reply.json());
}

function receiptIn(subject: string, answer: unknown): StreamReceipt {
  const { stream, seq, duplicate, error } = answer as {
    stream?: string;
    seq?: number;
    duplicate?: boolean;
    error?: { description?: string };
  };
  // A refusal may carry the name of the stream and the sequence 0 as well.
  if (error !== undefined || stream === undefined || seq === undefined)
    throw new StreamsUnavailable(`No stream takes ${subject}: ${error?.description ?? 'the answer is no receipt'}.`);
  return { stream, sequence: seq, duplicate: duplicate === true };
}
