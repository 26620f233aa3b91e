import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCalendar } from '@exchequer/calendar';
import type {
  AuthorizationReply,
  ConfigureBody,
  ExplainReply,
  OpenSessionReply,
  ProblemReply,
} from '@exchequer/contracts';
import { currencyId, DAY_MS, START_OF_TIME } from '@exchequer/kernel';
import { Catalogue } from '@exchequer/replica';
import { parseDecimal, type RateCardContent } from '@exchequer/rating';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { pauseMethod, resumeMethod } from '../methods/pause.js';
import { openSessionMethod } from '../methods/sessions.js';
import { Explainer } from '../queries/explain.js';
import type { RefusalRow } from '../refusals/refusal-row.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const POLICY: Omit<ConfigureBody, 'id'> = {
  currencies: { usd: { display: 2 } },
  nodes: [
    { id: 'org', kind: 'organization' },
    {
      id: 'project/chat',
      parent: 'org',
      limits: [{ name: 'total', amount: '5', currency: 'usd', window: { kind: 'lifetime' } }],
    },
  ],
};

/** Each input and output token of the model small costs a dollar. */
const dear = { price: parseDecimal('1')!, tier: 'standard', aboveInputTokens: 0 } as const;
const card: RateCardContent = {
  name: 'list',
  currency: currencyId('usd'),
  effectiveFrom: START_OF_TIME,
  models: new Map([
    [
      'small',
      {
        prices: [
          { meter: 'input_tokens', ...dear },
          { meter: 'output_tokens', ...dear },
        ],
      },
    ],
  ]),
};

const office = new OfficeOfEachTest();
let explainer: Explainer;

beforeEach(async () => {
  explainer = new Explainer(office.ledger, createCalendar());
  await office.must(configureMethod, 'acme', { id: 'c1', ...POLICY });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '10', currency: 'usd' });
});

const ask = (id: string, usd: string, more: object = {}) =>
  office.must<AuthorizationReply>(authorizeMethod, 'acme', { id, payer: 'project/chat', amounts: { usd }, ...more });

const explained = async (body: object): Promise<ExplainReply> => {
  const reply = await explainer.explain('acme', body);
  if (!('decision' in reply)) throw new Error(JSON.stringify(reply));
  return reply;
};

/** What is asked to have a refusal explained, from the row that it left. */
const behind = ({ request, lines, position, decidedAt, decision, code, message, amounts, binding }: RefusalRow) => ({
  request,
  lines,
  position,
  decidedAt,
  then: { decision, code, message, amounts, binding },
});

/** Much happens after a decision: another limit, more credits, a hold that is gone. */
async function laterOn(hold: string): Promise<void> {
  office.nowMs += 3 * DAY_MS;
  await office.must(grantMethod, 'acme', { id: 'g9', node: 'project/chat', amount: '50', currency: 'usd' });
  await office.must(captureMethod, 'acme', { id: 's9', hold });
  const [org] = POLICY.nodes ?? [];
  await office.must(configureMethod, 'acme', { id: 'c9', nodes: [org, { id: 'project/chat', parent: 'org' }] });
}

