import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, type RunningNats } from '@exchequer/testing';
import type { Bus } from './bus.js';
import { connectBus } from './connect-bus.js';
import {
  BusClosed,
  Disconnected,
  MessageTooLarge,
  NoResponders,
  NotPermitted,
  RequestInvalid,
  RequestTimeout,
  TooManyRequests,
} from './errors.js';
import { RequestClient } from './request-client.js';

const PERMISSIONS = `authorization { users: [
  { user: "all", password: "p" },
  { user: "few", password: "p", permissions: { publish: ["echo.>"], subscribe: ["_INBOX_few.>"] } },
  { user: "deaf", password: "p", permissions: { subscribe: ["nothing"] } } ] }`;

describe('a request', () => {
  let server: RunningNats;
  let asker: Bus;
  let answerer: Bus;
  let client: RequestClient;
  const as = (user: string): Promise<Bus> => connectBus({ servers: server.url, name: user, user, password: 'p' });
  const reconnected = (bus: Bus): Promise<void> =>
    new Promise((resolve) => {
      bus.listen(({ type }) => {
        if (type === 'reconnected') resolve();
      });
    });
  const outcome = (asked: Promise<unknown>): Promise<unknown> => asked.catch((fault: unknown) => fault);

  beforeAll(async () => {
    server = await startNats({ configuration: PERMISSIONS });
    [asker, answerer] = await Promise.all([as('all'), as('all')]);
    client = new RequestClient(asker);
    answerer.subscribe('echo.*', {}, ({ reply, data }) => {
      answerer.publish(reply ?? '', data);
    });
    answerer.subscribe('silent.*', {}, () => undefined);
    answerer.subscribe('refused.*', {}, ({ reply }) => {
      answerer.publish(reply ?? '', '{"error":{"code":"Paused","message":"The node is paused."}}', {
        headers: { 'Nats-Service-Error': 'The node is paused.', 'Nats-Service-Error-Code': 'Paused' },
      });
    });
    await answerer.flush();
  });
  afterAll(async () => {
    await Promise.all([asker.close(), answerer.close()]);
    await server.stop();
  });

  it('gets the answer that belongs to it, however many are under way', async () => {
    const numbers = Array.from({ length: 2_000 }, (_, number) => number);
    const replies = await Promise.all(numbers.map((number) => client.request('echo.acme', String(number))));
    expect(replies.map((reply) => reply.json())).toEqual(numbers);
    expect(client.inFlight).toBe(0);
  });

  it('carries headers, and shows the code and sentence of a refusal', async () => {
    const heard = new Promise<string | undefined>((resolve) => {
      answerer.subscribe('headed.acme', {}, ({ reply, headers }) => {
        resolve(headers?.get('Exchequer-Actor'));
        answerer.publish(reply ?? '', '{}');
      });
    });
    await answerer.flush();
    const plain = await client.request('headed.acme', '{}', { headers: { 'Exchequer-Actor': 'ada' } });
    expect(await heard).toBe('ada');
    expect([plain.errorCode, plain.errorMessage, plain.headers]).toEqual([undefined, undefined, undefined]);
    const refused = await client.request('refused.acme', '{}');
    expect([refused.errorCode, refused.errorMessage]).toEqual(['Paused', 'The node is paused.']);
  });

  it('fails at once when nobody answers on the subject', async () => {
    const fault = await outcome(client.request('nobody.acme', '{}'));
    expect(fault).toBeInstanceOf(NoResponders);
    expect(fault).toMatchObject({ outcome: 'not-sent', message: expect.stringContaining('nobody.acme') });
  });

  it('ends when its time is over, its outcome unknown', async () => {
    const fault = await outcome(client.request('silent.acme', '{}', { timeoutMs: 30 }));
    expect(fault).toBeInstanceOf(RequestTimeout);
    expect(fault).toMatchObject({ outcome: 'unknown', timeoutMs: 30 });
  });

  it('is not sent when it is too large, or cannot stand on the wire', async () => {
    const large = await outcome(client.request('echo.acme', new Uint8Array(2 * 1024 * 1024)));
    expect(large).toBeInstanceOf(MessageTooLarge);
    expect(large).toMatchObject({ bytesMax: 1024 * 1024, outcome: 'not-sent' });
    expect(await outcome(client.request('echo.ac me', '{}'))).toBeInstanceOf(RequestInvalid);
    const split = { headers: { 'Exchequer-Actor': 'ada\r\nExchequer-Role: owner' } };
    expect(await outcome(client.request('echo.acme', '{}', split))).toBeInstanceOf(RequestInvalid);
    expect(client.inFlight).toBe(0);
  });

  it('is refused beyond the bound of requests under way', async () => {
    const small = new RequestClient(asker, { requestsInFlightMax: 2 });
    const asked = [1, 2, 3].map((number) => outcome(small.request('echo.acme', String(number))));
    expect(await asked[2]).toBeInstanceOf(TooManyRequests);
    expect(await asked[1]).toMatchObject({ bytes: Buffer.from('2') });
    small.close();
  });

  it('fails at once where the user may not send, or may not hear', async () => {
    const [few, deaf] = await Promise.all([as('few'), as('deaf')]);
    const limited = new RequestClient(few);
    expect((await limited.request('echo.acme', '1')).json()).toBe(1);
    expect(await outcome(limited.request('silent.acme', '{}'))).toBeInstanceOf(NotPermitted);
    const unhearing = new RequestClient(deaf);
    expect(await outcome(unhearing.request('silent.acme', '{}'))).toBeInstanceOf(NotPermitted);
    expect(await outcome(unhearing.request('silent.acme', '{}'))).toBeInstanceOf(NotPermitted);
    await Promise.all([few.close(), deaf.close()]);
  });

  it('ends as disconnected at once when the server dies, and the next works when it is back', async () => {
    const asked = outcome(client.request('silent.acme', '{}', { timeoutMs: 60_000 }));
    await server.kill();
    const fault = await asked;
    expect(fault).toBeInstanceOf(Disconnected);
    expect(fault).toMatchObject({ outcome: 'unknown' });
    expect(await outcome(client.request('echo.acme', '1'))).toMatchObject({ outcome: 'not-sent' });
    const back = Promise.all([reconnected(asker), reconnected(answerer)]);
    await server.restart();
    await back;
    await answerer.flush();
    expect((await client.request('echo.acme', '7')).json()).toBe(7);
  });

  it('ends when its time is over although the server is frozen', async () => {
    process.kill(server.pid!, 'SIGSTOP');
    // A signal is on its way for a while on a busy machine: until then the server answers.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const fault = await outcome(client.request('echo.acme', '{}', { timeoutMs: 50 }));
    process.kill(server.pid!, 'SIGCONT');
    expect(fault).toBeInstanceOf(RequestTimeout);
  });

  it('ends as closed when its client or its connection is closed', async () => {
    const bus = await as('all');
    const first = new RequestClient(bus);
    const second = new RequestClient(bus);
    const asked = [first, second].map((each) => outcome(each.request('silent.acme', '{}')));
    first.close();
    expect(await asked[0]).toBeInstanceOf(BusClosed);
    expect(await outcome(first.request('echo.acme', '{}'))).toMatchObject({ name: 'BusClosed', outcome: 'not-sent' });
    await bus.close();
    expect(await asked[1]).toMatchObject({ name: 'BusClosed', outcome: 'unknown' });
    expect(await outcome(second.request('echo.acme', '{}'))).toMatchObject({ outcome: 'not-sent' });
  });
});
