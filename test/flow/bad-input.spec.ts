import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectBus, gather, RequestClient, type Bus } from '@exchequer/bus';
import { HEADERS, isProblemReply, SUBJECTS, type AuthorizationReply, type OwnerMethod } from '@exchequer/contracts';
import { openLedger, type Head, type Ledger } from '@exchequer/ledger';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 60_000;
const ACCOUNT = 'acme';
const STREAM = `account-${ACCOUNT}`;

type Method = Extract<OwnerMethod, 'authorize' | 'capture' | 'void' | 'record' | 'grant' | 'transfer' | 'configure'>;
type Target = Method | 'usage';
type Body = Readonly<Record<string, unknown>>;

/** A right body of each kind. `HOLD` stands for an open hold. */
const RIGHT: Readonly<Record<Target, Body>> = {
  authorize: { id: 'x', payer: 'project/chat', nodes: ['user/ada'], amounts: { usd: '1' }, tags: {}, holdFor: 'PT1M' },
  capture: { id: 'x', hold: 'HOLD', amounts: { usd: '1' }, time: '2026-11-21T10:00:00Z', tags: {} },
  void: { id: 'x', hold: 'HOLD' },
  record: { id: 'x', payer: 'project/chat', nodes: ['user/ada'], amounts: { usd: '1' }, time: '2026-11-21T10:00:00Z' },
  grant: { id: 'x', node: 'org', amount: '1', currency: 'usd', layer: 'plan', expiresAt: '2099-01-01T00:00:00Z' },
  transfer: { id: 'x', from: 'org', to: 'team/a', amount: '1', currency: 'usd', note: 'n' },
  configure: { id: 'x', currencies: { usd: { display: 2 } }, nodes: [{ id: 'team/b' }], archive: [] },
  usage: {
    type: 'exchequer.usage.v1',
    source: 's',
    id: 'x',
    time: '2026-11-21T10:00:00Z',
    data: { payer: 'project/chat', model: 'gpt-4o-mini', meters: { input_tokens: 1 } },
  },
};
const TARGETS = Object.keys(RIGHT) as Target[];
const METHODS = TARGETS.filter((target): target is Method => target !== 'usage');

/** Texts and numbers that are no amount. */
const NO_AMOUNTS = [
  '-1',
  '0.0000000001',
  '9223372036.854775808',
  '9223372037',
  '9'.repeat(400),
  'NaN',
  'Infinity',
  '1e3',
  '0x10',
  '1,5',
  ' 1',
  '',
  '١',
  1,
  null,
  true,
  [],
  {},
];
/** What is no quantity of a meter. */
const NO_QUANTITIES = [-1, 9_007_199_254_740_992, '-1', 'NaN', '1e3', '', null, true, [], { max: -1 }, { max: '1' }];

const without = (body: Body, field: string): Body =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
const usageOf = (data: Body): Body => ({ ...RIGHT.usage, data: { ...(RIGHT.usage['data'] as Body), ...data } });

