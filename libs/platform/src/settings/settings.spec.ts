import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { withScratchDirectory } from '@exchequer/testing';
import { readSettings, settingsFrom } from './read-settings.js';
import { redact } from './redact.js';
import { SettingsWrong } from './settings.js';
import { showSettings } from './show-settings.js';

const faultsOf = (environment: Record<string, string>, file?: string): readonly string[] => {
  try {
    settingsFrom(environment, file, '/srv');
    return [];
  } catch (error) {
    if (error instanceof SettingsWrong) return error.faults;
    throw error;
  }
};

describe('settings', () => {
  it('are those of one machine when nothing is set', () => {
    expect(settingsFrom({}, undefined, '/srv')).toEqual({
      data: '/srv/.exchequer',
      nats: 'nats://127.0.0.1:4222',
      ledger: { kind: 'lmdb', path: '/srv/.exchequer/ledger' },
      clickhouse: { kind: 'chdb', path: '/srv/.exchequer/analytics' },
      http: { host: '127.0.0.1', port: 7070 },
      log: 'info',
    });
  });

  it('keep ledger and analytics in the data directory, wherever that is', () => {
    const { ledger, clickhouse } = settingsFrom({ EXCHEQUER_DATA: 'second' }, undefined, '/srv');
    expect([ledger, clickhouse]).toEqual([
      { kind: 'lmdb', path: '/srv/second/ledger' },
      { kind: 'chdb', path: '/srv/second/analytics' },
    ]);
  });

  it('come from the file, and from the environment before the file', () => {
    const file = 'nats: nats://file:1\nhttp: "[::1]:80"\nlog: debug # more\n';
    const settings = settingsFrom({ EXCHEQUER_NATS: 'nats://environment:1', EXCHEQUER_LOG: '' }, file, '/srv');
    expect(settings).toMatchObject({ nats: 'nats://environment:1', http: { host: '::1', port: 80 }, log: 'debug' });
  });

  it('name servers instead of directories', () => {
    const settings = settingsFrom(
      { EXCHEQUER_LEDGER: 'esdb://127.0.0.1:2113?tls=false', EXCHEQUER_CLICKHOUSE: 'http://127.0.0.1:8123' },
      undefined,
      '/srv',
    );
    expect(settings.ledger).toEqual({ kind: 'esdb', url: 'esdb://127.0.0.1:2113?tls=false' });
    expect(settings.clickhouse).toEqual({ kind: 'http', url: 'http://127.0.0.1:8123' });
  });

  it('are named when they are wrong, all at once, with what they take', () => {
    expect(
      faultsOf({
        EXCHEQUER_DATA: ' ',
        EXCHEQUER_NATS: 'http://ada:hunter2@x',
        EXCHEQUER_LEDGER: 'postgres://ada:hunter2@x',
        EXCHEQUER_CLICKHOUSE: 'chdb:',
        EXCHEQUER_HTTP: '127.0.0.1:70700',
        EXCHEQUER_LOG: 'loud',
      }),
    ).toEqual([
      'EXCHEQUER_DATA takes the path of a directory, such as .exchequer.',
      'EXCHEQUER_NATS takes the address of a NATS server, such as nats://127.0.0.1:4222; several with commas between them.',
      'EXCHEQUER_LEDGER takes lmdb:<directory> or esdb://<host>:<port>, such as esdb://127.0.0.1:2113?tls=false.',
      'EXCHEQUER_CLICKHOUSE takes chdb:<directory> or the address of a server, such as http://127.0.0.1:8123.',
      'EXCHEQUER_HTTP takes a host and a port, such as 127.0.0.1:7070.',
      'EXCHEQUER_LOG takes one of debug, info, warn, error, silent.',
    ]);
  });

  it('are named with line and column when the file is wrong', () => {
    expect(faultsOf({}, 'log: info\nhtpp: 127.0.0.1:1\nhttp:\n  port: 7070\nnats: http://x\n')).toEqual([
      "exchequer.yaml:2:1 has no setting's name; there are data, nats, ledger, clickhouse, http, log.",
      'exchequer.yaml:3:1 http takes one text.',
      'exchequer.yaml:5:7 nats takes the address of a NATS server, such as nats://127.0.0.1:4222; several with commas between them.',
    ]);
    expect(faultsOf({}, '- log\n')).toEqual([
      'exchequer.yaml:1:1 takes settings by name: data, nats, ledger, clickhouse, http, log.',
    ]);
    expect(faultsOf({}, 'log: info\nlog: debug\n')[0]).toMatch(/^exchequer.yaml:2:1 is not YAML: /);
    expect(faultsOf({}, 'log: "info\n')[0]).toMatch(/^exchequer.yaml:\d+:\d+ is not YAML: /);
  });

  it('take an empty file for none', () => {
    expect(faultsOf({}, '# nothing\n')).toEqual([]);
  });

  it('are read from the working directory of the process', () =>
    withScratchDirectory(async (directory) => {
      expect(readSettings({}, directory.path).log).toBe('info');
      await writeFile(directory.join('exchequer.yaml'), 'log: error\n');
      expect(readSettings({}, directory.path)).toMatchObject({ log: 'error', data: directory.join('.exchequer') });
      expect(readSettings({ EXCHEQUER_LOG: 'warn' }, directory.path).log).toBe('warn');
    }));

  it('are shown without users, passwords and tokens', () => {
    const settings = settingsFrom(
      {
        EXCHEQUER_NATS: 'nats://ada:hunter2@a,nats://t0ken@b',
        EXCHEQUER_LEDGER: 'esdb://ada:hunter2@c:2113',
        EXCHEQUER_CLICKHOUSE: 'https://ada:hunter2@d',
        EXCHEQUER_HTTP: '[::1]:0',
      },
      undefined,
      '/srv',
    );
    expect(showSettings(settings)).toEqual({
      data: '/srv/.exchequer',
      nats: 'nats://***@a,nats://***@b',
      ledger: 'esdb://***@c:2113',
      clickhouse: 'https://***@d',
      http: '[::1]:0',
      log: 'info',
    });
  });
});

describe('redacting', () => {
  it('takes credentials out of URLs and authorization headers, and leaves the rest', () => {
    expect(redact('GET https://ada:p@host/x with Bearer abc.def-1 for ada@example.org')).toBe(
      'GET https://***@host/x with Bearer *** for ada@example.org',
    );
  });
});
