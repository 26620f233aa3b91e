import type { Problem } from '@exchequer/contracts';

/** A request as its handler sees it. */
export interface BusContext {
  readonly subject: string;
  /** The parts of the subject between its dots. */
  readonly tokens: readonly string[];
  /** The last part of the subject: the account, where the subject names one. */
  readonly lastToken: string;
  /** The body as it came. A view into what was received: copy what outlives the handling. */
  readonly bytes: Uint8Array;
  /** When the caller stops waiting, in epoch milliseconds; undefined when it did not say. */
  readonly deadlineMs: number | undefined;
  /** The first value under this name, letter by letter. */
  header(name: string): string | undefined;
}

/** A request that its handler answers itself: once, at any time within the bound of the server. */
export interface BusRequest extends BusContext {
  /** False until it is answered; what comes later is passed over. */
  readonly answered: boolean;
  /**
   * The body, parsed. `undefined` when it is no JSON in UTF-8: then it was already answered as Malformed, and there is
   * nothing left to do for it.
   */
  body(): unknown;
  respond(body: Uint8Array | string): void;
  respondProblem(problem: Problem): void;
}
