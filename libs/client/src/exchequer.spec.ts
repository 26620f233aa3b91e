import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { problem } from '@exchequer/contracts';
import { startNats, type RunningNats } from '@exchequer/testing';
import { connectExchequer, type Exchequer } from './exchequer.js';
import { ExchequerError } from './exchequer-error.js';
import { startScriptedOwner, type Script, type ScriptedOwner } from './spec/scripted-owner.js';
import type { SendingBounds } from './coalescer.js';

const QUICK: Partial<SendingBounds> = { answerWithinMs: 300, retryDelayMinMs: 5, retryDelayMaxMs: 20 };
const spend = (id: string) => ({ id, payer: 'project/chat', amounts: { usd: '1' } });
const allow = (item: { readonly id?: string }): object => ({ decision: 'allowed', hold: { id: `h-${item.id ?? ''}` } });

describe('the client of an account', () => {
  let nats: RunningNats;
  let client: Exchequer;
  let owner: ScriptedOwner;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  afterEach(async () => {
    await client.close();
    await owner.close();
  });

  async function connect(script: Script, bounds = QUICK, method = 'authorize'): Promise<string[]> {
    const sentAgain: string[] = [];
    owner = await startScriptedOwner(nats.url, `credits.v1.${method}.acme`, script);
    client = await connectExchequer({
      servers: nats.url,
      account: 'acme',
      actor: 'spec',
      bounds,
      onRetry: (body) => sentAgain.push((body as { id: string }).id),
    });
    return sentAgain;
  }

  const outcome = (asked: Promise<unknown>): Promise<unknown> => asked.catch((fault: unknown) => fault);

  it('sends calls that are made at once as one message, and gives each its own answer', async () => {
    await connect(allow);
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    const replies = await Promise.all(ids.map((id) => client.authorize(spend(id))));
    expect(replies.map(({ hold }) => hold?.id)).toEqual(ids.map((id) => `h-${id}`));
    expect(owner.seen).toHaveLength(1);
    expect(owner.seen[0]?.actor).toBe('spec');
  });

  it('sends a call that is alone without the wrapping of a batch', async () => {
    await connect(allow);
    await client.authorize(spend('a'));
    expect(owner.seen).toEqual([{ items: [spend('a')], isBatch: false, actor: 'spec' }]);
  });

  it('cuts what waits at once into messages of a bounded number of calls, in order', async () => {
    await connect(allow, { ...QUICK, itemsPerMessage: 3 });
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => client.authorize(spend(id))));
    expect(owner.seen.map(({ items }) => items.map(({ id }) => id).join(''))).toEqual(['abc', 'def', 'g']);
  });

  it('divides calls that together are more than one message holds', async () => {
    await connect(allow);
    const tags = { note: 'x'.repeat(250) };
    const many = Array.from({ length: 32 }, (_, index) => [`t${String(index)}`, tags.note] as const);
    const large = (id: string) => ({ ...spend(id), tags: Object.fromEntries(many) });
    const ids = Array.from({ length: 128 }, (_, index) => String(index));
    const replies = await Promise.all(ids.map((id) => client.authorize(large(id))));
    expect(replies).toHaveLength(128);
    expect(owner.seen.length).toBeGreaterThan(1);
  });

  it('makes an id for a call that has none', async () => {
    await connect(allow);
    await client.authorize({ amounts: { usd: '1' } });
    expect(owner.seen[0]?.items[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
  });

  it('repeats only what was not answered, under the same id', async () => {
    const busy = { error: problem('Overloaded', 'Too much at once.', { retryAfterMs: 1 }) };
    const sentAgain = await connect((item, message) => (item.id === 'b' && message < 3 ? busy : allow(item)));
    const replies = await Promise.all(['a', 'b', 'c'].map((id) => client.authorize(spend(id))));
    expect(replies.map(({ hold }) => hold?.id)).toEqual(['h-a', 'h-b', 'h-c']);
    expect(owner.seen.map(({ items }) => items.map(({ id }) => id).join(''))).toEqual(['abc', 'b', 'b']);
    expect(sentAgain).toEqual(['b', 'b']);
  });

  it('repeats a message that got no answer at all', async () => {
    await connect((item, message) => (message === 1 ? undefined : allow(item)));
    const reply = await client.authorize(spend('a'));
    expect(reply.hold?.id).toBe('h-a');
    expect(owner.seen).toHaveLength(2);
  });

  it('repeats the calls of a lost message together and in their order, however many they are', async () => {
    await connect((item, message) => (message === 1 ? undefined : allow(item)), {
      ...QUICK,
      answerWithinMs: 1_500,
      itemsPerMessage: 4_000,
    });
    const ids = Array.from({ length: 4_000 }, (_, index) => String(index));
    await Promise.all(ids.map((id) => client.authorize(spend(id))));
    expect(owner.seen.map(({ items }) => items.map(({ id }) => id))).toEqual([ids, ids]);
  });

  it('gives up on a service that stays away, and says how often it asked', async () => {
    await connect(() => undefined, { ...QUICK, giveUpAfterMs: 700 }, 'nobody');
    const fault = await outcome(client.authorize(spend('a')));
    expect(fault).toBeInstanceOf(ExchequerError);
    expect(fault).toMatchObject({ code: 'Unavailable' });
    expect((fault as ExchequerError).attempts).toBeGreaterThan(1);
    expect((fault as ExchequerError).isRetryable()).toBe(true);
  });

  it('takes a denial for an answer, and a rejection for an error that no repeat mends', async () => {
    const denied = { decision: 'denied', code: 'LimitReached' };
    await connect((item) => (item.id === 'a' ? denied : { error: problem('UnknownNode', 'There is no such node.') }));
    const [first, second] = await Promise.all([client.authorize(spend('a')), outcome(client.authorize(spend('b')))]);
    expect(first).toEqual(denied);
    expect(second).toMatchObject({ code: 'UnknownNode', attempts: 1, message: 'There is no such node.' });
    expect(owner.seen).toHaveLength(1);
  });

  it('rejects at once, when it is closed, calls that are on their way', async () => {
    await connect(() => undefined, { ...QUICK, answerWithinMs: 20_000 });
    const calls = ['a', 'b'].map((id) => outcome(client.authorize(spend(id))));
    while (owner.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.close();
    expect(await Promise.all(calls)).toMatchObject([{ code: 'Unavailable' }, { code: 'Unavailable' }]);
  });

  it('rejects at once, when it is closed, a call that waits to be sent again', async () => {
    const away = { error: problem('Unavailable', 'Not now.', { retryAfterMs: 20_000 }) };
    const sentAgain = await connect(() => away);
    const call = outcome(client.authorize(spend('a')));
    while (sentAgain.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.close();
    expect(await call).toMatchObject({ message: 'The client was closed before an answer came.', attempts: 1 });
  });

  it('takes no call after it was closed', async () => {
    await connect(allow);
    await client.authorize(spend('a'));
    await client.close();
    const calls = [client.authorize(spend('b')), client.quote({ amounts: { usd: '1' } })];
    expect(await Promise.all(calls.map(outcome))).toMatchObject([{ code: 'Unavailable' }, { code: 'Unavailable' }]);
    expect(owner.seen).toHaveLength(1);
  });
});
