/** What the live stream takes on. */
export const LIVE_BOUNDS = {
  /** Viewers at once. Each holds a connection. */
  viewersMax: 128,
  /** What happens within this time is told as one. */
  beatMs: 250,
  heartbeatEveryMs: 15_000,
  /** A viewer that has read nothing for so long is gone. */
  silentMaxMs: 30_000,
  /** Refusals that are told in full; of more, only how many there were. */
  refusalsPerBeatMax: 20,
  /** How soon a browser comes back after a lost connection. */
  retryMs: 2_000,
} as const;
