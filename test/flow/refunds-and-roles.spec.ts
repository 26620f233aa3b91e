import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliJson, cliText, runCli, type CliRun } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 60_000;
/** W1 and W14 in one node, W9 in the users under another. */
const POLICY = `account: demo
currencies: { usd: { display: 2 } }
roles:
  power:      { limits: [ { name: weekly, amount: 100 usd, window: week UTC } ] }
  contractor: { limits: [ { name: weekly, amount: 20 usd, window: week UTC } ] }
nodes:
  org:      { kind: organization, pooling: own }
  shop:     { parent: org, pooling: own }
  user/ada: { parent: org, pooling: parent, roles: [power, contractor], precedence: most-permissive }
  user/bob: { parent: org, pooling: parent, roles: [power, contractor], precedence: most-restrictive }
`;

describe('a lead at the command line', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'allocation']);
    const policy = join(stack.data, 'policy.yaml');
    await writeFile(policy, POLICY);
    await must('apply', policy);
    await must('grant', 'org', '1000', 'usd');
    await must('grant', 'shop', '5', 'usd', '--layer', 'promotional');
    await must('grant', 'shop', '10', 'usd', '--layer', 'plan');
    await must('grant', 'shop', '20', 'usd');
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const run = (...words: readonly string[]): Promise<CliRun> => runCli(stack, ...words);
  const must = (...words: readonly string[]): Promise<string> => cliText(stack, ...words);
  /** The field of a command's JSON. */
  async function told(field: string, ...words: readonly string[]): Promise<unknown> {
    return (await cliJson<Record<string, unknown>>(stack, ...words))[field];
  }
  async function charged(usd: string): Promise<string> {
    const hold = (await told('hold', 'authorize', '--payer', 'shop', '--amount', `${usd} usd`)) as { id: string };
    return (await told('position', 'settle', hold.id)) as string;
  }
  const available = async (): Promise<unknown> =>
    ((await told('balances', 'balance', 'shop')) as { available: string }[])[0]?.available;

  it(
    'gives a part of a charge back to the lots that had paid, once, and never more than it cost',
    async () => {
      const charge = await charged('12');
      expect(await available()).toBe('23');
      const refund = ['refund', charge, '--amount', '4 usd', '--reason', 'an outage', '--id', 'r-1'];
      expect(await must(...refund)).toBe(`${charge} comes to: 8 usd; 4 usd given back\n`);
      expect(await must(...refund)).toContain('corrected before; nothing new was done');
      expect(await told('sources', ...refund)).toMatchObject([{ layer: 'plan', amount: '4' }]);
      expect(await available()).toBe('27');
      const more = await run('refund', charge, '--amount', '9 usd');
      expect([more.status, more.err]).toEqual([1, expect.stringContaining('9 is more than the 8 that the charge')]);
      expect(await available()).toBe('27');
    },
    PATIENCE_MS,
  );

  it(
    'says what a charge should have been, and the difference goes back or is drawn',
    async () => {
      const before = Number(await available());
      const charge = await charged('3');
      expect(await must('correct', charge, '--amount', '1 usd')).toBe(`${charge} comes to: 1 usd; 2 usd given back\n`);
      expect(await must('correct', charge, '--amount', '2 usd')).toBe(
        `${charge} comes to: 2 usd; 1 usd charged in addition\n`,
      );
      expect(await must('correct', charge, '--amount', '2 usd')).toBe(`${charge} comes to this already: 2 usd\n`);
      expect(Number(await available())).toBe(before - 2);
    },
    PATIENCE_MS,
  );

  it.each([
    [['refund', '--amount', '1 usd'], 2, /Name the charge: the position of its settlement/],
    [['refund', 'account-demo@999.0', '--amount', '1 usd'], 1, /account-demo@999\.0/],
    [['correct', 'account-demo@1.0'], 2, /--input and --output, or --amount/],
    [['refund', 'account-demo@1.0', '--amount', 'much'], 2, /takes a decimal in a string, such as/],
  ])(
    'hears what is wrong with %j',
    async (words, status, sentence) => {
      const ended = await run(...words);
      expect([ended.status, ended.err]).toEqual([status, expect.stringMatching(sentence)]);
    },
    PATIENCE_MS,
  );

  it(
    'gives a user with two roles the limit that its precedence names (W9)',
    async () => {
      const limits = async (node: string): Promise<unknown> => told('limits', 'balance', node);
      expect(await limits('user/ada')).toMatchObject([{ limit: 'weekly', amount: '100', rule: 'role/power' }]);
      expect(await limits('user/bob')).toMatchObject([{ limit: 'weekly', amount: '20', rule: 'role/contractor' }]);
      const asked = ['--amount', '50 usd'];
      expect((await run('authorize', '--payer', 'user/ada', ...asked)).status).toBe(0);
      const bob = await run('authorize', '--payer', 'user/bob', ...asked);
      expect([bob.status, bob.out + bob.err]).toEqual([1, expect.stringMatching(/weekly.*user\/bob/s)]);

      const policy = join(stack.data, 'unlimited.yaml');
      await writeFile(policy, POLICY.replace('amount: 100 usd', 'amount: unlimited usd'));
      await must('apply', policy);
      expect(await limits('user/ada')).toMatchObject([{ amount: 'unlimited', rule: 'role/power' }]);
      expect(await limits('user/bob')).toMatchObject([{ amount: '20', rule: 'role/contractor' }]);
    },
    PATIENCE_MS,
  );
});
