import { resolve } from 'node:path';
import { BusAddressInvalid, parseServerAddress } from '@exchequer/bus';
import { z } from 'zod';
import {
  LOG_LEVELS,
  type ClickHouseAddress,
  type HttpAddress,
  type LedgerAddress,
  type SettingTexts,
} from './settings.js';

const PORT_MAX = 65_535;

/** What each setting takes, as the end of a sentence that begins with its name. */
const TAKES = {
  data: 'takes the path of a directory, such as .exchequer',
  nats: 'takes the address of a NATS server, such as nats://127.0.0.1:4222; several with commas between them',
  ledger: 'takes lmdb:<directory> or esdb://<host>:<port>, such as esdb://127.0.0.1:2113?tls=false',
  clickhouse: 'takes chdb:<directory> or the address of a server, such as http://127.0.0.1:8123',
  http: 'takes a host and a port, such as 127.0.0.1:7070',
  log: `takes one of ${LOG_LEVELS.join(', ')}`,
} as const;

/** What stands where nothing is set. `<data>` is the setting of that name. */
export const defaultTexts = (data: string): SettingTexts => ({
  data,
  nats: 'nats://127.0.0.1:4222',
  ledger: `lmdb:${data}/ledger`,
  clickhouse: `chdb:${data}/analytics`,
  http: '127.0.0.1:7070',
  log: 'info',
});

export const DEFAULT_DATA = '.exchequer';

/** Reads a text by `read`, which gives undefined for one that is wrong. */
const parsed = <Value>(takes: string, read: (text: string) => Value | undefined): z.ZodType<Value, string> =>
  z.string(takes).transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message: takes, input: text });
    return z.NEVER;
  });

/** A schema of each setting's text. Relative paths begin at `cwd`. */
export const settingSchema = (cwd: string) =>
  z.object({
    data: parsed(TAKES.data, (text) => (isPath(text) ? resolve(cwd, text) : undefined)),
    nats: parsed(TAKES.nats, (text) => (isServerAddress(text) ? text : undefined)),
    ledger: parsed(TAKES.ledger, (text) => ledgerAddress(text, cwd)),
    clickhouse: parsed(TAKES.clickhouse, (text) => clickHouseAddress(text, cwd)),
    http: parsed(TAKES.http, httpAddress),
    log: z.enum(LOG_LEVELS, TAKES.log),
  });

const isPath = (text: string): boolean => text.trim() !== '' && !text.includes('\0');

function isServerAddress(text: string): boolean {
  try {
    parseServerAddress(text);
    return true;
  } catch (error) {
    if (error instanceof BusAddressInvalid) return false;
    throw error;
  }
}

function ledgerAddress(text: string, cwd: string): LedgerAddress | undefined {
  const path = afterPrefix('lmdb:', text);
  if (path !== undefined) return { kind: 'lmdb', path: resolve(cwd, path) };
  return /^esdb(?:\+discover)?:\/\/[^/\s]+/.test(text) ? { kind: 'esdb', url: text } : undefined;
}

function clickHouseAddress(text: string, cwd: string): ClickHouseAddress | undefined {
  const path = afterPrefix('chdb:', text);
  if (path !== undefined) return { kind: 'chdb', path: resolve(cwd, path) };
  return /^https?:\/\/[^/\s]+/.test(text) && URL.canParse(text) ? { kind: 'http', url: text } : undefined;
}

const afterPrefix = (prefix: string, text: string): string | undefined =>
  text.startsWith(prefix) && isPath(text.slice(prefix.length)) ? text.slice(prefix.length) : undefined;

function httpAddress(text: string): HttpAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > PORT_MAX ? undefined : { host, port };
}
