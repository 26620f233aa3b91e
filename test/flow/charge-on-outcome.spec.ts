import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  AuthorizationReply,
  BalanceReply,
  OutcomeReply,
  ReportReply,
  SettlementReply,
} from '@exchequer/contracts';
import { cliJson, cliText, runCli } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 120_000;
/** `lifecycle` sees to what is due within moments; a wait of 2 s ends well before this. */
const RETURNED_WITHIN_MS = 30_000;
const POLICY = `account: demo
currencies: { usd: { display: 2 } }
nodes:
  org:         { kind: organization, pooling: own }
  team/desk:   { parent: org, pooling: parent, outcomes: [ { taskTypes: [ticket], charge: [resolved], within: 72h } ] }
  team/hasty:  { parent: org, pooling: parent, outcomes: [ { taskTypes: [ticket], charge: [resolved], within: 2s } ] }
`;

describe('calls that are charged by the outcome of their task', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'meter', 'allocation', 'lifecycle', 'reporting']);
    await must('apply', await file('policy.yaml', POLICY));
    await must('grant', 'org', '100', 'usd');
    const prices = { 'known-1': { mode: 'chat', input_cost_per_token: 1e-3, output_cost_per_token: 1e-3 } };
    await must('prices', 'import', await file('prices.json', JSON.stringify(prices)));
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  async function file(name: string, text: string): Promise<string> {
    const path = join(stack.data, name);
    await writeFile(path, text);
    return path;
  }
  const must = (...words: readonly string[]): Promise<string> => cliText(stack, ...words);
  const authorize = (payer: string, task: string) =>
    cliJson<AuthorizationReply>(
      stack,
      ...['authorize', '--payer', payer, '--model', 'known-1', '--input', '1000', '--output-max', '1000'],
      ...['--task-type', 'ticket', '--task', task],
    );
  const money = async (node: string): Promise<readonly (string | undefined)[]> => {
    const [usd] = (await cliJson<BalanceReply>(stack, 'balance', node)).balances;
    return [usd?.held, usd?.spent];
  };

  it(
    'stay held when they are settled, are charged together by the outcome, and are reported from the first on',
    async () => {
      const first = await authorize('team/desk', 'ticket-1');
      const words = ['settle', first.hold?.id ?? '', '--input', '1000', '--output', '500'];
      expect(await must(...words)).toMatch(
        /^h-\S+ awaiting: 1\.5 usd; held until the outcome of ticket-1 is told, charged if it is resolved; otherwise, and after \S+Z, returned; 0\.5 usd returned\n$/,
      );
      const usage =
        'id,payer,model,input_tokens,output_tokens,kind,ticket\nu-1,team/desk,known-1,2000,0,ticket,ticket-1\nu-2,team/desk,known-1,400,0,ticket,ticket-2\n';
      const mapped = ['--map', 'taskType=kind', '--map', 'taskId=ticket'];
      expect(await must('usage', 'import', await file('usage.csv', usage), ...mapped)).toBe(
        '2 events: 0 settled for nothing, 2 held until the outcome of their task is told.\n',
      );
      expect(await money('team/desk')).toEqual(['3.9', '0']);
      const explained = (event: string) => must('explain', '--usage', 'import/usage.csv', '--event', event);
      expect(await explained('u-1')).toMatch(
        /used 2 usd\.\nh-\S+ awaiting: 2 usd; held until the outcome of ticket-1 is told,.+\n$/,
      );
      const rows = async () =>
        (await cliJson<ReportReply>(stack, 'report', '--by', 'payer', '--where', 'payer=team/desk')).rows;
      expect(await rows()).toMatchObject([
        { calls: 3, meters: { input_tokens: '3400', output_tokens: '500' }, amounts: {} },
      ]);

      expect(await must('outcome', 'ticket-1', 'resolved')).toBe(
        'ticket-1 is resolved: 2 calls had waited; 3.5 usd charged\n',
      );
      expect(await must('outcome', 'ticket-2', 'dropped')).toBe(
        'ticket-2 is dropped: 1 call had waited; 0.4 usd returned\n',
      );
      expect(await must('outcome', 'ticket-3', 'resolved')).toBe(
        'ticket-3 is resolved: no call had waited for it; usage that comes later goes by it\n',
      );
      expect(await money('team/desk')).toEqual(['0', '3.5']);
      expect(await explained('u-1')).toMatch(/\nThe wait ended at .+: the outcome is resolved; 2 usd charged\.\n$/);
      expect(await explained('u-2')).toMatch(/\nThe wait ended at .+: the outcome is dropped; 0\.4 usd returned\.\n$/);
      const event = ['--usage', 'import/usage.csv', '--event', 'u-1'];
      await must('refund', ...event, '--amount', '0.5 usd', '--reason', 'an outage');
      expect(await explained('u-1')).toMatch(/0\.5 usd given back +1\.5 usd +an outage\n\nIt costs 1\.5 usd now\.\n/);
      expect(await rows()).toMatchObject([{ calls: 3, amounts: { usd: '3' } }]);
      expect(await must('ledger', 'verify')).toContain('and ClickHouse shows the same');
    },
    PATIENCE_MS,
  );

  it(
    'come out with an event on the usage subject as well',
    async () => {
      const { hold } = await authorize('team/desk', 'ticket-9');
      expect(await cliJson<SettlementReply>(stack, 'settle', hold?.id ?? '')).toMatchObject({ outcome: 'awaiting' });
      const event = {
        specversion: '1.0',
        type: 'exchequer.outcome.v1',
        source: 'desk',
        id: 'o-9',
        data: { taskId: 'ticket-9', outcome: 'resolved' },
      };
      const path = await file('outcome.ndjson', `${JSON.stringify(event)}\n`);
      expect(await must('usage', 'import', path)).toContain('1 event: 1 settled for 2 usd');
      expect(await must('usage', 'import', path)).toContain('1 settled before');
      expect(await money('team/desk')).toEqual(['0', '5']);
    },
    PATIENCE_MS,
  );

  it(
    'go back by themselves when no outcome comes in time, and to the outcome that comes later there is nothing left',
    async () => {
      const { hold } = await authorize('team/hasty', 'ticket-5');
      await must('settle', hold?.id ?? '');
      const beganAt = Date.now();
      while ((await money('team/hasty'))[0] !== '0' && Date.now() - beganAt < RETURNED_WITHIN_MS);
      expect(await money('team/hasty')).toEqual(['0', '0']);
      expect(await cliJson<OutcomeReply>(stack, 'outcome', 'ticket-5', 'resolved')).toMatchObject({ calls: 0 });
      expect((await runCli(stack, 'void', hold?.id ?? '')).status).toBe(1);
    },
    PATIENCE_MS,
  );
});
