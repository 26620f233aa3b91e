/** Tables that are made from the ledger alone, and that a new version of the projection builds anew. */
export const LEDGER_TABLES = ['grants', 'lots', 'usage', 'charges', 'movements', 'approvals'] as const;
export type LedgerTable = (typeof LEDGER_TABLES)[number];

/** Tables that outlive every version. */
export type KeptTable = 'migrations' | 'versions' | 'checkpoints' | 'refusals';

/** What the tables of one version of the projection are called in statements. */
export class TableNames {
  constructor(
    readonly database: string,
    readonly version: number,
  ) {}

  ledger(table: LedgerTable): string {
    return `${this.database}.${table}_v${String(this.version)}`;
  }

  kept(table: KeptTable): string {
    return `${this.database}.${table}`;
  }

  /** What people and dashboards read: always the version that is live. */
  view(name: LedgerTable | 'decisions'): string {
    return `${this.database}.${name}`;
  }
}