describe('explaining an approval', () => {
  it('says what was answered then, whatever has happened since', async () => {
    const allowed = await ask('a1', '2', { explain: 'full' });
    await laterOn(allowed.hold?.id ?? '');
    const { decision, differsIn, then } = await explained({ hold: allowed.hold?.id });
    expect(decision).toEqual(allowed);
    expect([differsIn, then]).toEqual([undefined, undefined]);
  });

  it('finds it by the id of its request, also when that id is no longer remembered', async () => {
    const allowed = await ask('a1', '2', { explain: 'full' });
    expect((await explained({ command: 'a1' })).decision).toEqual(allowed);
    await laterOn(allowed.hold?.id ?? '');
    await ask('a2', '1');
    expect((await explained({ command: 'a1' })).decision).toEqual(allowed);
  });

  it('means the newest of those that had the same id, on different days', async () => {
    await ask('a1', '1');
    office.nowMs += 2 * DAY_MS;
    const second = await ask('a1', '2');
    office.nowMs += 2 * DAY_MS;
    await ask('a2', '1');
    expect((await explained({ command: 'a1' })).decision.hold).toEqual(second.hold);
  });

  it('decides a part by meter as it was decided: a limit on one meter bound it', async () => {
    await new Catalogue(office.ledger).publish(card, 'p-1', 'spec', office.nowMs);
    const scope = { meters: ['output_tokens'] };
    const limit = { name: 'output', amount: '1', currency: 'usd', window: { kind: 'lifetime' as const }, scope };
    await office.must(configureMethod, 'acme', {
      id: 'c2',
      nodes: [{ id: 'project/chat', parent: 'org', limits: [limit] }],
    });
    const use = { model: 'small', meters: { input_tokens: 2, output_tokens: { max: 4 } } };
    const part = await office.must<AuthorizationReply>(authorizeMethod, 'acme', {
      ...{ id: 'a1', payer: 'project/chat', use, accept: 'partial', explain: 'full' },
    });
    expect(part).toMatchObject({ decision: 'partial', amounts: { usd: '1.5' }, binding: { limit: 'output' } });
    expect((await explained({ hold: part.hold?.id })).decision).toEqual(part);
  });

  it('says of a hold that never was that there is none', async () => {
    for (const body of [{ hold: 'h-9-mi8x2k0w' }, { hold: 'nonsense' }, { command: 'never' }])
      expect(await explainer.explain('acme', body)).toMatchObject({ error: { code: 'UnknownHold' } });
  });
});

describe('explaining a session that was opened', () => {
  const open = (id: string, usd: string, more: object = {}) =>
    office.must<OpenSessionReply>(openSessionMethod, 'acme', { id, amounts: { usd }, lifeFor: 'PT1H', ...more });

  it('tells its reserve as it tells a hold: who gave it, and every limit as it stood with it', async () => {
    const opened = await open('s1', '2', { payer: 'project/chat' });
    office.nowMs += 1;
    await office.must(pauseMethod, 'acme', { id: 'p1', node: 'project/chat' });
    const { asked, decision, differsIn } = await explained({ command: 's1' });
    const limit = expect.objectContaining({ limit: 'total', held: '2', remaining: '3' });
    expect(decision).toEqual({ ...opened, chain: [limit] });
    expect([asked, differsIn]).toEqual([{ payer: 'project/chat', nodes: [], amounts: { usd: '2' } }, undefined]);
  });

  it('of which only a part was granted, or that lives no longer than the one around it, comes out the same', async () => {
    const outer = await open('s1', '9', { payer: 'project/chat', accept: 'partial' });
    const inner = await open('s2', '1', { session: outer.session, lifeFor: 'PT2H' });
    expect(outer.decision).toBe('partial');
    for (const [command, then] of [
      ['s1', outer],
      ['s2', inner],
    ] as const) {
      const { decision, differsIn } = await explained({ command });
      expect({ ...decision, chain: then.chain }).toEqual(then);
      expect(differsIn).toBeUndefined();
    }
  });
});

