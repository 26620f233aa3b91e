import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliText, runCli, type CliRun } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 60_000;
const POLICY = `account: demo
currencies: { usd: { display: 2 } }
nodes:
  org:  { kind: organization, pooling: own }
  team: { parent: org, limits: [ { name: total, amount: 10 usd, window: lifetime, mode: alert, thresholds: [50%, { left: 2 usd }], pauses: true } ] }
`;

describe('a lead who states thresholds and a pause at the end of a limit', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'allocation']);
    const policy = join(stack.data, 'policy.yaml');
    await writeFile(policy, POLICY);
    await must('apply', policy);
    await must('grant', 'org', '100', 'usd');
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const run = (...words: readonly string[]): Promise<CliRun> => runCli(stack, ...words);
  const must = (...words: readonly string[]): Promise<string> => cliText(stack, ...words);
  const authorize = (usd: string): Promise<CliRun> =>
    run('authorize', '--payer', 'team', '--amount', `${usd} usd`, '--json');
  async function spend(usd: string): Promise<void> {
    const { hold } = JSON.parse((await authorize(usd)).out) as { hold: { id: string } };
    await must('settle', hold.id);
  }

  it(
    'sees what was crossed and who paused the team, and resumes it',
    async () => {
      await spend('6');
      expect(await must('tree')).toMatch(/· total +4 +0 +6 +usd +of 10, crossed 50%$/m);
      await spend('4');
      expect(await must('balance', 'team')).toMatch(/^Paused by its limit total since \S+\.$/m);
      expect((await authorize('1')).out).toContain('The node team was paused by its limit total');
      const types = (await must('ledger', 'tail', '-n', '4', '--json'))
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type);
      expect(types).toEqual(['HoldCaptured', 'ThresholdCrossed', 'ThresholdCrossed', 'NodePaused']);
      expect(await must('resume', 'team')).toBe('team is resumed\n');
      expect((await authorize('1')).status).toBe(0);
    },
    PATIENCE_MS,
  );
});
