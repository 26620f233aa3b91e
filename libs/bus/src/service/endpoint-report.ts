/** What an endpoint of a service has done since it started. */
export interface EndpointReport {
  /** Letters, digits, - and _. */
  readonly name: string;
  readonly subject: string;
  /** Absent when every instance gets every message. */
  readonly queueGroup?: string | undefined;
  readonly requests: number;
  /** Requests that were answered with an error, refusals included. */
  readonly errors: number;
  /** Code and sentence of the newest error; empty when there was none. */
  readonly lastError: string;
  /** From the beginning of the work to its answer, summed over all requests. */
  readonly processingMs: number;
  /** Anything else that is worth showing, as JSON. */
  readonly data?: unknown;
}
