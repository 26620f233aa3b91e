import { describe, expect, it } from '@jest/globals';
import { lineOf } from './table.js';

const line = (value: string | bigint | number | null | Readonly<Record<string, bigint>> | readonly bigint[]): unknown =>
  lineOf({ columns: ['value'] }, { value });

describe('a row on its way to ClickHouse', () => {
  it('has amounts as digits, alone, in lists and by name', () => {
    expect(line(2n ** 100n)).toBe('["1267650600228229401496703205376"]');
    expect(line([1n, -2n])).toBe('[["1","-2"]]');
    expect(line({ usd: 3n })).toBe('[{"usd":"3"}]');
    expect(line(null)).toBe('[null]');
  });

  it('has whole characters alone: half a pair becomes U+FFFD, an escape of its own text stays', () => {
    expect(line('a\ud83dz')).toBe('["a\uFFFDz"]');
    expect(line('🦊')).toBe('["🦊"]');
    expect(line('\\ud83d')).toBe('["\\\\ud83d"]');
    expect(line('\\\ud83d')).toBe('["\\\\\uFFFD"]');
  });
});
