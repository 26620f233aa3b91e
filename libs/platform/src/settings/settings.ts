/** How much a service says in its log. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where the ledger is: a directory of this machine, or an EventStoreDB. */
export type LedgerAddress =
  | { readonly kind: 'lmdb'; readonly path: string }
  /** `url` is a connection string of EventStoreDB; it may hold a password. */
  | { readonly kind: 'esdb'; readonly url: string };

/** Where ClickHouse is: in the process, with its data in a directory, or a server. */
export type ClickHouseAddress =
  | { readonly kind: 'chdb'; readonly path: string }
  /** `url` may hold a user and password. */
  | { readonly kind: 'http'; readonly url: string };

export interface HttpAddress {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
}

/** What differs from one installation to the next. Every service reads the same. */
export interface Settings {
  /** Absolute path of the directory for everything that the local stack keeps. */
  readonly data: string;
  /** As the bus takes it; may hold credentials. */
  readonly nats: string;
  readonly ledger: LedgerAddress;
  readonly clickhouse: ClickHouseAddress;
  readonly http: HttpAddress;
  readonly log: LogLevel;
}

/** The settings as their environment variables spell them. */
export const SETTING_NAMES = {
  data: 'EXCHEQUER_DATA',
  nats: 'EXCHEQUER_NATS',
  ledger: 'EXCHEQUER_LEDGER',
  clickhouse: 'EXCHEQUER_CLICKHOUSE',
  http: 'EXCHEQUER_HTTP',
  log: 'EXCHEQUER_LOG',
} as const satisfies Record<keyof Settings, string>;

/** Each setting as the text that was given, or stands for the default. */
export type SettingTexts = Readonly<Record<keyof Settings, string>>;

/** One or more settings are wrong. The message has a line for each: which, where, what it takes. Never its value. */
export class SettingsWrong extends Error {
  constructor(
    readonly faults: readonly string[],
    options?: ErrorOptions,
  ) {
    super(faults.join('\n'), options);
    this.name = 'SettingsWrong';
  }
}
