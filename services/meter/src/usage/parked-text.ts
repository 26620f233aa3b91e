import type { Problem } from '@exchequer/contracts';

/** An event that is longer, as JSON, is not parked whole: well below the largest message that every server takes. */
const EVENT_LENGTH_MAX = 128 * 1024;
const BEGINNING_LENGTH = 4 * 1024;

/**
 * What is parked of an event: the event and why it was refused. One that cannot be kept whole is named by its beginning,
 * or by nothing when it is nested deeper than can be written: parking must not fail, or what is behind would wait.
 */
export function parkedText(event: unknown, error: Problem): string {
  const text = jsonOf(event);
  if (text !== undefined && text.length <= EVENT_LENGTH_MAX)
    return `{"event":${text},"error":${JSON.stringify(error)}}`;
  const eventBegins = (typeof event === 'string' ? event : (text ?? '')).slice(0, BEGINNING_LENGTH);
  return JSON.stringify({ eventBegins, error });
}

function jsonOf(event: unknown): string | undefined {
  try {
    return JSON.stringify(event);
  } catch (fault) {
    if (fault instanceof RangeError) return undefined;
    throw fault;
  }
}
