import type { Revision } from './port.js';

/** A fault of the ledger, as opposed to a refusal of the domain. */
export abstract class LedgerError extends Error {
  protected constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Somebody else has appended: the caller's view of the stream is old. */
export class WrongRevision extends LedgerError {
  constructor(
    readonly stream: string,
    readonly expected: Revision,
    /** Where the stream ends; undefined when the store did not say. */
    readonly actual: Revision | undefined,
  ) {
    super(`${stream} does not end at revision ${String(expected)}${actual === undefined ? '' : ` but at ${String(actual)}`}`);
  }
}

/** Sent, and no answer came: the entries may be stored or not. Send the same again. */
export class OutcomeUnknown extends LedgerError {
  constructor(stream: string, options?: ErrorOptions) {
    super(`no answer to an append to ${stream}`, options);
  }
}

/** The store cannot be reached, or refuses to write. Nothing was written. */
export class LedgerUnavailable extends LedgerError {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
  }
}

export class EntryTooLarge extends LedgerError {
  constructor(stream: string, bytes: number, bytesMax: number) {
    super(`an entry for ${stream} has ${String(bytes)} bytes; the most is ${String(bytesMax)}`);
  }
}

/** What is stored is not what was written: a hash, a link or a revision does not fit. */
export class LedgerCorrupt extends LedgerError {
  constructor(
    readonly address: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${address}: ${reason}`, options);
  }
}
