// What is caught may come from another realm or be no Error at all, so it is asked for its fields and not for its class.

/** A field of something that was caught; undefined when it has none of that name. */
export const fieldOf = (caught: unknown, name: string): unknown =>
  typeof caught === 'object' && caught !== null && name in caught
    ? (caught as Record<string, unknown>)[name]
    : undefined;

export function messageOf(caught: unknown): string {
  const message = fieldOf(caught, 'message');
  return typeof message === 'string' && message !== '' ? message : String(caught);
}
