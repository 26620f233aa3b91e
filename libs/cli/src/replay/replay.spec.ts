import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Exchequer } from '@exchequer/client';
import { startNats, withScratchDirectory, type RunningNats } from '@exchequer/testing';
import { ToyServices } from '../spec/toy-services.js';
import { playTrace, type Played, type ReplayRequest } from './replay.js';

const ROWS = 700;
/** Row n has n mod 5 context tokens more than 1, so that a limit refuses some rows and lets later, smaller ones pass. */
const contextOf = (index: number): number => 1 + (index % 5);
const TOKENS = Array.from({ length: ROWS }, (_, index) => contextOf(index)).reduce((sum, tokens) => sum + tokens);

describe('playing a trace', () => {
  let nats: RunningNats;
  let services: ToyServices;
  let client: Exchequer;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  afterEach(async () => {
    await client.close();
    await services.close();
  });

  const start = async (tokensMax?: number, answerWithinMs = 30_000): Promise<void> => {
    services = await ToyServices.start(nats.url, tokensMax);
    client = await services.connect(nats.url, answerWithinMs);
  };

  const play = (change: Partial<ReplayRequest> = {}, broken = ''): Promise<Played> =>
    withScratchDirectory(async (directory) => {
      const rows = Array.from({ length: ROWS }, (_, index) => `2023-11-16 18:15:46,${String(contextOf(index))},2`);
      const file = directory.join('trace.csv');
      await writeFile(file, ['TIMESTAMP,ContextTokens,GeneratedTokens', broken, ...rows].filter(Boolean).join('\r\n'));
      return playTrace(client, {
        file,
        payer: 'project/chat',
        models: ['gpt-4o-mini', 'gemini-2.5-flash'],
        authorize: true,
        tags: {},
        speed: 'max',
        progress: { show: () => undefined, end: () => undefined },
        ...change,
      });
    });

  it('holds and settles every row, in row order, one message of holds at a time', async () => {
    await start();
    const { document, faults, plan } = await play();
    expect(document).toMatchObject({
      events: ROWS,
      settled: ROWS,
      duplicates: 0,
      allowed: ROWS,
      refused: 0,
      contextTokens: TOKENS,
    });
    expect(document.byModel['gpt-4o-mini']?.calls).toBe(ROWS / 2);
    expect(services.decided).toEqual(Array.from({ length: ROWS }, (_, index) => `${plan.source}/${String(index)}`));
    expect(services.authorizationsAtOnceMax).toBe(1);
    expect(faults).toEqual([]);
  });

  it('settles nothing more when it is played again, and says what was settled before', async () => {
    await start();
    await play();
    const { document, tally } = await play();
    expect(document).toMatchObject({ settled: 0, duplicates: ROWS, contextTokens: 0, usd: '0.000000000', byModel: {} });
    expect(tally.sumsEver()).toMatchObject({ calls: ROWS, contextTokens: BigInt(TOKENS) });
  });

  it('has the same sums with usage alone, as another play', async () => {
    await start();
    await play();
    const { document } = await play({ authorize: false });
    expect(document).toMatchObject({ settled: ROWS, duplicates: 0, contextTokens: TOKENS });
    expect(document.allowed).toBeUndefined();
  });

  it('says which limit refused rows, how many, and the first of them; smaller ones behind it may pass', async () => {
    await start(300);
    const { document, faults } = await play({ payer: 'user/ada' });
    expect(document.contextTokens).toBe(300);
    expect((document.allowed ?? 0) + (document.refused ?? 0)).toBe(ROWS);
    expect(document.refusals).toEqual([
      {
        code: 'LimitReached',
        node: 'user/ada',
        limit: 'daily',
        currency: 'usd',
        resetsAt: '2026-11-22T00:00:00Z',
        count: document.refused,
        firstRow: document.firstRefusedRow,
      },
    ]);
    expect(faults).toEqual([]);
  });

  it.each([
    ['authorize', 'lost'],
    ['authorize', 'done-but-lost'],
    ['usage', 'lost'],
    ['usage', 'done-but-lost'],
  ] as const)('has the same sums when messages of %s are %s', async (method, disturbance) => {
    await start(1_500);
    const undisturbed = (await play()).document;
    await client.close();
    await services.close();
    await start(1_500, 150);
    services.disturb = (at, message) => (at === method && message % 2 === 1 ? disturbance : undefined);
    const { document } = await play();
    expect({ ...document, seconds: 0 }).toEqual({ ...undisturbed, seconds: 0 });
  });

  it('names a broken row, settles the others, and ends as refused', async () => {
    await start();
    const { document, faults } = await play({}, '2023-11-16 18:15:46,oops,2');
    expect(document).toMatchObject({ events: ROWS, settled: ROWS, broken: [{ row: 1, line: 2 }] });
    expect(faults).toMatchObject([
      { status: 1, sentence: expect.stringMatching(/row 1 \(line 2\) is broken/) as unknown },
    ]);
  });

  it('counts rows that the service rejects, by reason', async () => {
    await start();
    const { document, faults } = await play({ authorize: false, models: ['gpt-4o-mini', 'gpt-9'] });
    expect(document).toMatchObject({
      settled: ROWS / 2,
      rejected: [{ code: 'Malformed', count: ROWS / 2, firstRow: 2 }],
    });
    expect(faults.map(({ status }) => status)).toEqual([1]);
  });

  it('stops where the play as a whole is not possible', async () => {
    await start();
    await expect(play({ payer: 'project/nope' })).rejects.toMatchObject({ code: 'UnknownNode' });
    expect(services.decided).toEqual([]);
  });

  it('gives back the holds of rows that were settled so long ago that their authorizations are forgotten', async () => {
    await start();
    await play();
    services.forgetAuthorizations();
    const { document } = await play();
    expect(document).toMatchObject({ settled: 0, duplicates: ROWS, allowed: 0 });
    expect(services.voidedHolds).toHaveLength(ROWS);
  });
});
