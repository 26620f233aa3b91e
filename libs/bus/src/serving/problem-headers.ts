import { HEADERS, type Problem } from '@exchequer/contracts';
import { headers, type MsgHdrs } from '@nats-io/transport-node';

const SENTENCE_LENGTH_MAX = 512;

/** The headers by which any NATS client sees that an answer is a refusal. */
export function problemHeaders({ code, message }: Problem): MsgHdrs {
  const block = headers();
  block.append(HEADERS.error, oneLine(message));
  block.append(HEADERS.errorCode, code);
  return block;
}

/** The body of a refusal. */
export const problemBody = (problem: Problem): string => JSON.stringify({ error: problem });

// A line break in a value would begin another header.
const oneLine = (text: string): string => text.slice(0, SENTENCE_LENGTH_MAX).replace(/[\r\n]+/g, ' ');
