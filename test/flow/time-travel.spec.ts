import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectExchequer } from '@exchequer/client';
import {
  SUBJECTS,
  type AuthorizationReply,
  type DecisionsReply,
  type ExplainReply,
  type OpenSessionReply,
} from '@exchequer/contracts';
import { openAccount } from '../processes/open-account.js';
import { cliJson, runCli } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 90_000;
const PATIENCE_MS = 60_000;

interface Past {
  readonly balances: readonly { readonly available: string; readonly held: string; readonly spent: string }[];
  readonly position: string;
}

describe('the past, over the command line', () => {
  let stack: Stack;
  let begun: number;

  beforeAll(async () => {
    stack = await startStack(['enforcement', 'meter', 'allocation', 'reporting']);
    begun = Date.now();
    await openAccount(stack);
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const authorize = async (amount: string, ...more: readonly string[]): Promise<AuthorizationReply> => {
    const { out } = await runCli(stack, 'authorize', '--payer', 'user/ada', '--amount', amount, ...more, '--json');
    return JSON.parse(out) as AuthorizationReply;
  };
  const asOf = async (node: string, at: number): Promise<Past> =>
    cliJson<Past>(stack, 'balance', node, '--as-of', new Date(at).toISOString());

  it(
    'is what was booked by then, and what was due at that very instant',
    async () => {
      const before = Date.now();
      await wait(5);
      const { decidedAt, hold, position } = await authorize('0.5 usd', '--hold-for', 'PT1S');
      await wait(1_100);
      const held = async (at: number) => (await asOf('user/ada', at)).balances.map((balance) => balance.held);
      expect(await held(before)).toEqual(['0']);
      expect(await held(Date.parse(decidedAt))).toEqual(['0.5']);
      expect(await held(Date.parse(hold!.expiresAt) - 1)).toEqual(['0.5']);
      expect(await held(Date.parse(hold!.expiresAt))).toEqual(['0']);
      expect((await asOf('org', Date.parse(decidedAt))).position).toBe(position);
    },
    PATIENCE_MS,
  );

  it(
    'has clear answers where there is nothing: before the account, before the node, after now',
    async () => {
      const at = (instant: number) => new Date(instant).toISOString();
      const none = await runCli(stack, 'balance', 'org', '--as-of', at(begun - 1_000));
      expect([none.status, none.err]).toEqual([
        1,
        `The account demo did not exist at ${at(begun - 1_000)}; name a later instant (UnknownAccount).\n`,
      ]);
      const noNode = await runCli(stack, 'balance', 'user/zoe', '--as-of', at(Date.now()));
      expect([noNode.status, noNode.err]).toMatchObject([1, expect.stringContaining('There was no node user/zoe')]);
      const toCome = await runCli(stack, 'balance', 'org', '--as-of', at(Date.now() + 60_000));
      expect([toCome.status, toCome.err]).toMatchObject([2, expect.stringContaining('still to come')]);
    },
    PATIENCE_MS,
  );

  it(
    'tells why a call was allowed, and why one was refused, after all has changed',
    async () => {
      const allowed = await authorize('0.25 usd', '--full');
      const denied = await authorize('0.8 usd', '--full');
      expect(denied).toMatchObject({ decision: 'denied', code: 'LimitReached' });
      await cliJson(stack, 'settle', allowed.hold!.id, '--amount', '0.01 usd');
      const again = await cliJson<ExplainReply>(stack, 'explain', allowed.hold!.id);
      expect(again.decision).toEqual(allowed);
      const whyNot = await cliJson<ExplainReply>(stack, 'explain', denied.decisionId!);
      expect({ ...whyNot.decision, decisionId: denied.decisionId }).toEqual(denied);
      expect([again.differsIn, whyNot.differsIn]).toEqual([undefined, undefined]);
      const { out } = await runCli(stack, 'explain', denied.decisionId!);
      expect(out).toContain('user/ada asked for 0.8 usd');
      expect(out).toContain(denied.message);
      const byRequest = await authorize('2.5 usd', '--id', 'too-much');
      const named = await runCli(stack, 'explain', 'too-much');
      expect([named.status, named.out]).toEqual([
        0,
        expect.stringContaining(`denied as ${byRequest.decisionId!}: 2.5 usd asked.`),
      ]);
      const nothing = await runCli(stack, 'explain', 'never-asked');
      expect([nothing.status, nothing.err]).toEqual([
        1,
        'Neither the ledger nor ClickHouse has a decision on the request never-asked of the account demo; name a hold (h-…) or a refusal (d-…) by what its answer said, or check its id (UnknownHold).\n',
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'tells why a session was refused, by the name that the refusal got',
    async () => {
      const opening = await runCli(stack, 'session', 'open', '--payer', 'user/ada', '--reserve', '5000 usd', '--json');
      const denied = JSON.parse(opening.out) as OpenSessionReply;
      expect(denied.decision).toBe('denied');
      const { decision, differsIn } = await cliJson<ExplainReply>(stack, 'explain', denied.decisionId!);
      expect([decision.code, decision.message, differsIn]).toEqual([denied.code, denied.message, undefined]);
    },
    PATIENCE_MS,
  );

  it(
    'counts every one of very many refusals, and keeps some of each second',
    async () => {
      const client = await connectExchequer({ servers: stack.nats, account: 'demo', actor: 'hasty' });
      const decisions = () => client.call<DecisionsReply>(SUBJECTS.reporting('decisions', 'demo'), { limit: 1_000 });
      const before = (await decisions()).counts['denied'] ?? 0;
      const asked = Array.from({ length: 600 }, (_, index) =>
        client.authorize({ id: `hasty-${String(index)}`, payer: 'user/ada', amounts: { usd: '5' } }),
      );
      const answers = await Promise.all(asked);
      expect(answers.every(({ decision }) => decision === 'denied')).toBe(true);
      let reply = await decisions();
      for (; (reply.counts['denied'] ?? 0) < before + 600; reply = await decisions()) await wait(100);
      expect(reply.counts['denied']).toBe(before + 600);
      const kept = reply.decisions.filter(({ decision }) => decision === 'denied').length;
      expect(kept + reply.leftOut).toBe(before + 600);
      expect(reply.leftOut).toBeGreaterThan(0);
      await client.close();
    },
    PATIENCE_MS,
  );
});