describe('explaining a refusal', () => {
  it('decides it again where it was made: the same sentence, and every limit as it stood', async () => {
    const held = await ask('a1', '4');
    const denied = await ask('a2', '2', { explain: 'full' });
    const [row] = office.refusals;
    await laterOn(held.hold?.id ?? '');
    const { decision, differsIn } = await explained(behind(row!));
    expect({ ...decision, decisionId: denied.decisionId }).toEqual(denied);
    expect(differsIn).toBeUndefined();
  });

  it('stands between two decisions of one message, where it was made', async () => {
    const one = (id: string, usd: string) => ({ id, payer: 'project/chat', amounts: { usd } });
    await office.must(authorizeMethod, 'acme', { items: [one('a1', '3'), one('a2', '3'), one('a3', '2')] });
    const [row] = office.refusals;
    expect((await explained(behind(row!))).decision).toMatchObject({
      code: 'LimitReached',
      binding: { remaining: '2' },
    });
  });

  it('counts what had fallen due by then, though nothing was booked at that instant', async () => {
    await ask('a1', '4', { holdFor: 'PT1M' });
    office.nowMs += 60_000 - 1;
    await ask('a2', '2');
    const [before] = office.refusals;
    expect((await explained(behind(before!))).decision.binding).toMatchObject({ remaining: '1' });
    const at = new Date(office.nowMs + 1).toISOString();
    expect((await explained({ ...behind(before!), decidedAt: at })).decision).toMatchObject({ decision: 'allowed' });
  });

  it('says when the answer of now is not the answer of then, and in what', async () => {
    await ask('a1', '4');
    await ask('a2', '2');
    const question = behind(office.refusals[0]!);
    const then = { ...question.then, code: 'InsufficientCredits', binding: null };
    expect(await explained({ ...question, then })).toMatchObject({
      decision: { code: 'LimitReached' },
      differsIn: ['code', 'binding'],
      then,
    });
    const allowedThen = { decision: 'allowed', amounts: question.then.amounts };
    expect((await explained({ ...question, then: allowedThen })).differsIn).toEqual(['decision']);
  });

  it('by a rule is explained as one by a limit is: the node was paused then, and is not now', async () => {
    await office.must(pauseMethod, 'acme', { id: 'p1', node: 'project/chat' });
    const denied = await ask('a1', '1', { explain: 'full' });
    await office.must(resumeMethod, 'acme', { id: 'p2', node: 'project/chat' });
    const { decision, differsIn } = await explained(behind(office.refusals[0]!));
    expect(decision).toMatchObject({ decision: 'denied', code: 'Paused', binding: { node: 'project/chat' } });
    expect({ ...decision, decisionId: denied.decisionId }).toEqual(denied);
    expect(differsIn).toBeUndefined();
  });

  it('answers with a sentence to a place that is not there, and to a request that is none', async () => {
    await ask('a1', '9');
    const question = behind(office.refusals[0]!);
    const faultOf = async (more: object) =>
      ((await explainer.explain('acme', { ...question, ...more })) as ProblemReply).error.message;
    expect(await faultOf({ position: 'account-acme@99.0' })).toBe('position: is beyond the end of this account.');
    expect(await faultOf({ position: 'account-zeta@1.0' })).toBe('position: is no position of this account.');
    expect(await faultOf({ request: { payer: 7 } })).toContain('request.payer');
  });

  it('at an instant before its position says which field to mend, and how', async () => {
    await ask('a1', '9');
    const question = behind(office.refusals[0]!);
    const decidedAt = new Date(office.nowMs - 1).toISOString();
    expect(await explainer.explain('acme', { ...question, decidedAt })).toEqual({
      error: {
        code: 'Malformed',
        message: `decidedAt: is before ${new Date(office.nowMs).toISOString()}, when the fact at position was booked; send decidedAt and position as the same refusal has them.`,
        details: { field: 'decidedAt' },
      },
    });
    expect(
      (await explained({ ...question, decidedAt: new Date(office.nowMs).toISOString() })).differsIn,
    ).toBeUndefined();
  });

  it('with a wait that no instant is long enough for is refused by its field', async () => {
    const rates = [{ requests: { count: 0, per: 'day' as const } }];
    await office.must(configureMethod, 'acme', { id: 'c2', nodes: [{ id: 'project/chat', parent: 'org', rates }] });
    await ask('a1', '1');
    const context = { beyond: [['project/chat', 'requests/day', Number.MAX_SAFE_INTEGER]] };
    const reply = await explainer.explain('acme', { ...behind(office.refusals[0]!), context });
    expect(reply).toMatchObject({
      error: { code: 'Malformed', message: expect.stringContaining('context.beyond.0.2') },
    });
  });

  it('before the account was there is told as one', async () => {
    await ask('a1', '9');
    const question = { ...behind(office.refusals[0]!), position: 'account-acme@-1.-1' };
    expect((await explained(question)).decision).toMatchObject({ decision: 'denied', code: 'UnknownAccount' });
  });
});
