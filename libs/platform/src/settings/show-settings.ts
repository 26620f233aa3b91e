import { redact } from './redact.js';
import type { Settings } from './settings.js';

/** The settings as texts that may be shown: without users, passwords and tokens. */
export function showSettings(settings: Settings): Readonly<Record<keyof Settings, string>> {
  const { data, nats, ledger, clickhouse, http, log } = settings;
  return {
    data,
    nats: redact(nats),
    ledger: ledger.kind === 'lmdb' ? `lmdb:${ledger.path}` : redact(ledger.url),
    clickhouse: clickhouse.kind === 'chdb' ? `chdb:${clickhouse.path}` : redact(clickhouse.url),
    http: `${http.host.includes(':') ? `[${http.host}]` : http.host}:${String(http.port)}`,
    log,
  };
}
