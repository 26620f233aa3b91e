import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { withScratchDirectory } from '@exchequer/testing';
import { processIdentity } from '../processes/process-identity.js';
import {
  claim,
  claimFault,
  currentRunner,
  readRecord,
  release,
  writeRecord,
  type StackRecord,
} from './stack-record.js';

const RECORD: StackRecord = {
  startedAtMs: 1,
  state: 'up',
  addresses: { nats: 'nats://127.0.0.1:4222', http: 'http://127.0.0.1:7070', data: '/data' },
  processes: [{ name: 'meter', state: 'ready', restarts: 0, pid: 1, identity: 'x' }],
};

describe('the claim of a stack on its data', () => {
  it('holds for as long as its runner lives', () =>
    withScratchDirectory(({ path }) => {
      claim(path);
      expect(currentRunner(path)).toEqual({ pid: process.pid, identity: processIdentity(process.pid) });
      expect(() => {
        claim(path);
      }).toThrow(/^A stack runs on .* already \(process \d+\); end it by exchequer down, or set EXCHEQUER_DATA/);
      release(path);
      expect(claimFault(path)).toBeUndefined();
      return Promise.resolve();
    }));

  it('is void when its runner was killed, also when another process has its id by now', () =>
    withScratchDirectory((directory) => {
      writeFileSync(directory.join('stack.pid'), `${String(process.pid)} some-other-start\n`);
      expect(currentRunner(directory.path)).toBeUndefined();
      claim(directory.path);
      expect(readFileSync(directory.join('stack.pid'), 'utf8')).toBe(
        `${String(process.pid)} ${processIdentity(process.pid) ?? ''}\n`,
      );
      return Promise.resolve();
    }));

  it('is void when its file is no such file', () =>
    withScratchDirectory((directory) => {
      writeFileSync(directory.join('stack.pid'), '12');
      expect(currentRunner(directory.path)).toBeUndefined();
      return Promise.resolve();
    }));
});

describe('the record of a stack', () => {
  it('is read as it was written, and is nothing when it cannot be read', () =>
    withScratchDirectory((directory) => {
      expect(readRecord(directory.path)).toBeUndefined();
      writeRecord(directory.path, RECORD);
      expect(readRecord(directory.path)).toEqual(RECORD);
      writeFileSync(directory.join('stack.json'), '{"startedAtMs":');
      expect(readRecord(directory.path)).toBeUndefined();
      return Promise.resolve();
    }));
});
