import { describe, expect, it } from '@jest/globals';
import { COMMAND_KNOWN_MS, USAGE_KNOWN_MS } from './command-memory.js';
import { judgeRepeat } from './judge-repeat.js';

const RECORD = { id: 'a', contentHash: 'content', at: 1_000 };

describe('an id that was accepted before', () => {
  it('is a repeat with the same content', () =>
    expect(judgeRepeat('command', { id: 'a', contentHash: 'content' }, RECORD, 1_001)).toBe('repeat'));

  it('is a conflict with other content', () =>
    expect(judgeRepeat('command', { id: 'a', contentHash: 'other' }, RECORD, 1_001)).toBe('conflict'));

  it('is new when only its hash was the same: another id', () =>
    expect(judgeRepeat('command', { id: 'b', contentHash: 'content' }, RECORD, 1_001)).toBe('new'));

  it.each([
    ['command', COMMAND_KNOWN_MS],
    ['usage', USAGE_KNOWN_MS],
  ] as const)('may be used again for a %s when its time is over, to the instant', (kind, knownMs) => {
    const judged = (at: number) => judgeRepeat(kind, { id: 'a', contentHash: 'other' }, RECORD, at);
    expect([judged(1_000 + knownMs - 1), judged(1_000 + knownMs)]).toEqual(['conflict', 'new']);
  });
});
