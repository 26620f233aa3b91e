import { connectBus, DECISIONS, ensureStream, publishToStream, RequestClient, type Bus } from '@exchequer/bus';
import {
  HEADERS,
  isProblemReply,
  SUBJECTS,
  type DecisionsReply,
  type HealthReply,
  type ProblemReply,
  type ProgressReply,
  type ReportReply,
} from '@exchequer/contracts';
import { NO_HASH, NO_STREAM, openLedger, sealEntry, type Ledger, type StoredFact } from '@exchequer/ledger';
import { createScratchDirectory, startNats, type RunningNats, type ScratchDirectory } from '@exchequer/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { launchReporting, type ReportingProcess } from './spec/launch-reporting.js';

jest.setTimeout(60_000);

const STREAM = 'account-acme';
const AT = Date.UTC(2026, 10, 21, 10);

/** Usage whose cost is owed whole: it needs no lot. */
const usage = (id: string, nanoUnits: bigint): StoredFact => ({
  type: 'CreditsDrawn',
  payer: 'project/chat',
  nodes: ['user/ada'],
  amounts: [['usd', nanoUnits.toString()]],
  countedAt: AT,
  usage: { source: 'spec', id },
  particulars: { model: 'gpt-4o', meters: { input_tokens: 3, output_tokens: 1 }, tags: { team: 'a' } },
});

const refusal = (decisionId: string) => ({
  decision: 'denied',
  code: 'LimitReached',
  message: 'No more today.',
  amounts: { usd: '0.5' },
  binding: { kind: 'limit', node: 'user/ada', limit: 'daily', currency: 'usd', remaining: '0' },
  decisionId,
  decidedAt: '2026-11-21T10:00:00.000Z',
  position: 'account-acme@0.0',
  payer: 'user/ada',
  model: 'gpt-4o',
  request: { id: 'r', amounts: { usd: '0.5' } },
  lines: [[null, 'usd', '500000000']],
});

let nats: RunningNats;
let bus: Bus;
let requests: RequestClient;
let directory: ScratchDirectory;
let ledger: Ledger;
let revision: number;
let hash: string;
let launched: ReportingProcess[];
beforeEach(async () => {
  // A server each: what one test leaves unacknowledged must not come to the next.
  nats = await startNats();
  bus = await connectBus({ servers: nats.url, name: 'spec' });
  requests = new RequestClient(bus);
  directory = await createScratchDirectory();
  ledger = openLedger(`lmdb:${directory.join('data', 'ledger')}`);
  revision = NO_STREAM;
  hash = NO_HASH;
  launched = [];
});
afterEach(async () => {
  for (const { process, ended } of launched) {
    process.kill('SIGKILL');
    await ended;
  }
  requests.close();
  await bus.close();
  await nats.stop();
  await ledger.close();
  await directory.remove();
});

async function append(...facts: readonly StoredFact[]): Promise<void> {
  const commands = [{ id: `c-${String(revision + 1)}`, contentHash: '', actor: 'spec', facts }];
  const sealed = sealEntry(hash, { at: AT, commands });
  revision = (await ledger.append(STREAM, revision, [sealed])).revision;
  hash = sealed.hash;
}

async function start(more: Readonly<Record<string, string>> = {}): Promise<ReportingProcess> {
  const reporting = launch(more);
  await reporting.ready;
  return reporting;
}

function launch(more: Readonly<Record<string, string>> = {}): ReportingProcess {
  const reporting = launchReporting(directory.path, {
    EXCHEQUER_DATA: directory.join('data'),
    EXCHEQUER_NATS: nats.url,
    ...more,
  });
  launched.push(reporting);
  return reporting;
}

const ask = async <Reply>(
  method: 'report' | 'decisions' | 'progress',
  body: object,
  withinMs = 20_000,
): Promise<Reply> =>
  (
    await requests.request(SUBJECTS.reporting(method, 'acme'), JSON.stringify(body), {
      headers: { [HEADERS.deadline]: String(Date.now() + withinMs) },
      timeoutMs: withinMs + 2_000,
    })
  ).json() as Reply;

const health = async (): Promise<HealthReply> =>
  (await requests.request(SUBJECTS.health('reporting'), '{}', { timeoutMs: 5_000 })).json() as HealthReply;

