import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliJson, cliText, runCli } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 60_000;
const POLICY = `account: demo
currencies: { usd: { display: 2 } }
nodes:
  org:           { kind: organization, overage: { limit: 10 usd, for: critical, rate: 1.25 } }
  project/nurse: { parent: org, pooling: parent }
`;

describe('a team at the command line that may owe for critical work', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'allocation']);
    const policy = join(stack.data, 'policy.yaml');
    await writeFile(policy, POLICY);
    expect(await cliText(stack, 'plan', policy)).toContain('10 usd for critical work at 1.25');
    await cliText(stack, 'apply', policy);
    await cliText(stack, 'grant', 'org', '2', 'usd');
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const asking = ['authorize', '--payer', 'project/nurse', '--amount', '6 usd'] as const;

  it(
    'sees what either work can spend, is told to mark it, and what it then owes',
    async () => {
      const balance = await cliText(stack, 'balance', 'project/nurse');
      expect(balance).toContain('Spendable now, limits aside: 2 usd, from org.');
      expect(balance).toContain('Work that is marked critical can spend 10 usd.');
      const denied = await runCli(stack, ...asking);
      expect([denied.status, denied.out]).toEqual([
        1,
        expect.stringContaining('Work that is marked critical can spend 10 usd.'),
      ]);
      expect(await cliText(stack, ...asking, '--critical')).toMatch(
        /overage +4 +usd, and 1 by its rate|overage .* 4 .*usd, and 1 by its rate/,
      );
      const { hold } = await cliJson<{ hold: { id: string } }>(
        stack,
        'authorize',
        '--payer',
        'org',
        '--amount',
        '2 usd',
        '--critical',
      );
      expect(await cliText(stack, 'settle', hold.id)).toContain('2.5 usd owed');
    },
    PATIENCE_MS,
  );
});
