import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AuthorizationReply, DecisionsReply, ReportReply, SettlementReply } from '@exchequer/contracts';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 30_000;
const POLICY = `account: acme
currencies: { usd: { display: 2 } }
nodes:
  org: { kind: organization, pooling: own }
  project/chat: { parent: org, pooling: parent }
  team/a: { parent: org }
  user/ada: { parent: org, pooling: parent, limits: [ { name: daily, amount: 1 usd, window: day UTC } ] }
`;
const CARD = {
  name: 'list',
  currency: 'usd',
  models: {
    'gpt-4o-mini': {
      prices: [
        { meter: 'input_tokens', price: '0.00000015' },
        { meter: 'output_tokens', price: '0.0000006' },
      ],
    },
  },
};

interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

describe('Exchequer over HTTP', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
    await post('/v1/accounts/acme/policy/apply', POLICY, {
      'idempotency-key': 'policy',
      'content-type': 'application/yaml',
    });
    await post('/v1/accounts/acme/grants', { id: 'grant', node: 'org', amount: '100', currency: 'usd' });
    await post('/v1/prices', { id: 'card', card: CARD });
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const send = async <Body>(path: string, init: RequestInit = {}): Promise<Answer<Body>> => {
    const response = await fetch(stack.url + path, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  };
  const get = <Body = Record<string, unknown>>(path: string): Promise<Answer<Body>> => send<Body>(path);
  const post = <Body = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> =>
    send<Body>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const authorize = (body: object): Promise<Answer<AuthorizationReply>> =>
    post<AuthorizationReply>('/v1/accounts/acme/authorize', body);
  const until = async <Value>(ask: () => Promise<Value>, isThere: (value: Value) => boolean): Promise<Value> => {
    for (;;) {
      const value = await ask();
      if (isThere(value)) return value;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  it(
    'is ready when every service is',
    async () => {
      expect(await get('/healthz')).toMatchObject({ status: 200, body: { live: true } });
      const { body } = await until(
        () => get<{ services: { service: string; ready: boolean }[] }>('/readyz'),
        ({ status }) => status === 200,
      );
      expect(body.services.map(({ service, ready }) => [service, ready])).toEqual(
        ['enforcement', 'meter', 'allocation', 'lifecycle', 'reporting', 'console'].map((name) => [name, true]),
      );
    },
    PATIENCE_MS,
  );

  it('applies a policy file that is sent as it is, and applying it again changes nothing', async () => {
    const again = await post('/v1/accounts/acme/policy/apply', POLICY, {
      'idempotency-key': 'policy-again',
      'content-type': 'application/yaml',
    });
    expect(again).toMatchObject({ status: 200, body: { changes: [] } });
    const plan = await post('/v1/accounts/acme/policy/plan', POLICY.replace('1 usd', '2 usd'), {
      'content-type': 'application/yaml',
    });
    expect(plan.body['changes']).toMatchObject([{ action: 'change', subject: 'limit daily of user/ada' }]);
  });

  it('holds, captures and gives the rest back; a retry under the same Idempotency-Key gets the first reply', async () => {
    const { body: placed } = await authorize({ id: 'cycle', payer: 'project/chat', amounts: { usd: '10' } });
    expect(placed).toMatchObject({ decision: 'allowed', amounts: { usd: '10' } });
    const path = `/v1/accounts/acme/holds/${placed.hold!.id}/capture`;
    const capture = (): Promise<Answer<SettlementReply>> =>
      post<SettlementReply>(path, { amounts: { usd: '7' } }, { 'idempotency-key': 'cycle-capture' });
    const first = await capture();
    expect(first).toMatchObject({ status: 200, body: { amounts: { usd: '7' }, returned: { usd: '3' } } });
    const { repeated, ...second } = (await capture()).body;
    expect([repeated, second.position, second.amounts]).toEqual([true, first.body.position, first.body.amounts]);
    expect(await post(path, { amounts: { usd: '7' } }, { 'idempotency-key': 'another' })).toMatchObject({
      status: 409,
      body: { code: 'HoldAlreadyEnded' },
    });
    expect(await post(path, { amounts: { usd: '6' } }, { 'idempotency-key': 'cycle-capture' })).toMatchObject({
      status: 409,
      body: { code: 'IdempotencyConflict' },
    });
  });

  it('opens a session whose calls draw on its reserve, and gives back the rest when it ends', async () => {
    const sessions = '/v1/accounts/acme/sessions';
    const opening = { id: 'run', payer: 'project/chat', amounts: { usd: '5' }, lifeFor: 'PT1H' };
    const opened = await post(sessions, opening);
    expect(opened).toMatchObject({ status: 200, body: { decision: 'allowed', session: 'session/s-1' } });
    const { body: placed } = await authorize({ id: 'run-call', payer: 'session/s-1', amounts: { usd: '2' } });
    await post(`/v1/accounts/acme/holds/${placed.hold!.id}/capture`, { id: 'run-settled' });
    const { body: node } = await get('/v1/accounts/acme/balance?node=session/s-1');
    expect(node).toMatchObject({ kind: 'session', parent: 'project/chat', spendable: { usd: '3' } });
    expect(await post(`${sessions}/end`, { id: 'run-end', session: 'session/s-1' })).toMatchObject({
      status: 200,
      body: { spent: { usd: '2' }, returned: { usd: '3' } },
    });
    expect(await post(`${sessions}/end`, { id: 'run-again', session: 'session/s-1' })).toMatchObject({
      status: 409,
      body: { code: 'NodeArchived' },
    });
  });

  it('answers a refused authorization with 200: it is an answer', async () => {
    const { status, body } = await authorize({ id: 'dear', payer: 'user/ada', amounts: { usd: '2' } });
    expect([status, body.decision, body.code]).toEqual([200, 'denied', 'LimitReached']);
    expect(body.binding).toMatchObject({ node: 'user/ada', limit: 'daily', remaining: '1' });
  });

  it('takes many requests in one and answers each in its place', async () => {
    const { status, body } = await post<{ items: { decision?: string; error?: { code: string } }[] }>(
      '/v1/accounts/acme/authorize',
      {
        items: [
          { id: 'b-1', payer: 'project/chat', amounts: { usd: '0.5' } },
          { id: 'b-2', payer: 'user/nobody', amounts: { usd: '0.5' } },
          { id: 'b-3', payer: 'user/ada', amounts: { usd: '1.5' } },
        ],
      },
    );
    expect(status).toBe(200);
    expect(body.items.map((item) => item.decision ?? item.error?.code)).toEqual(['allowed', 'UnknownNode', 'denied']);
  });

  it.each([
    ['malformed JSON', '/authorize', '{"id":"x",}', 400, 'Malformed', /line 1, column 11/],
    ['no body', '/authorize', '', 400, 'Malformed', /The body is empty/],
    ['no id', '/authorize', { amounts: { usd: '1' } }, 400, 'Malformed', /^id: is missing/],
    [
      'an unknown field',
      '/authorize',
      { id: 'x', amounts: { usd: '1' }, colour: 1 },
      400,
      'Malformed',
      /unknown field "colour"/,
    ],
    [
      'an unknown node',
      '/authorize',
      { id: 'x', payer: 'user/zoe', amounts: { usd: '1' } },
      404,
      'UnknownNode',
      /user\/zoe/,
    ],
    ['an unknown currency', '/authorize', { id: 'x', amounts: { eur: '1' } }, 400, 'Malformed', /currency eur/],
    [
      'an unknown model',
      '/authorize',
      { id: 'x', use: { model: 'gpt-9', meters: { input_tokens: 1 } } },
      422,
      'UnknownPrice',
      /gpt-9/,
    ],
    ['a negative amount', '/authorize', { id: 'x', amounts: { usd: '-1' } }, 400, 'Malformed', /negative/],
    [
      'an over-precise amount',
      '/authorize',
      { id: 'x', amounts: { usd: '0.0000000001' } },
      400,
      'Malformed',
      /9 digits/,
    ],
    [
      'an amount above the largest',
      '/authorize',
      { id: 'x', amounts: { usd: '9223372037' } },
      400,
      'Malformed',
      /largest amount/,
    ],
    ['an unknown hold', '/holds/h-x-y/void', { id: 'x' }, 404, 'UnknownHold', /h-x-y/],
    ['an unknown path', '/nothing', {}, 404, 'Malformed', /openapi.json/],
    ['a wrong method', '/tree', {}, 405, 'Malformed', /takes GET, HEAD/],
  ] as const)(
    'says what is wrong, with a code and a sentence: %s',
    async (_what, path, body, status, code, sentence) => {
      const answer = await post(`/v1/accounts/acme${path}`, body);
      expect([answer.status, answer.body['code']]).toEqual([status, code]);
      expect(answer.body['detail']).toMatch(sentence);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(JSON.stringify(answer.body)).not.toMatch(/ at .*:\d+|node_modules/);
    },
  );

  it('refuses a body of 2 MiB with a sentence', async () => {
    const answer = await post('/v1/accounts/acme/authorize', `"${'a'.repeat(2 * 1024 * 1024)}"`);
    expect(answer).toMatchObject({ status: 413, body: { detail: expect.stringContaining('1048576 bytes') } });
  });

  it('names line and column of what is wrong in a policy file', async () => {
    const body = { id: 'bad', text: 'account: acme\nnodes:\n  org: { colour: red }\n', fileName: 'policy.yaml' };
    const answer = await post('/v1/accounts/acme/policy/apply', body);
    expect(answer).toMatchObject({ status: 400, body: { details: { line: 3, column: 10 } } });
    expect(answer.body['detail']).toMatch(/^policy\.yaml:3:10: /);
  });

  it('is not there for pages of other sites', async () => {
    const foreign = await post('/v1/accounts/acme/advance', { id: 'f' }, { origin: 'http://evil.example' });
    expect(foreign).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    expect(await statusUnderHost(stack.url, 'evil.example')).toBe(421);
    expect(await statusUnderHost(stack.url, 'localhost')).toBe(200);
    const form = await post('/v1/accounts/acme/advance', 'id=f', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(form.status).toBe(415);
  });

  it(
    'takes usage as CloudEvents, counts each once, and reports it',
    async () => {
      const event = (id: string, more: object = {}): object => ({
        specversion: '1.0',
        type: 'exchequer.usage.v1',
        source: 'gateway-1',
        id,
        subject: 'acme',
        data: {
          payer: 'project/chat',
          model: 'gpt-4o-mini',
          meters: { input_tokens: 1_000, output_tokens: 100 },
          tags: { team: 'a' },
        },
        ...more,
      });
      const one = { 'content-type': 'application/cloudevents+json' };
      const many = { 'content-type': 'application/cloudevents-batch+json' };
      expect(await post('/v1/events', event('e-1'), one)).toMatchObject({
        status: 202,
        body: { status: 'settled', amounts: { usd: '0.00021' } },
      });
      expect(await post('/v1/events', [event('e-1'), event('e-2')], many)).toMatchObject({
        status: 202,
        body: { items: [{ status: 'duplicate' }, { status: 'settled' }] },
      });
      expect(
        await post(
          '/v1/events',
          [event('e-3'), event('e-4', { type: 'other' }), event('e-5', { subject: 'nobody' })],
          many,
        ),
      ).toMatchObject({
        status: 207,
        body: {
          items: [{ status: 'settled' }, { error: { code: 'Malformed' } }, { error: { code: 'UnknownAccount' } }],
        },
      });

      const path = '/v1/report?account=acme&by=model,tag:team&where=tag:team=a';
      const { body } = await until(
        () => get<ReportReply>(path),
        (answer) => answer.status === 200 && answer.body.rows[0]?.calls === 3,
      );
      expect(body.rows).toMatchObject([
        {
          model: 'gpt-4o-mini',
          'tag:team': 'a',
          calls: 3,
          meters: { input_tokens: '3000', output_tokens: '300' },
          amounts: { usd: '0.00063' },
        },
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'lists decisions and explains each, allowed by the ledger and refused by what was asked',
    async () => {
      const { body: allowed } = await authorize({ id: 'why', payer: 'user/ada', amounts: { usd: '0.25' } });
      const { body: denied } = await authorize({ id: 'why-not', payer: 'user/ada', amounts: { usd: '0.8' } });
      await until(
        () => get<DecisionsReply>('/v1/accounts/acme/decisions?limit=50'),
        ({ status, body }) =>
          status === 200 &&
          [allowed.hold?.id, denied.decisionId].every((id) => body.decisions.some((row) => row.decisionId === id)),
      );
      const why = await get(`/v1/accounts/acme/decisions/${allowed.hold!.id}`);
      expect(why.body['decision']).toMatchObject({ decision: 'allowed', amounts: { usd: '0.25' } });
      expect(await get('/v1/accounts/acme/decisions/why')).toMatchObject({
        status: 200,
        body: { decision: { decision: 'allowed' } },
      });
      const whyNot = await get(`/v1/accounts/acme/decisions/${denied.decisionId!}`);
      expect(whyNot.body['decision']).toMatchObject({
        decision: 'denied',
        code: 'LimitReached',
        message: denied.message,
        chain: [{ node: 'user/ada', limit: 'daily', used: '0', held: '0.25', remaining: '0.75' }],
      });
      expect((await get('/v1/accounts/acme/decisions/why-not')).body).toEqual(whyNot.body);
      expect(await get('/v1/accounts/acme/decisions/never-asked')).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining('there is no refusal of it in the reports') },
      });
    },
    PATIENCE_MS,
  );

  it(
    'tells of appends and refusals as they happen',
    async () => {
      const ending = new AbortController();
      const { body, headers } = await fetch(`${stack.url}/v1/stream?account=acme`, { signal: ending.signal });
      expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      await authorize({ id: 'live-1', payer: 'project/chat', amounts: { usd: '0.01' } });
      await authorize({ id: 'live-2', payer: 'user/ada', amounts: { usd: '9' } });
      let heard = '';
      const decoder = new TextDecoder();
      for await (const bytes of body!) {
        heard += decoder.decode(bytes as Uint8Array, { stream: true });
        if (heard.includes('event: ledger') && heard.includes('event: refusals')) break;
      }
      ending.abort();
      expect(heard).toMatch(/event: open\ndata: \{"account":"acme"\}/);
      expect(heard).toMatch(/event: ledger\ndata: \{"position":"\d+"\}/);
      expect(heard).toContain('"message":"The limit daily of user/ada');
    },
    PATIENCE_MS,
  );

  it(
    'answers in the form that /openapi.json states',
    async () => {
      const document = await get<{ components: { schemas: Record<string, object> } }>('/openapi.json');
      const { schemas } = document.body.components;
      const ajv = new Ajv2020({ strict: false });
      const faultsOf = (name: string, reply: unknown): unknown => {
        const isRight = ajv.compile({ ...closed(schemas[name]!), $id: `${name}-${String(Math.random())}` });
        return isRight(reply) ? null : [name, reply, isRight.errors];
      };
      const { body: placed } = await authorize({
        id: 'form',
        payer: 'user/ada',
        amounts: { usd: '0.1' },
        explain: 'full',
      });
      const account = '/v1/accounts/acme';
      const run = { id: 'form-ended', payer: 'org', amounts: { usd: '1' }, lifeFor: 'PT1H' };
      const ended = post<{ session: string }>(`${account}/sessions`, run).then(({ body }) =>
        post(`${account}/sessions/end`, { id: 'form-end', session: body.session }),
      );
      const replies: (readonly [string, Promise<Answer<unknown>>])[] = [
        ['Authorization', authorize({ id: 'form-denied', payer: 'user/ada', amounts: { usd: '5' } })],
        ['Authorization', post(`${account}/quote`, { payer: 'project/chat', amounts: { usd: '1' }, explain: 'full' })],
        ['Settlement', post(`${account}/holds/${placed.hold!.id}/capture`, { id: 'form-capture' })],
        [
          'OpenedSession',
          post(`${account}/sessions`, { id: 'form-run', payer: 'org', amounts: { usd: '1' }, lifeFor: 'PT1H' }),
        ],
        [
          'OpenedSession',
          post(`${account}/sessions`, { id: 'form-dear', payer: 'org', amounts: { usd: '999' }, lifeFor: 'PT1H' }),
        ],
        ['Tree', get(`${account}/tree`)],
        ['EndedSession', ended],
        [
          'Settlement',
          post(`${account}/record`, { id: 'form-record', payer: 'project/chat', amounts: { usd: '0.1' } }),
        ],
        ['Grant', post(`${account}/grants`, { id: 'form-grant', node: 'team/a', amount: '1', currency: 'usd' })],
        [
          'Transfer',
          post(`${account}/transfers`, {
            id: 'form-move',
            from: 'org',
            to: 'team/a',
            amount: '1',
            currency: 'usd',
          }),
        ],
        ['Advance', post(`${account}/advance`, { id: 'form-advance' })],
        ['Account', get(`${account}?stateHash=true`)],
        ['Tree', get(`${account}/tree`)],
        ['Balance', get(`${account}/balance?node=project/chat`)],
        ['Explanation', get(`${account}/decisions/${placed.hold!.id}`)],
        ['Decisions', get(`${account}/decisions`)],
        ['Report', get('/v1/report?account=acme&by=day,payer')],
        ['Progress', get(`${account}/reports/progress`)],
        ['Reconciliation', get(`${account}/reports/reconciliation`)],
        ['Prices', get('/v1/prices?model=gpt-4o-mini')],
        ['PublishedPrices', post('/v1/prices', { id: 'form-card', card: CARD })],
        ['Problem', get(`${account}/balance?node=user/zoe`)],
      ];
      expect(faultsOf('Authorization', placed)).toBeNull();
      for (const [name, reply] of replies) expect(faultsOf(name, (await reply).body)).toBeNull();
    },
    PATIENCE_MS,
  );

  it('has the figures of every service for Prometheus', async () => {
    const text = await (await fetch(`${stack.url}/metrics`)).text();
    for (const service of ['enforcement', 'meter', 'allocation', 'lifecycle', 'reporting', 'console'])
      expect(text).toMatch(
        new RegExp(`^exchequer_build_info\\{service="${service}",instance="[0-9a-f]+",version="`, 'm'),
      );
    expect(text).toMatch(/^exchequer_http_responses_2xx_total\{service="console"/m);
  });

  it(
    'says that the account cannot be asked while enforcement is away, and goes on when it is back',
    async () => {
      await stack.service('enforcement').kill();
      const answer = await authorize({ id: 'away', payer: 'project/chat', amounts: { usd: '0.5' } });
      expect(answer).toMatchObject({ status: 503, body: { code: 'Unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(await get('/readyz')).toMatchObject({ status: 503, body: { ready: false } });
      await stack.restart('enforcement');
      const again = await authorize({ id: 'away', payer: 'project/chat', amounts: { usd: '0.5' } });
      expect(again).toMatchObject({ status: 200, body: { decision: 'allowed' } });
    },
    START_MS,
  );
});

/** The same schema, with every field that it does not name refused: a reply that grew is to be described. */
const closed = (schema: object): object =>
  JSON.parse(JSON.stringify(schema), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'properties' in value && !('additionalProperties' in value)
      ? { ...value, additionalProperties: false }
      : value,
  ) as object;

/** `fetch` sets the Host header itself. */
const statusUnderHost = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const asked = request({ hostname, port, path: '/healthz', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('error', reject);
    asked.end();
  });
