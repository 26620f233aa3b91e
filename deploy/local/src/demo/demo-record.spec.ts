import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { withScratchDirectory } from '@exchequer/testing';
import { readDemoRecord, writeDemoRecord } from './demo-record.js';

describe('the record of the demo', () => {
  it('is read as it was written, and is none when it cannot be read', () =>
    withScratchDirectory((directory) => {
      expect(readDemoRecord(directory.path)).toBeUndefined();
      writeDemoRecord(directory.path, { hourBeganMs: 5, isPrepared: true, played: 50 });
      expect(readDemoRecord(directory.path)).toEqual({ hourBeganMs: 5, isPrepared: true, played: 50 });
      writeFileSync(directory.join('demo.json'), '{');
      expect(readDemoRecord(directory.path)).toBeUndefined();
      return Promise.resolve();
    }));
});
