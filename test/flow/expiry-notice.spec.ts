import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLedger } from '@exchequer/ledger';
import { cliText } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 60_000;
const COMES_WITHIN_MS = 30_000;
const POLICY = `account: demo
currencies: { usd: { display: 2 } }
nodes:
  org:  { kind: organization, expiryNotice: [30d, 1m] }
  team: { parent: org }
`;

describe('credits that expire in an account that nobody asks', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'allocation', 'lifecycle']);
    const policy = join(stack.data, 'policy.yaml');
    await writeFile(policy, POLICY);
    expect(await must('apply', policy)).toContain('notice before lots of org expire');
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const must = (...words: readonly string[]): Promise<string> => cliText(stack, ...words);

  /** Reads the ledger, and asks nobody: a question to the owner would itself book what is due. */
  async function noticesIn(): Promise<readonly object[]> {
    const ledger = openLedger(`lmdb:${stack.data}/ledger`);
    const notices: object[] = [];
    for await (const { bytes } of ledger.read('account-demo', 0)) {
      const { commands } = JSON.parse(Buffer.from(bytes).toString()) as {
        readonly commands: readonly { facts: readonly { type: string }[] }[];
      };
      for (const { facts } of commands) notices.push(...facts.filter(({ type }) => type === 'LotExpiring'));
    }
    await ledger.close();
    return notices;
  }

  it(
    'are told of before, once, and show when that will be',
    async () => {
      const expiresAt = Date.now() + 63_000;
      await must('grant', 'team', '7', 'usd', '--expires', new Date(expiresAt).toISOString());
      const noticeAt = new Date(expiresAt - 60_000).toISOString();
      expect(await must('balance', 'team')).toContain(noticeAt);
      let notices: readonly object[] = [];
      for (const beganAt = Date.now(); notices.length === 0 && Date.now() - beganAt < COMES_WITHIN_MS;) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        notices = await noticesIn();
      }
      const told = { type: 'LotExpiring', lot: 'l-1', node: 'team', currency: 'usd', amount: '7000000000' };
      expect(notices).toEqual([{ ...told, expiresAt, beforeMs: 60_000, at: expiresAt - 60_000 }]);
      expect(await must('balance', 'team')).not.toContain('notice');
      expect(await must('ledger', 'tail', '-n', '1')).toContain('LotExpiring');
      expect(await noticesIn()).toHaveLength(1);
    },
    PATIENCE_MS,
  );
});
