import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, BalanceReply, SettlementReply } from '@exchequer/contracts';
import { formatDelay } from '@exchequer/kernel';
import { cliJson, cliText, runCli, type CliRun } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 120_000;
const EXPIRES_WITHIN_MS = 20_000;
const POLICY = `account: demo
currencies: { usd: { display: 2 } }
modelKinds: { chat: [nano, mini, large] }
nodes:
  org:       { kind: organization, pooling: own }
  user/ada:  { parent: org, pooling: parent, limits: [ { name: total, amount: 9 usd, window: lifetime, then: cheaper-model } ] }
  user/bob:  { parent: org, pooling: parent, limits: [ { name: total, amount: 5 usd, window: lifetime } ] }
  team/slow: { parent: org, pooling: parent, rates: [ { requests: 1/hour, then: slow, slow: 1h } ] }
`;
/** Dollars for a token, in or out: a thousand tokens are 1 dollar of nano, 4 of mini, 10 of large. */
const PER_TOKEN = { nano: 0.001, mini: 0.004, large: 0.01 };
const PRICES = Object.fromEntries(
  Object.entries(PER_TOKEN).map(([model, usd]) => [
    model,
    { mode: 'chat', input_cost_per_token: usd, output_cost_per_token: usd },
  ]),
);
const LARGE = ['--model', 'large', '--input', '600', '--output-max', '400'];

describe('a call that does not pass as it was asked for', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'meter', 'allocation']);
    await must('apply', await file('policy.yaml', POLICY));
    await must('grant', 'org', '1000', 'usd');
    await must('prices', 'import', await file('prices.json', JSON.stringify(PRICES)));
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  async function file(name: string, text: string): Promise<string> {
    const path = join(stack.data, name);
    await writeFile(path, text);
    return path;
  }
  const run = (...words: readonly string[]): Promise<CliRun> => runCli(stack, ...words);
  const must = (...words: readonly string[]): Promise<string> => cliText(stack, ...words);
  const authorize = (...words: readonly string[]) => cliJson<AuthorizationReply>(stack, 'authorize', ...words);
  const settle = (hold: AuthorizationReply['hold'], ...words: readonly string[]) =>
    cliJson<SettlementReply>(stack, 'settle', hold?.id ?? '', ...words);

  it(
    'passes with the cheaper model that the answer names, and is settled as that one, in time or late',
    async () => {
      const asked = ['--payer', 'user/ada', ...LARGE];
      expect(await must('quote', ...asked)).toMatch(
        /^allowed: 1 usd\. Use nano in place of large: the limit total of user\/ada does not let that pass\.$/m,
      );
      const inTime = await authorize(...asked);
      expect(inTime).toMatchObject({ model: 'nano', insteadOf: { model: 'large', amounts: { usd: '10' } } });
      expect(await settle(inTime.hold, '--input', '600', '--output', '100')).toMatchObject({ amounts: { usd: '0.7' } });

      const late = await authorize(...asked, '--hold-for', 'PT1S');
      expect(late).toMatchObject({ model: 'nano', amounts: { usd: '1' } });
      const held = async () => (await cliJson<BalanceReply>(stack, 'balance', 'user/ada')).balances[0]?.held;
      for (const beganAt = Date.now(); (await held()) !== '0' && Date.now() - beganAt < EXPIRES_WITHIN_MS;);
      expect(await settle(late.hold, '--input', '600', '--output', '200')).toMatchObject({
        amounts: { usd: '0.8' },
        late: true,
      });
      expect(await must('explain', late.hold?.id ?? '')).toMatch(
        /user\/ada for large asked .+\n.*Use nano in place of large/,
      );
    },
    PATIENCE_MS,
  );

  it(
    'is told how long to wait, by a rate that slows it down',
    async () => {
      // One an hour: of two calls the second waits, and where an hour ended between them the third.
      let reply = await authorize('--payer', 'team/slow', '--amount', '1 usd');
      expect(reply.decision).toBe('allowed');
      for (let more = 0; more < 2 && reply.decision === 'allowed'; more += 1)
        reply = await authorize('--payer', 'team/slow', '--amount', '1 usd');
      const { decision, delayedBy, retryAfterMs, message } = reply;
      expect([decision, delayedBy]).toEqual(['throttled', { node: 'team/slow', rate: 'requests/hour' }]);
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
      expect(message).toBe(
        `Wait ${formatDelay(retryAfterMs ?? 0)} before the call: the rate requests/hour of team/slow slows it down.`,
      );
      expect(await settle(reply.hold)).toMatchObject({ outcome: 'captured', amounts: { usd: '1' } });
      expect(await must('tree', '--under', 'team/slow')).toMatch(/· requests\/hour .*of 1, then slow, resets /);
    },
    PATIENCE_MS,
  );

  it(
    'is refused with what would pass instead, cheapest first',
    async () => {
      const { status, out } = await run('authorize', '--payer', 'user/bob', ...LARGE);
      expect(status).toBe(1);
      expect(out).toMatch(/^denied as d-\S+: 10 usd asked\. .*total.*user\/bob/);
      const offers = out.split('\n').filter((line) => line.endsWith('would pass.'));
      expect(offers).toEqual(['5 usd would pass.', '1 usd with nano would pass.', '4 usd with mini would pass.']);
      expect((await run('authorize', '--payer', 'user/bob', ...LARGE, '--model', 'mini')).status).toBe(0);
    },
    PATIENCE_MS,
  );
});
