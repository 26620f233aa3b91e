import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, BalanceReply, ReportReply, SettlementReply } from '@exchequer/contracts';
import { cliJson, cliText, runCli } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 120_000;
/** The owner reads new rate cards at their notice, or within 2 s. */
const CORRECTED_WITHIN_MS = 30_000;
const POLICY = `account: demo
currencies: { usd: { display: 2 } }
unpriced: { meters: { input_tokens: 0.00001 usd, output_tokens: 0.00002 usd } }
nodes:
  org:          { kind: organization, pooling: own }
  project/chat: { parent: org, pooling: parent }
  team/free:    { parent: org, pooling: parent, ownKey: { usd: waived } }
  team/fee:     { parent: org, pooling: parent, ownKey: { usd: { fee: 5% } } }
`;
/** Dollars for a million input and output tokens: 100 and 200 of `known-1`, 1 and 2 of `nova-9`. */
const KNOWN = { 'known-1': { mode: 'chat', input_cost_per_token: 1e-4, output_cost_per_token: 2e-4 } };
const NOVA = { 'nova-9': { mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 } };

describe('calls without a price, and calls with the caller’s own key', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'meter', 'allocation', 'reporting']);
    await must('apply', await file('policy.yaml', POLICY));
    await must('grant', 'org', '100', 'usd');
    await must('prices', 'import', await file('known.json', JSON.stringify(KNOWN)));
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  async function file(name: string, text: string): Promise<string> {
    const path = join(stack.data, name);
    await writeFile(path, text);
    return path;
  }
  const must = (...words: readonly string[]): Promise<string> => cliText(stack, ...words);
  const authorize = (...words: readonly string[]) => cliJson<AuthorizationReply>(stack, 'authorize', ...words);
  const settle = (hold: AuthorizationReply['hold'], ...words: readonly string[]) =>
    cliJson<SettlementReply>(stack, 'settle', hold?.id ?? '', ...words);
  const spent = async (node: string): Promise<string | undefined> =>
    (await cliJson<BalanceReply>(stack, 'balance', node)).balances[0]?.spent;
  const report = async (by: string, ...words: readonly string[]) =>
    (await cliJson<ReportReply>(stack, 'report', '--by', by, ...words)).rows;

  it(
    'are charged at stated prices, and corrected by themselves when the price comes: balance and report agree',
    async () => {
      const call = ['--payer', 'project/chat', '--model', 'nova-9', '--input', '1000', '--output-max', '500'];
      expect(await must('quote', ...call)).toMatch(/^allowed: 0\.02 usd\nThere is no price: .+ stated prices/);
      const held = await authorize(...call);
      expect(held).toMatchObject({ decision: 'allowed', amounts: { usd: '0.02' }, unpriced: true });
      const charged = await settle(held.hold, '--input', '1000', '--output', '100');
      expect(charged).toMatchObject({ amounts: { usd: '0.012' }, returned: { usd: '0.008' }, unpriced: true });
      expect(await spent('project/chat')).toBe('0.012');
      expect(await report('model')).toMatchObject([
        { model: 'nova-9', calls: 1, unpriced: 1, amounts: { usd: '0.012' } },
      ]);

      await must('prices', 'import', await file('nova.json', JSON.stringify(NOVA)));
      const beganAt = Date.now();
      while ((await spent('project/chat')) === '0.012' && Date.now() - beganAt < CORRECTED_WITHIN_MS);
      expect(await spent('project/chat')).toBe('0.0012');
      expect(await report('model')).toMatchObject([
        { model: 'nova-9', calls: 1, unpriced: 0, amounts: { usd: '0.0012' } },
      ]);
      expect(await must('ledger', 'tail', '-n', '1', '--json')).toContain('"its price has come"');
      const dear = await authorize(...call);
      expect([dear.amounts, dear.unpriced]).toEqual([{ usd: '0.002' }, undefined]);
    },
    PATIENCE_MS,
  );

  it(
    'are refused by what would be charged, and the refusal is explained beside its market cost',
    async () => {
      const asked = ['--model', 'known-1', '--input', '100000000', '--credential-type', 'own-key'];
      const { status, out } = await runCli(stack, 'authorize', '--payer', 'team/fee', ...asked);
      const [, decisionId = ''] = /^denied as (d-\S+): 500 usd asked\./.exec(out) ?? [];
      expect([status, decisionId]).toEqual([1, expect.stringMatching(/^d-/)]);
      const explained = await must('explain', decisionId);
      expect(explained).toContain(`denied as ${decisionId}: 500 usd asked. `);
      for (const text of [out, explained]) expect(text).toContain('With an own key: 10000 usd at market prices.');
    },
    PATIENCE_MS,
  );

  it(
    'cost nothing or a fee, and what they would have cost is in the report',
    async () => {
      const call = ['--model', 'known-1', '--input', '1000', '--output-max', '500', '--credential-type', 'own-key'];
      expect(await must('quote', '--payer', 'team/fee', ...call)).toMatch(
        /^allowed: 0\.01 usd\nWith an own key: 0\.2 usd at market prices\.$/m,
      );
      const free = await authorize('--payer', 'team/free', '--task-type', 'ticket', '--feature', 'search', ...call);
      expect(free).toMatchObject({ decision: 'allowed', amounts: {}, marketCost: { usd: '0.2' } });
      expect(await settle(free.hold, '--input', '1000', '--output', '200')).toMatchObject({
        amounts: {},
        marketCost: { usd: '0.14' },
      });
      const usage =
        'id,payer,model,input_tokens,output_tokens,key\nu-1,team/fee,known-1,2000,0,own-key\nu-2,team/fee,known-1,1000,0,\n';
      const mapped = ['--map', 'credentialType=key'];
      expect(await must('usage', 'import', await file('usage.csv', usage), ...mapped)).toBe(
        '2 events: 2 settled for 0.11 usd.\n',
      );
      expect([await spent('team/free'), await spent('team/fee')]).toEqual([undefined, '0.11']);

      const known = ['--where', 'model=known-1'];
      expect(await report('credentialType', ...known)).toMatchObject([
        { credentialType: '', calls: 1, amounts: { usd: '0.1' } },
        { credentialType: 'own-key', calls: 2, amounts: { usd: '0.01' }, marketCost: { usd: '0.34' } },
      ]);
      expect(await report('taskType,tag:feature', ...known)).toContainEqual(
        expect.objectContaining({ taskType: 'ticket', 'tag:feature': 'search', marketCost: { usd: '0.14' } }),
      );
      const table = await must('report', '--by', 'payer', ...known);
      expect(table).toMatch(/^payer +calls +input_tokens +output_tokens +usd +market usd$/m);
      expect(table).toMatch(/^team\/free +1 +1000 +200 +0 +0\.14$/m);
      expect(await must('ledger', 'verify')).toContain('and ClickHouse shows the same');
      expect(table).toMatch(/^team\/fee +2 +3000 +0 +0\.11 +0\.3$/m);
    },
    PATIENCE_MS,
  );
});
