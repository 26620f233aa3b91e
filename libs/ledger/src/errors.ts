import type { Revision } from './port.js';

/** A fault of the ledger, as opposed to a refusal of the domain. */
export abstract class LedgerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
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
    super(
      `${stream} does not end at revision ${String(expected)}${actual === undefined ? '' : ` but at ${String(actual)}`}`,
    );
  }
}

/** Sent, and no answer came: the entries may be stored or not. Send the same again. */
export class OutcomeUnknown extends LedgerError {
  constructor(
    readonly stream: string,
    options?: ErrorOptions,
  ) {
    super(`no answer to an append to ${stream}`, options);
  }
}

/** The store cannot be reached, or refuses to write. Nothing was written. */
export class LedgerUnavailable extends LedgerError {}

/** One entry, or all entries of one append together, are more than every store takes. Nothing was written. */
export class EntryTooLarge extends LedgerError {
  constructor(
    stream: string,
    readonly bytes: number,
    readonly bytesMax: number,
    what: 'an entry' | 'an append' = 'an entry',
  ) {
    super(`${what} for ${stream} has ${String(bytes)} bytes; the most is ${String(bytesMax)}`);
  }
}

/** The caller asked for what no store can do: no entries, or a name that is no stream's. Nothing was written. */
export class InvalidAppend extends LedgerError {}

/** What is stored is not what was written: a hash, a link or a revision does not fit. */
export class LedgerCorrupt extends LedgerError {
  constructor(
    /** `stream@revision`. */
    readonly address: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${address}: ${reason}`, options);
  }
}

/** A newer release wrote this, in a shape that this one cannot read. Never skipped: what follows may rest on it. */
export class UnknownVersion extends LedgerError {
  constructor(
    readonly address: string,
    what: string,
    readonly version: unknown,
  ) {
    super(`${address}: version ${String(version)} of ${what} is not known to this release`);
  }
}
