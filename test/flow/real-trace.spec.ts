import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReportRow } from '@exchequer/contracts';
import { openAccount } from '../processes/open-account.js';
import { cliJson } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const TRACE = `${DATA}azure-llm-conv.csv`;
const isHere = existsSync(TRACE);
const PATIENCE_MS = 180_000;
const START_MS = 60_000;

interface Expected {
  readonly rows: number;
  readonly contextTokens: number;
  readonly generatedTokens: number;
  readonly usd: Readonly<Record<string, string>>;
  readonly roundRobin: {
    readonly models: readonly string[];
    readonly byModel: Readonly<
      Record<string, { contextTokens: number; generatedTokens: number; calls: number; usd: string }>
    >;
    readonly usd: string;
  };
}

if (!isHere) process.stderr.write('test/flow/real-trace: skipped, for there is no ../shared/data beside the project\n');

(isHere ? describe : describe.skip)('19,366 real calls', () => {
  let stack: Stack;
  let expected: Expected;

  beforeAll(async () => {
    expected = JSON.parse(readFileSync(`${DATA}expected.json`, 'utf8')) as Expected;
    stack = await startStack(['enforcement', 'meter', 'allocation', 'lifecycle', 'reporting']);
    await openAccount(stack, `${DATA}model-prices.json`);
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const replay = (...args: readonly string[]) => cliJson<Record<string, unknown>>(stack, 'replay', TRACE, ...args);
  const report = async (...args: readonly string[]): Promise<readonly ReportRow[]> =>
    (await cliJson<{ rows: readonly ReportRow[] }>(stack, 'report', ...args)).rows;
  const whole = () => ({
    events: expected.rows,
    contextTokens: expected.contextTokens,
    generatedTokens: expected.generatedTokens,
  });

  it(
    'are authorized in order and settled for their exact cost, once however often they are played',
    async () => {
      const args = ['--payer', 'project/chat', '--model', 'gpt-4o-mini', '--authorize'];
      const usd = expected.usd['gpt-4o-mini'];
      const first = await replay(...args);
      expect(first).toMatchObject({ ...whole(), settled: expected.rows, duplicates: 0, unpriced: 0, usd });
      expect(first['clickhouse']).toMatchObject({ agrees: true, calls: expected.rows });
      expect(await replay(...args)).toMatchObject({ settled: 0, duplicates: expected.rows, usd: '0.000000000' });
    },
    PATIENCE_MS,
  );

  it(
    'cost the same as usage alone, without being asked for before',
    async () =>
      expect(await replay('--payer', 'project/chat', '--model', 'gpt-4o-mini')).toMatchObject({
        ...whole(),
        settled: expected.rows,
        usd: expected.usd['gpt-4o-mini'],
      }),
    PATIENCE_MS,
  );

  it(
    'cost what each of three models costs that take turns',
    async () => {
      const { models, byModel, usd } = expected.roundRobin;
      const played = await replay(
        '--payer',
        'project/chat',
        '--model',
        models.join(','),
        '--authorize',
        '--tag',
        'team=a',
      );
      expect(played).toMatchObject({ ...whole(), settled: expected.rows, usd, byModel });
      const rows = await report('--by', 'tag:team');
      const tagged = rows.find((row) => row['tag:team'] === 'a');
      expect(tagged?.calls).toBe(expected.rows);
      expect(Number(tagged?.amounts['usd'])).toBe(Number(usd));
    },
    PATIENCE_MS,
  );

  it(
    'pass a daily limit of 1 dollar 3,044 times; each refusal names the limit and its reset',
    async () => {
      const played = await replay('--payer', 'user/ada', '--model', 'gpt-4o-mini', '--authorize');
      expect(played).toMatchObject({
        allowed: 3_044,
        settled: 3_044,
        refused: 16_322,
        firstRefusedRow: 3_043,
        usd: '0.999980400',
        refusals: [
          { code: 'LimitReached', node: 'user/ada', limit: 'daily', count: 16_322, resetsAt: expect.any(String) },
        ],
      });
    },
    PATIENCE_MS,
  );

  it(
    'stand in reports as in the ledger, and the ledger proves itself and ClickHouse',
    async () => {
      const rows = await report('--by', 'model,hour');
      const calls = rows.reduce((sum, row) => sum + row.calls, 0);
      expect(calls).toBe(3 * expected.rows + 3_044);
      const verdict = await cliJson<{ whole: boolean }>(stack, 'ledger', 'verify');
      expect(verdict).toMatchObject({ whole: true });
    },
    PATIENCE_MS,
  );
});
