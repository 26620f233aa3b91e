import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RpcException, type MicroserviceOptions } from '@nestjs/microservices';
import { problem } from '@exchequer/contracts';
import { startNats, type RunningNats } from '@exchequer/testing';
import type { Bus } from '../bus.js';
import type { BusReply } from '../bus-reply.js';
import { connectBus } from '../connect-bus.js';
import { gather } from '../gather.js';
import { RequestClient } from '../request-client.js';
import type { ServingBounds } from '../serving/bounds.js';
import { NatsTransport, Responds, RespondsInBatches, type BusContext, type BusRequest } from './index.js';

/** What the controller below was asked, and what it waits for. */
class Desk {
  readonly batches: (readonly BusRequest[])[] = [];
  readonly begun: string[] = [];
  readonly held: BusRequest[] = [];
  release: () => void = () => undefined;
  readonly released = new Promise<void>((resolve) => (this.release = resolve));
}
let desk = new Desk();

@Controller()
class Accounts {
  @Responds('credits.v1.balance.*')
  balance(body: unknown, context: BusContext): unknown {
    const { subject, tokens, lastToken, deadlineMs } = context;
    return { body, subject, tokens, account: lastToken, deadlineMs, actor: context.header('Exchequer-Actor') };
  }

  @Responds('credits.v1.slow.*')
  async slow(body: unknown, context: BusContext): Promise<object> {
    desk.begun.push(context.lastToken);
    await desk.released;
    return { body };
  }

  @Responds('credits.v1.explain.*')
  refuse(): unknown {
    return { error: problem('UnknownNode', 'There is no node\r\nuser/ada.', { node: 'user/ada' }) };
  }

  @Responds('credits.v1.fail.*')
  fail(body: unknown): never {
    const { how } = body as { how: string };
    if (how === 'refusal') throw new RpcException(problem('Paused', 'The node is paused.'));
    throw new TypeError('the password is hunter2');
  }

  @Responds('credits.v1.forget.*', { queue: 'everyone' })
  forget(): object {
    return {};
  }

  @Responds('credits.v1.large.*')
  large(): Uint8Array {
    return new Uint8Array(8 * 1024 * 1024);
  }

  @RespondsInBatches('credits.v1.authorize.*', { name: 'authorize' })
  authorize(requests: readonly BusRequest[]): void {
    desk.batches.push(requests);
    for (const request of requests) {
      const body = request.body();
      if (body !== undefined) request.respond(JSON.stringify({ echo: body }));
    }
  }

  @RespondsInBatches('credits.v1.hold.*')
  hold(requests: readonly BusRequest[]): void {
    desk.held.push(...requests);
  }

  @RespondsInBatches('credits.v1.crash.*')
  async crash([first]: readonly BusRequest[]): Promise<void> {
    first?.respond('"answered"');
    await Promise.reject(new Error('a bug'));
  }
}

@Module({ controllers: [Accounts] })
class SpecModule {}

