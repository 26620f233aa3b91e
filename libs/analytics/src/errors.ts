/** A fault of the analytics store or of what keeps it. Messages carry neither credentials nor rows. */
export abstract class AnalyticsError extends Error {
  protected constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The address of ClickHouse cannot be read. Its text is left out, for it may hold a password. */
export class AnalyticsAddressInvalid extends AnalyticsError {
  constructor(reason: string) {
    super(`The ClickHouse address ${reason}; it takes chdb:<directory> or http(s)://user:password@host:port/database.`);
  }
}

/** ClickHouse cannot be reached, or has no room for more at the moment. The same may well succeed later. */
export class AnalyticsUnavailable extends AnalyticsError {
  constructor(reason: string, options?: ErrorOptions) {
    super(`ClickHouse is not available: ${reason}`, options);
  }
}

/** A question took more time or memory than one may. Asking for less helps. */
export class QueryTooHeavy extends AnalyticsError {
  constructor(reason: string, options?: ErrorOptions) {
    super(`The question is too heavy: ${reason}`, options);
  }
}

/** ClickHouse refuses a statement for good. */
export class StatementRefused extends AnalyticsError {
  constructor(
    /** ClickHouse's own name of the fault, such as `UNKNOWN_TABLE`. */
    readonly type: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`ClickHouse refuses a statement (${type}): ${reason}`, options);
  }
}

/** A newer release has changed these tables, in a way that this one does not know. */
export class SchemaTooNew extends AnalyticsError {
  constructor(what: string) {
    super(`${what} was made by a newer release; start that release, or give this one a database of its own.`);
  }
}

/** ClickHouse has what the ledger does not have: the ledger was restored from a backup, or is another one. */
export class ProjectionAhead extends AnalyticsError {
  constructor(
    /** `stream@revision` of the entry that the ledger does not have. */
    readonly address: string,
  ) {
    super(
      `ClickHouse has the entry ${address}, which is not in the ledger. Connect the ledger that it was made from, or give this ledger an empty database.`,
    );
  }
}

/** Another process writes the same tables. Only one of the two can go on from any place; this one begins anew. */
export class ProjectionContested extends AnalyticsError {
  constructor(table: string) {
    super(`Another process has written to ${table} in the meantime; run one reporting process a database.`);
  }
}

/** A fact cannot be put into rows: it rests on another that was never seen. */
export class ProjectionBroken extends AnalyticsError {
  constructor(
    /** `stream@revision.index`. */
    readonly address: string,
    reason: string,
  ) {
    super(`${address} cannot be put into rows: ${reason}`);
  }
}
