import type { Migration } from './migration.js';

/** Steps of the tables that outlive every version of the projection. */
export const KEPT_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'versions, checkpoints and refusals',
    statements: (names) => [
      // Which version of the projection is read. The newest row counts.
      `CREATE TABLE IF NOT EXISTS ${names.kept('versions')} (
        version UInt32,
        live_since DateTime64(3, 'UTC')
      ) ENGINE = MergeTree ORDER BY live_since`,
      // Up to which entry a version has everything, in all of its tables.
      `CREATE TABLE IF NOT EXISTS ${names.kept('checkpoints')} (
        version UInt32,
        position UInt64,
        stream String,
        revision UInt64,
        hash String
      ) ENGINE = ReplacingMergeTree(position) ORDER BY version`,
      // Requests that were denied. They wrote nothing to the ledger, so no rebuild brings them back.
      `CREATE TABLE IF NOT EXISTS ${names.kept('refusals')} (
        account LowCardinality(String),
        decided_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
        decision_id String,
        decision LowCardinality(String),
        code LowCardinality(String),
        message String CODEC(ZSTD),
        payer LowCardinality(String),
        nodes Array(LowCardinality(String)),
        user LowCardinality(String),
        project LowCardinality(String),
        key LowCardinality(String),
        agent LowCardinality(String),
        workflow LowCardinality(String),
        model LowCardinality(String),
        tags Map(LowCardinality(String), String),
        amounts Map(LowCardinality(String), Int128),
        binding String CODEC(ZSTD),
        request String CODEC(ZSTD),
        lines String CODEC(ZSTD),
        address String,
        INDEX decision_id_filter decision_id TYPE bloom_filter GRANULARITY 4
      ) ENGINE = MergeTree
      PARTITION BY toYYYYMM(decided_at)
      ORDER BY (account, decided_at, decision_id)
      SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1`,
    ],
  },
  {
    number: 2,
    name: 'how many refusals a row stands for',
    // A row without a request is none of them: it stands for those that were counted and not kept one by one.
    statements: (names) => [
      `ALTER TABLE ${names.kept('refusals')} ADD COLUMN IF NOT EXISTS stands_for UInt64 DEFAULT 1`,
    ],
  },
  {
    number: 3,
    name: 'what was known when a request was refused',
    statements: (names) => [
      `ALTER TABLE ${names.kept('refusals')} ADD COLUMN IF NOT EXISTS context String CODEC(ZSTD)`,
    ],
  },
];