describe('a service on NATS', () => {
  let server: RunningNats;
  let serving: Bus;
  let asking: Bus;
  let client: RequestClient;
  let transport: NatsTransport;
  let app: INestMicroservice;

  const serve = async (bounds: Partial<ServingBounds> = {}): Promise<void> => {
    transport = new NatsTransport({
      bus: serving,
      service: { name: 'accounts', instance: 'a-1', version: '1.0.0', description: 'For this spec.' },
      bounds,
      drainMaxMs: 2_000,
    });
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes any object of this shape
    app = await NestFactory.createMicroservice<MicroserviceOptions>(SpecModule, {
      strategy: transport,
      logger: false,
      abortOnError: false,
    });
    await app.listen();
  };
  const ask = (method: string, body: string | Uint8Array = '{}', headers: Record<string, string> = {}) =>
    client.request(`credits.v1.${method}.acme`, body, { headers });
  const refusal = (reply: BusReply) => ({ code: reply.errorCode, sentence: reply.errorMessage, body: reply.json() });
  const reconnected = (bus: Bus): Promise<void> =>
    new Promise((resolve) => {
      bus.listen(({ type }) => {
        if (type === 'reconnected') resolve();
      });
    });
  const until = async (happened: () => boolean): Promise<void> => {
    while (!happened()) await new Promise((resolve) => setTimeout(resolve, 2));
  };

  beforeEach(async () => {
    desk = new Desk();
    server = await startNats({ configuration: 'max_payload: 4MB' });
    [serving, asking] = (await Promise.all(
      ['serving', 'asking'].map((name) => connectBus({ servers: server.url, name })),
    )) as [Bus, Bus];
    client = new RequestClient(asking);
  });
  afterEach(async () => {
    desk.release();
    await app.close();
    await Promise.all([serving.close(), asking.close()]);
    await server.stop();
  });

  it('gives a handler the parsed body and its surroundings, and answers with plain JSON', async () => {
    await serve();
    const deadlineMs = Date.now() + 10_000;
    const reply = await ask('balance', '{"node":"user/ada"}', {
      'Exchequer-Actor': 'ada',
      'Exchequer-Deadline': String(deadlineMs),
    });
    expect(reply.errorCode).toBeUndefined();
    expect(reply.json()).toEqual({
      body: { node: 'user/ada' },
      subject: 'credits.v1.balance.acme',
      tokens: ['credits', 'v1', 'balance', 'acme'],
      account: 'acme',
      deadlineMs,
      actor: 'ada',
    });
  });

  it('answers a refusal in the body and, on one line each, in the headers', async () => {
    await serve();
    expect(refusal(await ask('explain'))).toEqual({
      code: 'UnknownNode',
      sentence: 'There is no node user/ada.',
      body: {
        error: { code: 'UnknownNode', message: 'There is no node\r\nuser/ada.', details: { node: 'user/ada' } },
      },
    });
  });

  it('answers a handler that fails as Unavailable, without what went wrong inside', async () => {
    await serve();
    const failed = await ask('fail', '{"how":"bug"}');
    expect(failed.errorCode).toBe('Unavailable');
    expect(Buffer.from(failed.bytes).toString()).not.toContain('hunter2');
    expect(refusal(await ask('fail', '{"how":"refusal"}'))).toMatchObject({ code: 'Paused' });
  });

  it('answers an answer that is too large to be sent as Unavailable', async () => {
    await serve();
    expect((await ask('large')).errorCode).toBe('Unavailable');
  });

  it.each([
    ['no JSON', Buffer.from('{"password":hunter2'), 'The body is not JSON; send one JSON object.'],
    ['nothing', Buffer.from(''), 'The body is not JSON; send one JSON object.'],
    ['broken UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'The body is not UTF-8; send JSON in UTF-8.'],
    ['too much', Buffer.alloc(2 * 1024 * 1024, 0x20), 'The message has 2097152 bytes; the most is 1048576. Divide it.'],
  ])('answers %s as Malformed and goes on', async (_, body, sentence) => {
    await serve();
    for (const method of ['balance', 'authorize'])
      expect(refusal(await ask(method, body))).toMatchObject({ code: 'Malformed', sentence });
    expect((await ask('balance', '{"node":"n"}')).errorCode).toBeUndefined();
  });

  it('does not begin what is past its deadline', async () => {
    await serve();
    const late = await ask('authorize', '{}', { 'Exchequer-Deadline': String(Date.now() - 1) });
    expect(late.errorCode).toBe('DeadlineExceeded');
    expect((await ask('authorize', '{}', { 'Exchequer-Deadline': 'soon' })).errorCode).toBe('Malformed');
    expect(desk.batches).toEqual([]);
  });

  it('hands over together what arrives together, and gives each its own answer', async () => {
    await serve();
    const numbers = Array.from({ length: 500 }, (_, number) => number);
    const replies = await Promise.all(numbers.map((number) => ask('authorize', String(number))));
    expect(replies.map((reply) => reply.json())).toEqual(numbers.map((echo) => ({ echo })));
    expect(desk.batches.length).toBeLessThan(numbers.length / 2);
  });

  it('lets a batch handler answer after it has returned, once', async () => {
    await serve();
    const asked = gather(asking, 'credits.v1.hold.acme', '1', { windowMs: 100 });
    await until(() => desk.held.length === 1);
    expect(transport.load).toEqual({ waiting: 0, inFlight: 1 });
    const [request] = desk.held;
    request!.respond('"first"');
    request!.respond('"second"');
    request!.respondProblem(problem('Paused', 'third'));
    expect((await asked).map((reply) => reply.json())).toEqual(['first']);
    expect(transport.load.inFlight).toBe(0);
  });

  it('answers what a failing batch handler left as Unavailable', async () => {
    await serve();
    const replies = await Promise.all([1, 2, 3].map((number) => ask('crash', String(number))));
    const [first, ...others] = replies.map((reply) => reply.errorCode ?? reply.json());
    expect(first).toBe('answered');
    expect(others).toEqual(['Unavailable', 'Unavailable']);
  });

  it('answers what a handler never answers, and frees its place', async () => {
    await serve({ answerWithinMaxMs: 50, messagesInFlightMax: 1 });
    const forgotten = await ask('hold');
    expect(forgotten.errorCode).toBe('Unavailable');
    expect((await ask('balance')).errorCode).toBeUndefined();
  });

  it('begins no more at once than its bound, lets so many wait, and refuses the rest at once', async () => {
    await serve({ messagesInFlightMax: 4, messagesWaitingMax: 6 });
    const asked = Array.from({ length: 30 }, () => ask('slow'));
    const refused = await Promise.all(asked.slice(10));
    expect(desk.begun).toHaveLength(4);
    expect(transport.load).toEqual({ waiting: 6, inFlight: 4 });
    for (const reply of refused)
      expect(refusal(reply)).toMatchObject({
        code: 'Overloaded',
        body: { error: { details: { retryAfterMs: expect.any(Number) } } },
      });
    desk.release();
    const done = await Promise.all(asked.slice(0, 10));
    expect(done.every((reply) => reply.errorCode === undefined)).toBe(true);
    expect(desk.begun).toHaveLength(10);
  });

  it('bounds the bytes that wait', async () => {
    await serve({ messagesInFlightMax: 1, bytesWaitingMax: 1_000_000 });
    const body = JSON.stringify('x'.repeat(400_000));
    const first = ask('slow', body);
    await until(() => desk.begun.length === 1);
    const others = Array.from({ length: 4 }, () => ask('slow', body));
    const refused = await Promise.all(others.slice(2));
    expect(refused.map((reply) => reply.errorCode)).toEqual(['Overloaded', 'Overloaded']);
    desk.release();
    const done = await Promise.all([first, ...others.slice(0, 2)]);
    expect(done.map((reply) => reply.errorCode)).toEqual([undefined, undefined, undefined]);
  });

  it('drops what has waited past its deadline', async () => {
    await serve({ messagesInFlightMax: 1 });
    const first = ask('slow');
    await until(() => desk.begun.length === 1);
    const second = ask('slow', '{}', { 'Exchequer-Deadline': String(Date.now() + 40) });
    await new Promise((resolve) => setTimeout(resolve, 60));
    desk.release();
    expect((await first).errorCode).toBeUndefined();
    expect((await second).errorCode).toBe('DeadlineExceeded');
    expect(desk.begun).toHaveLength(1);
  });

  it('ends what was begun before it closes, and takes no more', async () => {
    await serve();
    const begun = ask('slow');
    await until(() => desk.begun.length === 1);
    const closing = app.close();
    await asking.flush();
    desk.release();
    expect((await begun).errorCode).toBeUndefined();
    await closing;
    await expect(ask('balance')).rejects.toThrow(/Nobody answers/);
  });

  it('answers what does not end within the bound of its closing', async () => {
    await serve();
    const asked = ask('hold');
    await until(() => desk.held.length === 1);
    await app.close();
    expect((await asked).errorCode).toBe('Unavailable');
  });

  it('shares the work among its instances, and gives a subject for everyone to each', async () => {
    await serve();
    const first = app;
    await serve();
    const shared = await gather(asking, 'credits.v1.balance.acme', '{}', { windowMs: 100 });
    const everyone = await gather(asking, 'credits.v1.forget.acme', '{}', { windowMs: 100 });
    expect([shared.length, everyone.length]).toEqual([1, 2]);
    await first.close();
  });

  it('goes on after the server was killed and started again', async () => {
    await serve();
    const back = Promise.all([reconnected(serving), reconnected(asking)]);
    const lost = ask('slow').catch((fault: unknown) => fault);
    await until(() => desk.begun.length === 1);
    await server.kill();
    expect(await lost).toMatchObject({ name: 'Disconnected', outcome: 'unknown' });
    await server.restart();
    await back;
    await serving.flush();
    expect((await ask('balance')).errorCode).toBeUndefined();
    expect((await ask('authorize', '1')).json()).toEqual({ echo: 1 });
  });

  it('shows on $SRV what it answers and how often it did', async () => {
    await serve();
    await ask('authorize', '1');
    await ask('authorize', 'x');
    const [stats] = await gather(asking, '$SRV.STATS.accounts', '', { repliesMax: 1 });
    const { endpoints } = stats!.json() as { endpoints: { name: string }[] };
    expect(endpoints.find(({ name }) => name === 'authorize')).toMatchObject({
      subject: 'credits.v1.authorize.*',
      queue_group: 'accounts',
      num_requests: 2,
      num_errors: 1,
      last_error: 'Malformed: The body is not JSON; send one JSON object.',
    });
    expect(endpoints.map(({ name }) => name)).toContain('credits-v1-balance');
  });

  it('refuses two methods for one subject, and subjects that are none', async () => {
    await serve();
    const handler = () => Promise.resolve({});
    expect(() => transport.addHandler('credits.v1.balance.*', handler)).toThrow(/answered by two/);
    expect(() => transport.addHandler('credits v1', handler)).toThrow(/no subject/);
  });
});