describe('what cannot be done', () => {
  let stack: Stack;
  let bus: Bus;
  let requests: RequestClient;
  let ledger: Ledger;
  let before: Head | undefined;
  let hold: string;

  beforeAll(async () => {
    stack = await startStack();
    bus = await connectBus({ servers: stack.nats, name: 'spec' });
    requests = new RequestClient(bus);
    ledger = openLedger(`lmdb:${stack.data}/ledger`);
    const nodes = [{ id: 'org' }, { id: 'team/a' }, { id: 'project/chat', pooling: 'parent' }, { id: 'user/ada' }];
    await must('configure', { id: 'open', currencies: { usd: { display: 2 } }, nodes });
    await must('grant', { id: 'pool', node: 'org', amount: '100', currency: 'usd' });
    const placed = (await must('authorize', { ...RIGHT.authorize, id: 'h', holdFor: 'PT1H' })) as AuthorizationReply;
    hold = placed.hold?.id ?? '';
  }, START_MS);
  afterAll(async () => {
    await ledger.close();
    requests.close();
    await bus.close();
    await stack.stop();
  }, START_MS);
  beforeEach(async () => {
    before = await ledger.head(STREAM);
    expect(before).toBeDefined();
  });
  afterEach(async () => expect(await ledger.head(STREAM)).toEqual(before));

  const subjectOf = (target: Target, account = ACCOUNT): string =>
    target === 'usage' ? SUBJECTS.usage(account) : SUBJECTS.owner(target, account);

  async function send(subject: string, body: unknown, headers = {}): Promise<unknown> {
    const bytes =
      typeof body === 'string' || body instanceof Uint8Array
        ? body
        : JSON.stringify(body).replace('"HOLD"', `"${hold}"`);
    return (await requests.request(subject, bytes, { headers, timeoutMs: 20_000 })).json();
  }
  async function must(method: Method, body: Body): Promise<unknown> {
    const reply = await send(subjectOf(method), body);
    if (isProblemReply(reply)) throw new Error(JSON.stringify(reply));
    return reply;
  }

  /** The code of a refusal, after a look at its sentence. */
  function codeIn(reply: unknown): string {
    if (!isProblemReply(reply)) return `no refusal: ${JSON.stringify(reply).slice(0, 200)}`;
    const { code, message } = reply.error;
    expect(message).toMatch(/^.{10,700}\.$/s);
    expect(message).not.toMatch(/\bat \S+:\d+|node_modules|\/dist\/|\.js\b|\[object|undefined|Error:/);
    return code;
  }
  const refused = async (target: Target, body: unknown): Promise<string> => codeIn(await send(subjectOf(target), body));
  /** The bodies that were not refused with this code, with what they got. */
  async function othersThan(code: string, target: Target, bodies: readonly unknown[]): Promise<readonly string[]> {
    const codes = await Promise.all(bodies.map((body) => refused(target, body)));
    return codes.flatMap((got, index) =>
      got === code ? [] : [`${JSON.stringify(bodies[index]).slice(0, 300)}: ${got}`],
    );
  }

  describe.each(TARGETS)('as %s', (target) => {
    it('has no JSON in it', async () => {
      const texts = ['{"id":"x",}', '', '{', 'id=x', '\u0000', '{"id":"x"}{"id":"y"}', '{"id":NaN}'];
      expect(await othersThan('Malformed', target, texts)).toEqual([]);
      expect(await refused(target, Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d))).toBe('Malformed');
    });

    it('is no object', async () => {
      expect(await othersThan('Malformed', target, ['null', '1', 'true', '"x"', '[]', '[[]]', '{}'])).toEqual([]);
    });

    it('has a field of the wrong type', async () => {
      const bodies = Object.entries(RIGHT[target]).flatMap(([field, right]) =>
        [null, true, 7, '', 'é', [], {}, [[]], { a: { b: 1 } }, [null]]
          .filter((wrong) => !(Array.isArray(right) && Array.isArray(wrong) && wrong.length === 0))
          .filter((wrong) => !(field === 'tags' && JSON.stringify(wrong) === '{}'))
          .filter((wrong) => !(field === 'source' && wrong === 'é'))
          .filter((wrong) => !(field === 'note' && typeof wrong === 'string'))
          .filter((wrong) => !(field === 'currencies' && JSON.stringify(wrong) === '{}'))
          .map((wrong) => ({ ...RIGHT[target], [field]: wrong })),
      );
      expect(await othersThan('Malformed', target, bodies)).toEqual([]);
    });

    it('lacks its id', async () => expect(await refused(target, without(RIGHT[target], 'id'))).toBe('Malformed'));

    it('has a field that is not known, or the name of what every object has', async () => {
      const open =
        target === 'usage' ? JSON.stringify(usageOf({ MORE: 1 })) : JSON.stringify({ ...RIGHT[target], MORE: 1 });
      const bodies = ['colour', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', ''].map((name) =>
        open.replace('"MORE":1', `${JSON.stringify(name)}:{"isAdmin":true}`).replace('"HOLD"', `"${hold}"`),
      );
      expect(await othersThan('Malformed', target, bodies)).toEqual([]);
    });

    it('is deeper than any reader needs', async () => {
      const deep = '['.repeat(100_000) + ']'.repeat(100_000);
      const objects = '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000);
      const bodies = [deep, objects, `{"id":${deep}}`];
      expect(await othersThan('Malformed', target, bodies)).toEqual([]);
    });

    it('is larger than a message may be', async () => {
      const reply = await send(subjectOf(target), { ...RIGHT[target], id: 'a'.repeat(2 * 1024 * 1024) });
      expect(codeIn(reply)).toBe('Malformed');
      expect(JSON.stringify(reply)).toContain('1048576');
    });

    it('has more items than a batch may', async () => {
      const items = Array.from({ length: 1_001 }, () => ({ id: 'x' }));
      expect(await refused(target, { items })).toBe('Malformed');
    });

    it('is in a batch: each item has its own refusal', async () => {
      const reply = await send(subjectOf(target), { items: [{}, null, 7, { items: [] }] });
      const { items } = reply as { items: unknown[] };
      expect(items.map(codeIn)).toEqual(['Malformed', 'Malformed', 'Malformed', 'Malformed']);
    });

    it('names no account that can be', async () => {
      for (const account of ['ACME', '-a', 'a_b', 'a'.repeat(64)])
        expect(codeIn(await send(subjectOf(target, account), RIGHT[target]))).toBe('Malformed');
    });
  });

  it('is asked of an account that is not there', async () => {
    for (const target of TARGETS.filter((one) => one !== 'configure'))
      expect([target, codeIn(await send(subjectOf(target, 'nobody'), RIGHT[target]))]).toEqual([
        target,
        'UnknownAccount',
      ]);
    expect(await ledger.head('account-nobody')).toBeUndefined();
  });

  it.each<[string, Target, Body, string]>([
    ['an unknown payer', 'authorize', { payer: 'user/zoe' }, 'UnknownNode'],
    ['an unknown node', 'authorize', { nodes: ['key/none'] }, 'UnknownNode'],
    ['an unknown payer', 'record', { payer: 'user/zoe' }, 'UnknownNode'],
    ['an unknown node', 'grant', { node: 'user/zoe' }, 'UnknownNode'],
    ['an unknown node', 'transfer', { from: 'user/zoe' }, 'UnknownNode'],
    ['an unknown node', 'transfer', { to: 'user/zoe' }, 'UnknownNode'],
    ['an unknown node', 'configure', { archive: ['user/zoe'] }, 'UnknownNode'],
    ['an unknown currency', 'authorize', { amounts: { eur: '1' } }, 'Malformed'],
    ['an unknown currency', 'capture', { amounts: { eur: '1' } }, 'Malformed'],
    ['an unknown currency', 'record', { amounts: { eur: '1' } }, 'Malformed'],
    ['an unknown currency', 'grant', { currency: 'eur' }, 'Malformed'],
    ['an unknown currency', 'transfer', { currency: 'eur' }, 'Malformed'],
    ['an unknown hold', 'capture', { hold: 'h-zz-9' }, 'UnknownHold'],
    ['an unknown hold', 'void', { hold: 'h-zz-9' }, 'UnknownHold'],
    ['an unknown hold', 'record', { hold: 'h-zz-9' }, 'UnknownHold'],
    ['what is no hold', 'void', { hold: '../h' }, 'Malformed'],
    ['more than there is', 'transfer', { amount: '1000' }, 'InsufficientCredits'],
    ['other content under an id', 'grant', { id: 'pool', amount: '7' }, 'IdempotencyConflict'],
    ['an expiry in the past', 'grant', { expiresAt: '2001-01-01T00:00:00Z' }, 'Malformed'],
    ['a day that is none', 'grant', { expiresAt: '2099-02-30T00:00:00Z' }, 'Malformed'],
    ['no amount at all', 'grant', { amount: '0' }, 'Malformed'],
    ['no currency', 'authorize', { amounts: {} }, 'Malformed'],
    ['a hold of no length', 'authorize', { holdFor: 'PT0S' }, 'Malformed'],
    ['17 nodes', 'authorize', { nodes: Array.from({ length: 17 }, () => 'user/ada') }, 'Malformed'],
    [
      '33 tags',
      'authorize',
      { tags: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`t${String(n)}`, ''])) },
      'Malformed',
    ],
    [
      'a zone that is none',
      'configure',
      {
        nodes: [
          {
            id: 'org',
            limits: [
              {
                name: 'l',
                amount: '1',
                currency: 'usd',
                window: { kind: 'calendar', unit: 'day', zone: 'Mars/Base', anchor: '2026-01-01T00:00' },
              },
            ],
          },
        ],
      },
      'Malformed',
    ],
    ['a parent below itself', 'configure', { nodes: [{ id: 'team/a', parent: 'team/a' }] }, 'Malformed'],
  ])('has %s (%s)', async (_what, target, change, code) =>
    expect(await refused(target, { ...RIGHT[target], ...change })).toBe(code),
  );

  it('asks for a model without a price', async () => {
    const use = { model: 'gpt-9', meters: { input_tokens: 1 } };
    for (const target of ['authorize', 'capture'] as const)
      expect(await refused(target, { ...without(RIGHT[target], 'amounts'), use })).toBe('UnknownPrice');
  });

  it('has amounts that are none', async () => {
    for (const target of ['authorize', 'capture', 'record'] as const) {
      const bodies = NO_AMOUNTS.map((usd) => ({ ...RIGHT[target], amounts: { usd } }));
      expect(await othersThan('Malformed', target, bodies)).toEqual([]);
    }
    for (const target of ['grant', 'transfer'] as const) {
      const bodies = NO_AMOUNTS.map((amount) => ({ ...RIGHT[target], amount }));
      expect(await othersThan('Malformed', target, bodies)).toEqual([]);
    }
    const limits = NO_AMOUNTS.map((amount) => [{ name: 'l', amount, currency: 'usd', window: { kind: 'lifetime' } }]);
    const bodies = limits.map((one) => ({ ...RIGHT.configure, nodes: [{ id: 'org', limits: one }] }));
    expect(await othersThan('Malformed', 'configure', bodies)).toEqual([]);
  });

  it('has quantities that are none', async () => {
    const uses = NO_QUANTITIES.map((quantity) => ({ model: 'gpt-4o-mini', meters: { input_tokens: quantity } }));
    const exact = uses.map((use) => ({ ...without(RIGHT.record, 'amounts'), use }));
    expect(await othersThan('Malformed', 'record', exact)).toEqual([]);
    expect(await othersThan('Malformed', 'usage', uses.map(usageOf))).toEqual([]);
    const estimated = uses.map((use) => ({ ...without(RIGHT.authorize, 'amounts'), use }));
    expect(await othersThan('Malformed', 'authorize', estimated)).toEqual([]);
  });

  it('has names that no currency, tag or meter can have', async () => {
    const names = ['constructor', 'toString', 'Ü', ' '];
    const amounts = names.map((name) => ({ id: 'x', payer: 'org', amounts: { usd: '1', [name]: '1' } }));
    expect(await othersThan('Malformed', 'authorize', amounts)).toEqual([]);
    expect(await refused('authorize', '{"id":"x","payer":"org","amounts":{"usd":"1","__proto__":"1"}}')).toBe(
      'Malformed',
    );
    const tags = names.map((name) => ({ ...RIGHT.authorize, tags: { [name]: {} } }));
    expect(await othersThan('Malformed', 'authorize', tags)).toEqual([]);
    const uses = names.slice(2).map((name) => usageOf({ meters: { [name]: 1 } }));
    expect(await othersThan('Malformed', 'usage', uses)).toEqual([]);
  });

  it.each<[string, Body, string]>([
    ['an unknown payer', usageOf({ payer: 'user/zoe' }), 'UnknownNode'],
    ['an unknown hold', usageOf({ hold: 'h-zz-9' }), 'UnknownHold'],
    ['another account', { ...RIGHT.usage, subject: 'other' }, 'Malformed'],
    ['another type', { ...RIGHT.usage, type: 'other' }, 'Malformed'],
    ['another version', { ...RIGHT.usage, specversion: '0.3' }, 'Malformed'],
    ['a time far ahead', { ...RIGHT.usage, time: '2099-01-01T00:00:00Z' }, 'Malformed'],
  ])('is a usage event with %s', async (_what, body, code) => expect(await refused('usage', body)).toBe(code));

  it('comes after its deadline, or with one that is none', async () => {
    for (const target of TARGETS) {
      const late = { [HEADERS.deadline]: String(Date.now() - 1) };
      expect(codeIn(await send(subjectOf(target), RIGHT[target], late))).toBe('DeadlineExceeded');
      expect(codeIn(await send(subjectOf(target), RIGHT[target], { [HEADERS.deadline]: 'soon' }))).toBe('Malformed');
    }
  });

  it(
    'leaves every service there: each says what it is, and what it has counted',
    async () => {
      const all = ['enforcement', 'meter', 'allocation', 'lifecycle', 'reporting', 'console'];
      for (const verb of ['PING', 'INFO', 'STATS']) {
        const replies = await gather(bus, `$SRV.${verb}`, '', { windowMs: 3_000, repliesMax: all.length });
        const told = replies.map((reply) => reply.json() as { name: string; version: string; type: string });
        expect(told.map(({ name }) => name).sort()).toEqual([...all].sort());
        for (const { type, version } of told) {
          expect(type).toBe(`io.nats.micro.v1.${verb.toLowerCase()}_response`);
          expect(version).toMatch(/^\d+\.\d+\.\d+$/);
        }
      }
      const [stats] = await gather(bus, '$SRV.STATS.enforcement', '', { repliesMax: 1 });
      const { endpoints } = stats?.json() as { endpoints: { subject: string; num_errors: number }[] };
      for (const method of METHODS)
        expect(endpoints.find(({ subject }) => subject === `credits.v1.${method}.*`)?.num_errors).toBeGreaterThan(10);
    },
    PATIENCE_MS,
  );
});
