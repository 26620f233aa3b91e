import type { Migration } from './migration.js';

/** Where a row comes from: its entry in the ledger, and the fact in it. */
const PLACE = `
  account LowCardinality(String),
  position UInt64 CODEC(Delta, ZSTD),
  revision UInt64 CODEC(Delta, ZSTD),
  fact UInt32 CODEC(Delta, ZSTD),
  booked_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD)`;

const USED = `
  used_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  hour DateTime('UTC') DEFAULT toStartOfHour(used_at) CODEC(Delta, ZSTD),
  source LowCardinality(String),
  usage_id String,
  hold String`;

const ATTRIBUTION = `
  payer LowCardinality(String),
  nodes Array(LowCardinality(String)),
  user LowCardinality(String),
  project LowCardinality(String),
  key LowCardinality(String),
  agent LowCardinality(String),
  workflow LowCardinality(String),
  model LowCardinality(String),
  provider LowCardinality(String),
  service_tier LowCardinality(String),
  task_type LowCardinality(String),
  outcome LowCardinality(String),
  credential_type LowCardinality(String),
  tags Map(LowCardinality(String), String)`;

/** Lets the newest rows be found without reading the others. */
const POSITION_INDEX = 'INDEX position_range position TYPE minmax GRANULARITY 1';

/**
 * One block of an insert is one part here: partitions are months of booking, and a batch has one. A part that was
 * acknowledged outlives a power cut, so that what follows it can rely on it.
 */
const engine = (order: string): string => `ENGINE = MergeTree
  PARTITION BY toYYYYMM(booked_at)
  ORDER BY (${order})
  SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1`;

/** Steps of the tables that are made from the ledger, for each version of the projection. */
export const LEDGER_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'grants, lots, usage, charges, movements and approvals',
    statements: (names) => [
      `CREATE TABLE IF NOT EXISTS ${names.ledger('grants')} (${PLACE},
        grant String,
        lot String,
        node LowCardinality(String),
        currency LowCardinality(String),
        amount Int128,
        layer LowCardinality(String),
        priority Int64,
        starts_at Nullable(DateTime64(3, 'UTC')),
        expires_at Nullable(DateTime64(3, 'UTC')),
        paid_currency LowCardinality(String),
        paid_amount Int128,
        note String,
        ${POSITION_INDEX}
      ) ${engine('account, position, fact')}`,
      `CREATE TABLE IF NOT EXISTS ${names.ledger('lots')} (${PLACE},
        lot String,
        grant String,
        node LowCardinality(String),
        currency LowCardinality(String),
        layer LowCardinality(String),
        ${POSITION_INDEX}
      ) ${engine('account, position, fact')}`,
      `CREATE TABLE IF NOT EXISTS ${names.ledger('usage')} (${PLACE},${USED},${ATTRIBUTION},
        input_tokens Decimal(38, 9),
        output_tokens Decimal(38, 9),
        cache_read_tokens Decimal(38, 9),
        cache_write_tokens Decimal(38, 9),
        cache_write_1h_tokens Decimal(38, 9),
        reasoning_tokens Decimal(38, 9),
        input_audio_tokens Decimal(38, 9),
        output_audio_tokens Decimal(38, 9),
        meters Map(LowCardinality(String), Decimal(38, 9)),
        currencies Array(LowCardinality(String)),
        late Bool,
        unpriced Bool,
        unpriced_reason LowCardinality(String),
        ${POSITION_INDEX}
      ) ${engine('account, hour, position, fact')}`,
      `CREATE TABLE IF NOT EXISTS ${names.ledger('charges')} (${PLACE},${USED},${ATTRIBUTION},
        currency LowCardinality(String),
        amount Int128,
        meters Array(LowCardinality(String)),
        meter_amounts Array(Int128),
        card LowCardinality(String),
        share_lots Array(String),
        share_grants Array(String),
        share_nodes Array(LowCardinality(String)),
        share_layers Array(LowCardinality(String)),
        share_amounts Array(Int128),
        owed Int128,
        beyond_overage Int128,
        uncollected Int128,
        late Bool,
        ${POSITION_INDEX}
      ) ${engine('account, hour, position, fact')}`,
      `CREATE TABLE IF NOT EXISTS ${names.ledger('movements')} (${PLACE},
        line UInt32,
        effective_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
        reason LowCardinality(String),
        hold String,
        lot String,
        grant String,
        node LowCardinality(String),
        counterpart LowCardinality(String),
        layer LowCardinality(String),
        currency LowCardinality(String),
        granted Int128,
        available Int128,
        held Int128,
        spent Int128,
        forfeited Int128,
        owed Int128,
        ${POSITION_INDEX}
      ) ${engine('account, toStartOfHour(booked_at), position, fact, line')}`,
      `CREATE TABLE IF NOT EXISTS ${names.ledger('approvals')} (${PLACE},
        hold String,
        decision LowCardinality(String),
        expires_at DateTime64(3, 'UTC'),
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
        asked Map(LowCardinality(String), Int128),
        binding String CODEC(ZSTD),
        tightest String CODEC(ZSTD),
        ${POSITION_INDEX},
        INDEX hold_filter hold TYPE bloom_filter GRANULARITY 4
      ) ${engine('account, toStartOfHour(booked_at), position, fact')}`,
    ],
  },
  {
    number: 2,
    name: 'corrections of usage',
    statements: (names) => [`ALTER TABLE ${names.ledger('usage')} ADD COLUMN IF NOT EXISTS correction Bool`],
  },
  {
    number: 3,
    name: 'charges at stated prices',
    statements: (names) => [
      `ALTER TABLE ${names.ledger('charges')} ADD COLUMN IF NOT EXISTS provisional Bool`,
      `ALTER TABLE ${names.ledger('usage')} ADD COLUMN IF NOT EXISTS priced_meters Array(LowCardinality(String))`,
    ],
  },
  {
    number: 4,
    name: 'market cost of charges',
    statements: (names) => [
      `ALTER TABLE ${names.ledger('charges')} ADD COLUMN IF NOT EXISTS market_cost Int128 DEFAULT amount`,
    ],
  },
  {
    number: 5,
    name: 'lots with an expiry of their own',
    statements: (names) => [
      `ALTER TABLE ${names.ledger('lots')} ADD COLUMN IF NOT EXISTS expires_at Nullable(DateTime64(3, 'UTC'))`,
    ],
  },
  {
    number: 6,
    name: 'surcharges of overage',
    statements: (names) => [`ALTER TABLE ${names.ledger('charges')} ADD COLUMN IF NOT EXISTS surcharge Int128`],
  },
];
