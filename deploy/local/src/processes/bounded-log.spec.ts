import { chmodSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { withScratchDirectory } from '@exchequer/testing';
import { BoundedLog } from './bounded-log.js';

describe('the log of a process', () => {
  it('goes on where it ended, and keeps one file beside the newest', () =>
    withScratchDirectory((directory) => {
      const path = directory.join('logs', 'meter.log');
      const first = new BoundedLog(path, 10);
      first.write('one\n');
      first.close();
      const second = new BoundedLog(path, 10);
      for (const line of ['two\n', 'three\n', 'four\n']) second.write(line);
      second.close();
      expect([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['three\n', 'four\n']);
      expect(second.lastLines(1)).toEqual(['four']);
      expect(second.lastLines(9)).toEqual(['three', 'four']);
      return Promise.resolve();
    }));

  it('says how much it lost when it could not be written', () =>
    withScratchDirectory((directory) => {
      const path = directory.join('logs', 'meter.log');
      writeFileSync(directory.join('logs'), 'in the way');
      const log = new BoundedLog(path);
      log.write('lost\n');
      rmSync(directory.join('logs'));
      chmodSync(directory.path, 0o700);
      log.write('kept\n');
      log.close();
      expect(readFileSync(path, 'utf8')).toMatch(/^\(5 bytes of this log are lost: .+\)\nkept\n$/);
      return Promise.resolve();
    }));
});
