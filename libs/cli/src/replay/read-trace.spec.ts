import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { withScratchDirectory } from '@exchequer/testing';
import { UsageFault } from '../shell/faults.js';
import { hashTrace, readTrace } from './read-trace.js';
import type { BrokenRow, TraceRow } from './trace-row.js';

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';

const readText = (text: string): Promise<(TraceRow | BrokenRow)[]> =>
  withScratchDirectory(async (directory) => {
    const path = directory.join('trace.csv');
    await writeFile(path, text);
    const rows: (TraceRow | BrokenRow)[] = [];
    for await (const row of readTrace(path)) rows.push(row);
    return rows;
  });

const call = (index: number, contextTokens: number, generatedTokens: number, second = 46) => ({
  index,
  atMs: Date.UTC(2023, 10, 16, 18, 15, second, 680),
  contextTokens,
  generatedTokens,
});

describe('a trace', () => {
  it('has a call in each row, at its instant in UTC', async () => {
    const rows = await readText(`${HEADER}\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16T18:15:47.680Z,0,0\n`);
    expect(rows).toEqual([call(0, 374, 44), call(1, 0, 0, 47)]);
  });

  it.each([
    ['lines that end as on Windows', `${HEADER}\r\n2023-11-16 18:15:46.68,1,2\r\n2023-11-16 18:15:46.68,3,4\r\n`],
    ['no end behind the last line', `${HEADER}\n2023-11-16 18:15:46.68,1,2\n2023-11-16 18:15:46.68,3,4`],
    ['empty lines', `${HEADER}\n\n2023-11-16 18:15:46.68,1,2\n\n2023-11-16 18:15:46.68,3,4\n\n`],
    ['a byte order mark', `\uFEFF${HEADER}\n2023-11-16 18:15:46.68,1,2\n2023-11-16 18:15:46.68,3,4\n`],
    ['mixed line ends', `${HEADER}\r\n2023-11-16 18:15:46.68,1,2\n2023-11-16 18:15:46.68,3,4\r\n`],
    [
      'quotes around its fields',
      `"TIMESTAMP","ContextTokens","GeneratedTokens"\n"2023-11-16 18:15:46.68","1","2"\n2023-11-16 18:15:46.68,"3",4\n`,
    ],
    [
      'columns in another order, and more of them',
      `GeneratedTokens,User,TIMESTAMP,contexttokens\n2,ada,2023-11-16 18:15:46.68,1\n4,,2023-11-16 18:15:46.68,3\n`,
    ],
  ])('may have %s', async (_what, text) => {
    expect(await readText(text)).toEqual([call(0, 1, 2), call(1, 3, 4)]);
  });

  it('names a broken row by its number and line, and goes on with the next', async () => {
    const rows = await readText(
      `${HEADER}\r\n2023-11-16 18:15:46.68,1,2\r\n2023-11-16 18:15:46.68,x,2\r\n\r\n2023-11-16 18:15:46.68,3,4\r\n`,
    );
    expect(rows).toEqual([
      call(0, 1, 2),
      { row: 2, line: 3, reason: 'ContextTokens "x" is no whole number' },
      call(2, 3, 4),
    ]);
  });

  it.each([
    ['2023-11-16 18:15:46.68,1', 'GeneratedTokens "" is no whole number'],
    ['2023-11-16 18:15:46.68,1,-2', 'GeneratedTokens "-2" is no whole number'],
    ['2023-11-16 18:15:46.68,1.5,2', 'ContextTokens "1.5" is no whole number'],
    ['2023-11-16 18:15:46.68,1e3,2', 'ContextTokens "1e3" is no whole number'],
    ['2023-11-16 18:15:46.68,9999999999999999,2', 'ContextTokens "9999999999999999" is no whole number'],
    [
      '2023-13-16 18:15:46.68,1,2',
      'TIMESTAMP "2023-13-16 18:15:46.68" is no time; it takes one such as 2023-11-16 18:15:46.6805900',
    ],
    ['yesterday,1,2', 'TIMESTAMP "yesterday" is no time; it takes one such as 2023-11-16 18:15:46.6805900'],
  ])('has no call in the row %s', async (text, reason) => {
    expect(await readText(`${HEADER}\n${text}\n2023-11-16 18:15:46.68,3,4\n`)).toEqual([
      { row: 1, line: 2, reason },
      call(1, 3, 4),
    ]);
  });

  it('loses one row alone to a quote that is never closed', async () => {
    const rows = await readText(`${HEADER}\n2023-11-16 18:15:46.68,"1,2\n2023-11-16 18:15:46.68,3,4\n`);
    expect(rows).toEqual([{ row: 1, line: 2, reason: 'ContextTokens "\\"1" is no whole number' }, call(1, 3, 4)]);
  });

  it('is none without its columns', async () => {
    await expect(readText('TIMESTAMP,ContextTokens\n')).rejects.toThrow(/has no column GeneratedTokens/);
    await expect(readText('')).rejects.toThrow(/is empty/);
    await expect(readText('')).rejects.toBeInstanceOf(UsageFault);
  });

  it('is none when it cannot be read', async () => {
    await expect(hashTrace('/none/trace.csv')).rejects.toThrow(/there is no such file/);
    await expect(readTrace('/none/trace.csv').next()).rejects.toThrow(/there is no such file/);
  });

  it('is known by its bytes', () =>
    withScratchDirectory(async (directory) => {
      await writeFile(directory.join('a.csv'), 'abc');
      expect(await hashTrace(directory.join('a.csv'))).toEqual({
        hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        lines: 0,
      });
    }));
});
