import { connectBus, RequestClient, type Bus, type BusSubscription } from '@exchequer/bus';
import { problem, SUBJECTS, type OutcomeBody, type RecordBody, type UsageItemReply } from '@exchequer/contracts';
import { currencyId } from '@exchequer/kernel';
import { openLedger, type Ledger } from '@exchequer/ledger';
import { parseDecimal } from '@exchequer/rating';
import { Catalogue } from '@exchequer/replica';
import { createScratchDirectory, startNats, type RunningNats, type ScratchDirectory } from '@exchequer/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { UsageIntake } from './usage-intake.js';

const NOW = Date.UTC(2026, 10, 21, 10);
const RISE = Date.UTC(2026, 10, 1);

let nats: RunningNats;
let bus: Bus;
let requests: RequestClient;
let scratch: ScratchDirectory;
let ledger: Ledger;
let catalogue: Catalogue;
let intake: UsageIntake;
let owner: BusSubscription;
/** The messages that the owner got. */
let asked: (readonly RecordBody[])[];
let answerOne: (body: RecordBody) => object;

beforeAll(async () => {
  nats = await startNats();
  bus = await connectBus({ servers: nats.url, name: 'spec' });
  requests = new RequestClient(bus);
});
afterAll(async () => {
  requests.close();
  await bus.close();
  await nats.stop();
});
beforeEach(async () => {
  scratch = await createScratchDirectory();
  ledger = openLedger(`lmdb:${scratch.path}`);
  catalogue = new Catalogue(ledger);
  intake = new UsageIntake(requests, catalogue, { now: () => NOW });
  asked = [];
  answerOne = () => ({ outcome: 'drawn', amounts: {}, sources: [], decidedAt: '', position: 'account-acme@1.0' });
  owner = bus.subscribe(SUBJECTS.owner('record', 'acme'), {}, ({ data, reply }) => {
    const { items } = JSON.parse(Buffer.from(data).toString()) as { items: RecordBody[] };
    asked.push(items);
    bus.publish(reply ?? '', JSON.stringify({ items: items.map((item) => answerOne(item)) }));
  });
  await bus.flush();
});
afterEach(async () => {
  owner.stop();
  await ledger.close();
  await scratch.remove();
});

/** Publishes a price of so much a token, by another process than the one that is asked. */
async function priceIs(price: string, effectiveFrom: number): Promise<void> {
  const content = {
    name: 'list',
    currency: currencyId('usd'),
    effectiveFrom,
    models: new Map([
      [
        'm',
        {
          prices: [
            { meter: 'input_tokens', price: parseDecimal(price)!, tier: 'standard' as const, aboveInputTokens: 0 },
          ],
        },
      ],
    ]),
  };
  await new Catalogue(ledger).publish(content, `card-${price}`, 'spec', NOW);
}
const event = (id: string, more: object = {}) => ({
  type: 'exchequer.usage.v1',
  source: 's',
  id,
  data: { payer: 'org', model: 'm', meters: { input_tokens: 10 } },
  ...more,
});
const settle = (items: readonly unknown[], deadlineMs = Date.now() + 5_000): Promise<readonly UsageItemReply[]> =>
  intake.settle({
    sender: { account: 'acme', actor: 'spec', traceparent: undefined, deadlineMs },
    items,
    isBatch: true,
  });
const amountsAsked = () => asked.flat().map(({ priced }) => priced?.lines[0]?.amount);

describe('a usage event', () => {
  it('is answered with what of its cost is beyond what overage allows, as the account says', async () => {
    const drawn = { outcome: 'drawn', sources: [], decidedAt: '', position: 'account-acme@1.0' };
    answerOne = () => ({ ...drawn, amounts: { usd: '14' }, owed: { usd: '3' }, beyondOverage: { usd: '2' } });
    const [reply] = await settle([event('1')]);
    expect(reply).toEqual({
      ...{ status: 'settled', amounts: { usd: '14' }, beyondOverage: { usd: '2' } },
      position: 'account-acme@1.0',
    });
  });

  it('is priced by the card of its own instant, not of its arrival', async () => {
    await priceIs('0.1', 0);
    await priceIs('0.3', RISE);
    await settle([
      event('before', { time: '2026-10-31T23:59:59Z' }),
      event('at', { time: '2026-11-01T00:00:00Z' }),
      event('now'),
    ]);
    expect(amountsAsked()).toEqual(['1', '3', '3']);
  });

  it('finds a card that was published a moment ago, and is unpriced without one', async () => {
    answerOne = ({ unpriced }) => ({
      outcome: unpriced === undefined ? 'drawn' : 'unpriced',
      amounts: {},
      position: 'p',
    });
    expect(await settle([event('none')])).toMatchObject([
      { status: 'unpriced', reason: 'no rate card has the model m' },
    ]);
    await priceIs('0.1', 0);
    expect(await settle([event('some')])).toMatchObject([{ status: 'settled' }]);
  });

  it('has the same hash however it is written, and another when it says something else', async () => {
    await priceIs('0.1', 0);
    const data = { meters: { input_tokens: '10.0' }, model: 'm', payer: 'org' };
    const other = { ...data, meters: { input_tokens: 11 } };
    await settle([event('a'), event('a', { data }), event('a', { data: other })]);
    const [one, two, three] = asked.flat().map(({ usage }) => usage?.contentHash);
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });
});