async function untilDenied(count: number): Promise<DecisionsReply> {
  for (;;) {
    const reply = await ask<DecisionsReply | ProblemReply>('decisions', {});
    if (!isProblemReply(reply) && (reply.counts['denied'] ?? 0) >= count && reply.decisions.length >= count)
      return reply;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the reporting service', () => {
  it('reports what was just appended to whoever waits for it', async () => {
    await append(usage('u-1', 5n));
    await start();
    await append(usage('u-2', 7n), usage('u-3', 9n));
    const reply = await ask<ReportReply>('report', { by: ['model', 'tag:team'], until: 'now' });
    expect(reply.rows).toEqual([
      {
        model: 'gpt-4o',
        'tag:team': 'a',
        calls: 3,
        unpriced: 0,
        meters: { input_tokens: '9', output_tokens: '3' },
        amounts: { usd: '0.000000021' },
      },
    ]);
    const before = await ask<ReportReply>('report', { by: [], until: 'account-acme@0.0' });
    expect(before.rows).toMatchObject([{ calls: 1, amounts: { usd: '0.000000005' } }]);
    const after = await ask<ReportReply>('report', { by: [], after: 'account-acme@0', until: reply.position });
    expect(after.rows).toMatchObject([{ calls: 2 }]);
    expect(await ask<ProgressReply>('progress', {})).toMatchObject({
      state: 'following',
      position: reply.position,
      trouble: null,
    });
  });

  it('goes on after kill -9 and after a stop, with every row once', async () => {
    for (let round = 0; round < 3; round++) {
      const reporting = await start();
      await append(usage(`u-${String(round)}`, 5n));
      await publishToStream(requests, SUBJECTS.decisions('acme'), JSON.stringify([refusal(`d-${String(round)}`)]));
      if (round > 0) await ask('progress', { until: 'now' });
      reporting.process.kill(round === 2 ? 'SIGTERM' : 'SIGKILL');
      expect(await reporting.ended).toBe(round === 2 ? 0 : 'SIGKILL');
    }
    await start();
    expect((await ask<ReportReply>('report', { by: [], until: 'now' })).rows).toMatchObject([
      { calls: 3, amounts: { usd: '0.000000015' } },
    ]);
    expect((await untilDenied(3)).counts).toEqual({ allowed: 0, partial: 0, denied: 3 });
  });

  it('keeps refusals with their explanation, and leaves out what is none', async () => {
    await append(usage('u-1', 5n));
    await ensureStream(bus, DECISIONS);
    const counted = { ...refusal('d-2'), request: undefined, lines: undefined, standsFor: 5 };
    await publishToStream(requests, SUBJECTS.decisions('acme'), 'no JSON');
    await publishToStream(
      requests,
      SUBJECTS.decisions('acme'),
      JSON.stringify([{ decisionId: 'd-0' }, refusal('d-1'), counted]),
    );
    await start();
    const { decisions, refusals, leftOut } = await untilDenied(1);
    expect(decisions).toMatchObject([
      { decisionId: 'd-1', code: 'LimitReached', lines: [[null, 'usd', '500000000']], position: 'account-acme@0.0' },
    ]);
    expect(refusals).toEqual([
      { code: 'LimitReached', node: 'user/ada', limit: 'daily', currency: 'usd', count: 6, resetsAt: null },
    ]);
    expect(leftOut).toBe(5);
  });

  it('knows no account that was never opened', async () => {
    await start();
    for (const method of ['report', 'decisions'] as const)
      expect(await ask(method, method === 'report' ? { by: [] } : {})).toMatchObject({
        error: { code: 'UnknownAccount' },
      });
  });

  it('refuses a question that makes no sense, in a sentence', async () => {
    await append(usage('u-1', 5n));
    await start();
    const message = async (body: object): Promise<string> => {
      const { error } = await ask<{ error: { code: string; message: string } }>('report', body);
      return `${error.code}: ${error.message}`;
    };
    expect(await message({ by: ['colour'] })).toMatch(/^Malformed: by\.0: is no dimension/);
    expect(await message({ by: ['day', 'day'] })).toBe('Malformed: by: has day twice.');
    expect(await message({ by: [], zone: 'Mars/Base' })).toMatch(/^Malformed: zone: is no time zone/);
    expect(await message({ by: [], from: '2026-11-21T10:00:00Z', to: '2026-11-21T10:00:00Z' })).toBe(
      'Malformed: from: is not before to.',
    );
    expect(await message({ by: [], until: 'account-zeta@1.0' })).toBe(
      'Malformed: until: is of another account than acme.',
    );
    expect(await message({ by: [], after: 'account-acme@77.0' })).toBe(
      'Malformed: after: the ledger has no entry account-acme@77 yet.',
    );
    expect(await message({ by: [], account: 'zeta' })).toMatch(/^Malformed: The request: unknown field "account"/);
  });

  it('says by when it is not there yet, instead of answering with less', async () => {
    await append(usage('u-1', 5n));
    await start();
    await ask('progress', { until: 'now' });
    const reply = await ask<object>('report', { by: [], until: '999' }, 600);
    expect(reply).toEqual({
      error: {
        code: 'Unavailable',
        message: 'ClickHouse has the ledger up to 0, not up to 999; ask again in a moment.',
        details: { position: '0' },
      },
    });
  });

  it('stops before a fact that it does not know, is not ready, and goes on answering what it has', async () => {
    await append(usage('u-1', 5n));
    await start();
    await ask('progress', { until: 'now' });
    expect((await health()).ready).toBe(true);
    await append({ type: 'CreditsDrawn', version: 99 });
    let seen = await health();
    while (seen.ready) seen = await health();
    const detail = 'account-acme@1.0: version 99 of CreditsDrawn is not known to this release';
    expect(seen.checks.find(({ name }) => name === 'projection')).toEqual({ name: 'projection', ok: false, detail });
    expect((await ask<ReportReply>('report', { by: [] })).rows).toMatchObject([{ calls: 1 }]);
    expect(await ask('report', { by: [], until: 'now' })).toMatchObject({
      error: { code: 'Unavailable', message: expect.stringContaining(detail) },
    });
  });

  it('starts without its server, is not ready, and says why', async () => {
    await append(usage('u-1', 5n));
    await start({ EXCHEQUER_CLICKHOUSE: 'http://127.0.0.1:9' });
    const { ready, checks } = await health();
    expect(ready).toBe(false);
    expect(checks.find(({ name }) => name === 'clickhouse')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('ClickHouse is not available'),
    });
    expect(await ask('report', { by: [] })).toMatchObject({ error: { code: 'Unavailable' } });
  });

  it('ends with one sentence when its directory belongs to another process or its address is wrong', async () => {
    await start();
    const second = launch();
    expect(await second.ended).toBe(3);
    expect(second.complaint()).toMatch(
      /^reporting: ClickHouse is not available: the directory .* set EXCHEQUER_CLICKHOUSE/m,
    );
    const wrong = launch({ EXCHEQUER_CLICKHOUSE: 'http://127.0.0.1:8123/a-b' });
    expect(await wrong.ended).toBe(2);
    expect(wrong.complaint()).toMatch(/^reporting: EXCHEQUER_CLICKHOUSE: /m);
  });
});
