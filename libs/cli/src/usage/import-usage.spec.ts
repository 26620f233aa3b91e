import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectExchequer, type Exchequer } from '@exchequer/client';
import { startNats, withScratchDirectory, type RunningNats } from '@exchequer/testing';
import { ToyServices } from '../spec/toy-services.js';
import { importUsage, type ImportDocument } from './import-usage.js';
import { readCsv } from './read-csv.js';
import { readNdjson } from './read-events.js';

const event = (id: number, model = 'gpt-4o') =>
  JSON.stringify({ source: 'gw', id: String(id), data: { payer: 'org', model, meters: { input_tokens: id } } });

describe('importing usage', () => {
  let nats: RunningNats;
  let services: ToyServices;
  let client: Exchequer;
  let sentAgain: WeakSet<object>;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  afterEach(async () => {
    await client.close();
    await services.close();
  });

  const start = async (answerWithinMs = 30_000): Promise<void> => {
    services = await ToyServices.start(nats.url);
    sentAgain = new WeakSet();
    client = await connectExchequer({
      servers: nats.url,
      account: 'demo',
      bounds: { answerWithinMs, retryDelayMinMs: 5 },
      onRetry: (body) => sentAgain.add(body),
    });
  };

  const imported = (name: string, text: string): Promise<ImportDocument> =>
    withScratchDirectory(async (directory) => {
      const path = directory.join(name);
      await writeFile(path, text);
      const csv = { map: { id: 'request', input_tokens: 'in' }, defaults: { source: 's', payer: 'org', tags: {} } };
      const events = name.endsWith('.csv') ? readCsv(path, csv) : readNdjson(path);
      return importUsage(client, events, sentAgain, { show: () => undefined, end: () => undefined });
    });

  it('settles each line, and counts one that is there twice once', async () => {
    await start();
    const document = await imported('u.ndjson', `\uFEFF${event(1)}\r\n\r\n${event(2)}\r\n${event(1)}`);
    expect(document).toEqual({
      events: 3,
      settled: 2,
      duplicates: 1,
      unpriced: 0,
      awaiting: 0,
      amounts: { usd: '3' },
      rejected: [],
      broken: [],
    });
  });

  it('adds up what of it is beyond what overage allows, of what was settled now', async () => {
    await start();
    services.beyondOverage = { usd: '0.5' };
    const text = `${event(1)}\n${event(2)}\n${event(1)}`;
    expect(await imported('u.ndjson', text)).toMatchObject({ amounts: { usd: '3' }, beyondOverage: { usd: '1' } });
    expect(await imported('u.ndjson', text)).not.toHaveProperty('beyondOverage');
  });

  it('settles nothing more the second time', async () => {
    await start();
    await imported('u.ndjson', [1, 2, 3].map((id) => event(id)).join('\n'));
    const again = await imported('u.ndjson', [1, 2, 3].map((id) => event(id)).join('\n'));
    expect(again).toMatchObject({ settled: 0, duplicates: 3, amounts: {} });
  });

  it('counts as settled what was settled by a message whose answer got lost', async () => {
    await start(150);
    services.disturb = (_method, message) => (message === 1 ? 'done-but-lost' : undefined);
    expect(await imported('u.ndjson', `${event(1)}\n${event(2)}`)).toMatchObject({
      settled: 2,
      duplicates: 0,
      amounts: { usd: '3' },
    });
  });

  it('names a broken line and those that the service rejects, and settles the others', async () => {
    await start();
    const document = await imported(
      'u.ndjson',
      `${event(1)}\n{"id":\n[1]\n${event(2, 'gpt-9')}\n${event(3, 'gpt-9')}\n${event(4)}\n`,
    );
    expect(document).toMatchObject({
      settled: 2,
      broken: [
        { line: 2, reason: 'it is not JSON' },
        { line: 3, reason: 'it is no object; it takes a CloudEvent' },
      ],
      rejected: [{ code: 'Malformed', message: 'data.model: is odd.', count: 2, firstLine: 4 }],
    });
  });

  it('takes a CSV with a mapping, and names a row that has no quantity', async () => {
    await start();
    const text = 'request,model,in\r\na,"gpt-4o",5\r\nb,gpt-4o,oops\r\nc,gpt-4o,7\r\n';
    const document = await imported('u.csv', text);
    expect(document).toMatchObject({ settled: 2, amounts: { usd: '12' }, broken: [{ line: 3 }] });
  });

  it('settles the rows around one whose quotes are wrong', async () => {
    await start();
    const document = await imported('u.csv', 'request,model,in\na,gpt-4o,5\nb,gp"t-4o,6\nc,gpt-4o,7\n');
    expect(document).toMatchObject({ settled: 2, amounts: { usd: '12' } });
    expect(document.broken).toHaveLength(1);
  });

  it('refuses a mapping to a column that is not there', async () => {
    await start();
    await expect(imported('u.csv', 'model,in\n')).rejects.toThrow('has no column "request"; it has model, in.');
  });
});