describe('an event that tells how a task came out', () => {
  const told = (id: string, outcome: string) => ({
    type: 'exchequer.outcome.v1',
    source: 's',
    id,
    data: { taskId: 'ticket-1', outcome },
  });

  it('goes to the account after the usage of its message, with the identity of its event', async () => {
    await priceIs('0.1', 0);
    const order: string[] = [];
    answerOne = ({ id }) => {
      order.push(id);
      return { outcome: 'awaiting', amounts: { usd: '1' }, position: id };
    };
    const outcomes: OutcomeBody[] = [];
    const teller = bus.subscribe(SUBJECTS.owner('outcome', 'acme'), {}, ({ data, reply }) => {
      const { items } = JSON.parse(Buffer.from(data).toString()) as { items: OutcomeBody[] };
      for (const item of items) order.push(item.id);
      outcomes.push(...items);
      const replies = items.map(({ id }) => ({
        charged: { usd: '1' },
        position: id,
        ...(id === 'o2' && { repeated: true }),
      }));
      bus.publish(reply ?? '', JSON.stringify({ items: replies }));
    });
    await bus.flush();
    try {
      expect(await settle([told('o1', 'resolved'), event('u1'), told('o2', 'resolved'), told('o3', '')])).toMatchObject(
        [
          { status: 'settled', amounts: { usd: '1' }, position: 'o1' },
          { status: 'awaiting', position: 'u1' },
          { status: 'duplicate', position: 'o2' },
          { error: { code: 'Malformed', message: expect.stringContaining('items.3.data.outcome') } },
        ],
      );
    } finally {
      teller.stop();
    }
    expect(order).toEqual(['u1', 'o1', 'o2']);
    const [one, two] = outcomes;
    expect(one).toMatchObject({ taskId: 'ticket-1', outcome: 'resolved', usage: { source: 's', id: 'o1' } });
    expect(two?.usage?.contentHash).toBe(one?.usage?.contentHash);
  });
});

describe('a batch of usage', () => {
  it('is answered in its order, broken events among the others', async () => {
    await priceIs('0.1', 0);
    answerOne = ({ id }) =>
      id === 'c'
        ? { error: problem('UnknownNode', 'There is none.') }
        : { outcome: 'drawn', amounts: {}, position: id };
    expect(await settle([event('a'), { id: 'b' }, event('c'), event('d')])).toMatchObject([
      { status: 'settled', position: 'a' },
      { error: { code: 'Malformed', message: expect.stringContaining('items.1.') } },
      { error: { code: 'UnknownNode' } },
      { status: 'settled', position: 'd' },
    ]);
  });

  it('travels in messages of at most 1,000 events and 1 MiB', async () => {
    await priceIs('0.1', 0);
    const tags = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`t${String(n)}`, 'x'.repeat(256)]));
    const data = { payer: 'org', model: 'm', meters: { input_tokens: 1 }, tags };
    const items = Array.from({ length: 1_500 }, (_, n) => event(String(n), n < 700 ? { data } : {}));
    const replies = await settle(items);
    expect(replies).toHaveLength(1_500);
    expect(asked.flat().map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    expect(asked.length).toBeGreaterThan(2);
    for (const message of asked) expect(JSON.stringify({ items: message }).length).toBeLessThanOrEqual(1024 * 1024);
  });

  it('is to be sent again when the owner does not answer', async () => {
    await priceIs('0.1', 0);
    owner.stop();
    expect(await settle([event('a'), event('b')])).toMatchObject([
      { error: { code: 'Unavailable', message: expect.stringMatching(/Send the same events again\.$/) } },
      { error: { code: 'Unavailable' } },
    ]);
  });
});
