/* eslint-disable @typescript-eslint/consistent-type-imports -- the client is loaded by `require`; here only its types are named */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventStoreDouble, startEventStoreDouble } from './start-event-store-double.js';

// The vendor's client judges whether the double speaks its protocol.
type Client = import('@eventstore/db-client').EventStoreDBClient;
const { binaryEvent, BACKWARDS, END, EventStoreDBClient, NO_STREAM, START, streamNameFilter } = createRequire(
  import.meta.url,
)('@eventstore/db-client') as typeof import('@eventstore/db-client');

const event = (text: string, id: string = randomUUID()) => binaryEvent({ id, type: 'entry', data: Buffer.from(text) });

let double: EventStoreDouble;
let client: Client;

beforeEach(async () => {
  double = await startEventStoreDouble({ droppedRepeatMs: 50 });
  client = EventStoreDBClient.connectionString(double.url);
});

afterEach(async () => {
  await client.dispose();
  await double.stop();
});

const texts = async (stream: string, backwards = false): Promise<string[]> => {
  const found: string[] = [];
  const reading = client.readStream(
    stream,
    backwards ? { direction: BACKWARDS, fromRevision: END, maxCount: 1 } : { fromRevision: START },
  );
  for await (const { event } of reading) found.push(Buffer.from(event?.data as Uint8Array).toString());
  return found;
};

describe("the double, to the vendor's client", () => {
  it('stores and reads both ways', async () => {
    const appended = await client.appendToStream('account-a', [event('one'), event('two')], {
      expectedRevision: NO_STREAM,
    });
    expect(appended).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(await texts('account-a')).toEqual(['one', 'two']);
    expect(await texts('account-a', true)).toEqual(['two']);
    await expect(texts('account-b')).rejects.toMatchObject({ type: 'stream-not-found' });
  });

  it('refuses a wrong revision and says where the stream ends', async () => {
    await client.appendToStream('account-a', event('one'), { expectedRevision: NO_STREAM });
    await expect(
      client.appendToStream('account-a', event('two'), { expectedRevision: NO_STREAM }),
    ).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 0n });
  });

  it('takes a single append, which the client sends when it has credentials for the call', async () => {
    const credentials = { username: 'admin', password: 'changeit' };
    const options = { expectedRevision: NO_STREAM, credentials } as const;
    expect(await client.appendToStream('account-a', event('one'), options)).toMatchObject({ nextExpectedRevision: 0n });
    await expect(client.appendToStream('account-a', event('two'), options)).rejects.toMatchObject({
      type: 'wrong-expected-version',
    });
    expect(await texts('account-a')).toEqual(['one']);
  });

  it('refuses more than one mebibyte', () =>
    expect(client.appendToStream('account-a', event('x'.repeat(1_048_577)))).rejects.toMatchObject({
      type: 'maximum-append-size-exceeded',
      maxAppendSize: 1_048_576,
    }));

  it('lets a repeat of what is still on its way run into a time-out', async () => {
    // Two appends at once over a client that has not yet sent any may overtake each other.
    await client.appendToStream('account-b', event('first'));
    double.faults.slow(150);
    const same = event('one');
    const first = client.appendToStream('account-a', same, { expectedRevision: NO_STREAM });
    await expect(client.appendToStream('account-a', same, { expectedRevision: NO_STREAM })).rejects.toMatchObject({
      type: 'deadline-exceeded',
    });
    expect(await first).toMatchObject({ nextExpectedRevision: 0n });
    expect(await texts('account-a')).toEqual(['one']);
  });

  it('loses the answer to an append that it stored, or did not', async () => {
    double.faults.outcomeUnknown(true);
    await expect(client.appendToStream('account-a', event('one'))).rejects.toMatchObject({ type: 'unavailable' });
    double.faults.outcomeUnknown(false);
    await expect(client.appendToStream('account-a', event('two'))).rejects.toMatchObject({ type: 'unavailable' });
    expect(await texts('account-a')).toEqual(['one']);
  });

  it('says that it is not ready', async () => {
    double.faults.notReady();
    await expect(client.appendToStream('account-a', event('one'))).rejects.toMatchObject({
      type: 'unknown',
      message: 'Could not recognize Server Is Not Ready',
    });
    await expect(texts('account-a')).rejects.toMatchObject({ type: 'unavailable' });
  });

  it('refuses connections while it is stopped and keeps its data', async () => {
    await client.appendToStream('account-a', event('one'));
    await double.stop();
    await expect(client.appendToStream('account-a', event('two'))).rejects.toMatchObject({ code: 14 });
    await double.restart();
    expect(await texts('account-a')).toEqual(['one']);
  });

  it('shows a subscription what is stored, what comes, and where it has been', async () => {
    await client.appendToStream('account-a', event('one'));
    for (let other = 0; other < 70; other++) await client.appendToStream('other', event('nothing'));
    const checkpoints: bigint[] = [];
    const subscription = client.subscribeToAll({
      fromPosition: START,
      filter: streamNameFilter({
        prefixes: ['account-'],
        checkpointInterval: 1,
        checkpointReached: (_subscription, position) => void checkpoints.push(position.commit),
      }),
    });
    const seen: string[] = [];
    subscription.on('data', ({ event }) => seen.push(Buffer.from(event?.data as Uint8Array).toString()));
    await once(subscription, 'caughtUp');
    expect(seen).toEqual(['one']);
    expect(checkpoints).toHaveLength(2);
    const live = once(subscription, 'data');
    await client.appendToStream('account-b', event('two'));
    await live;
    expect(seen).toEqual(['one', 'two']);

    const broken = once(subscription, 'error');
    double.endSubscriptionsAsTooSlow();
    await expect(broken).resolves.toMatchObject([{ type: 'timeout' }]);
  });
});
