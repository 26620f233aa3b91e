import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A usage event as a file has it; whether it is one, the service says. */
export interface FiledEvent {
  /** From 1. */
  readonly line: number;
  readonly event: object;
}

/** A line that is no event. */
export interface BrokenLine {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** The events of an NDJSON file, one a line; empty lines are passed over. Rejects with the system's error for a file that cannot be read. */
export async function* readNdjson(path: string): AsyncGenerator<FiledEvent | BrokenLine> {
  let line = 0;
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const text of lines) {
    line += 1;
    const trimmed = text.replace(/^\uFEFF/, '').trim();
    if (trimmed !== '') yield readLine(line, trimmed);
  }
}

function readLine(line: number, text: string): FiledEvent | BrokenLine {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return { line, reason: 'it is not JSON' };
  }
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) return { line, event };
  return { line, reason: 'it is no object; it takes a CloudEvent' };
}
