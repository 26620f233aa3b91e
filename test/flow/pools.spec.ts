import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 60_000;

/** A shared base of 100, of which each department can count on its part. */
const POLICY = `account: demo
currencies: { usd: { display: 2 } }
nodes:
  org:                 { kind: organization }
  department/sales:    { parent: org, pooling: parent, reserve: 30 usd, borrowMax: 60 usd }
  department/research: { parent: org, pooling: parent, reserve: 50 usd }
  user/ada:            { parent: department/sales, pooling: parent }
`;

describe('departments with reserved capacity and a shared base, from a policy file', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'allocation']);
    const file = join(stack.data, 'pools.yaml');
    await writeFile(file, POLICY);
    for (const words of [
      ['apply', file],
      ['grant', 'org', '100', 'usd'],
    ])
      expect(await runCli(stack, ...words)).toMatchObject({ status: 0, err: '' });
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const ask = (payer: string, amount: string) => runCli(stack, 'authorize', '--payer', payer, '--amount', amount);

  it(
    'keeps each its part, lends the rest, and shows what is left',
    async () => {
      const denied = await ask('user/ada', '51 usd');
      expect([denied.status, denied.out + denied.err]).toEqual([
        1,
        expect.stringContaining('50 usd in org are kept for department/research'),
      ]);
      expect(await ask('user/ada', '50 usd')).toMatchObject({ status: 0 });
      expect(await ask('department/research', '50 usd')).toMatchObject({ status: 0 });
      const { out } = await runCli(stack, 'tree');
      expect(out).toMatch(/· reserve +0 +50 +usd +of 30 kept in its pool/);
      expect(out).toMatch(/· borrowMax +10 +50 +usd +of 60 from above/);
    },
    PATIENCE_MS,
  );
});
