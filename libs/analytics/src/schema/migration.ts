import type { TableNames } from './table-names.js';

/**
 * One step of the schema. Once released it never changes: a later step changes what it made. Each statement bears being
 * run again, so that a step that was interrupted is begun anew.
 */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  readonly name: string;
  readonly statements: (names: TableNames) => readonly string[];
}
