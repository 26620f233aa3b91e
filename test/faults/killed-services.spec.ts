import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAccount } from '../processes/open-account.js';
import { cliJson, runCli } from '../processes/run-cli.js';
import type { ServiceName } from '../processes/start-service.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 180_000;
const ROWS = 20_000;
const IN_TOKENS = 1_000;
const OUT_TOKENS = 100;

describe('services that are killed in the middle of a replay', () => {
  let stack: Stack;
  let trace: string;

  beforeAll(async () => {
    stack = await startStack(['enforcement', 'meter', 'allocation', 'lifecycle', 'reporting']);
    await openAccount(stack);
    trace = join(stack.data, 'trace.csv');
    const rows = Array.from({ length: ROWS }, () => `2026-01-01 00:00:00.0000000,${IN_TOKENS},${OUT_TOKENS}`);
    await writeFile(trace, `TIMESTAMP,ContextTokens,GeneratedTokens\n${rows.join('\n')}\n`);
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  it(
    'change no sum: what was not answered is asked again under the same ids',
    async () => {
      const args = ['--payer', 'project/chat', '--model', 'gpt-4o-mini', '--authorize', '--json'];
      const replay = runCli(stack, 'replay', trace, ...args);
      const over = new Set<unknown>();
      void replay.then((run) => over.add(run));
      const killedInTheMiddle: ServiceName[] = [];
      for (const name of ['enforcement', 'meter', 'reporting'] as const) {
        await new Promise((resolve) => setTimeout(resolve, 700));
        if (over.size === 0) killedInTheMiddle.push(name);
        await stack.service(name).kill();
        await stack.restart(name);
      }
      const { status, out, err } = await replay;
      expect({ status, err }).toMatchObject({ status: 0 });
      expect(killedInTheMiddle).toEqual(['enforcement', 'meter', 'reporting']);
      // 1,000 × 0.00000015 + 100 × 0.0000006 = 0.00021 usd a call.
      const usd = '4.200000000';
      expect(JSON.parse(out)).toMatchObject({
        settled: ROWS,
        duplicates: 0,
        usd,
        clickhouse: { agrees: true, calls: ROWS },
      });
      expect(await cliJson(stack, 'ledger', 'verify')).toMatchObject({ whole: true });
    },
    PATIENCE_MS,
  );
});
