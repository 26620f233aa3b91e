/** How much is put into one insert, and how long it waits for more. */
export interface ProjectionBounds {
  /** Rows of all tables together, beyond which a batch takes no further entry. */
  readonly batchRowsMax: number;
  readonly batchBytesMax: number;
  /** A batch that is not full is sent when its first row has waited for so long. */
  readonly lingerMs: number;
  /** Full batches that may wait while one is being sent; then the ledger is read no further. */
  readonly batchesWaitingMax: number;
  readonly checkpointEveryMs: number;
  /** The wait after a failure, doubled each time up to the longest. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
}

export const PROJECTION_BOUNDS: ProjectionBounds = {
  batchRowsMax: 50_000,
  batchBytesMax: 32 * 1024 * 1024,
  lingerMs: 100,
  batchesWaitingMax: 1,
  checkpointEveryMs: 1_000,
  retryMinMs: 250,
  retryMaxMs: 10_000,
};
