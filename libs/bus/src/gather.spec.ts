import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, type RunningNats } from '@exchequer/testing';
import type { Bus } from './bus.js';
import { connectBus } from './connect-bus.js';
import { gather } from './gather.js';

describe('asking everybody', () => {
  let server: RunningNats;
  let bus: Bus;

  beforeAll(async () => {
    server = await startNats();
    bus = await connectBus({ servers: server.url, name: 'spec' });
    for (const name of ['one', 'two', 'three'])
      bus.subscribe('roll-call', {}, ({ reply }) => {
        bus.publish(reply ?? '', JSON.stringify(name));
      });
    await bus.flush();
  });
  afterAll(async () => {
    await bus.close();
    await server.stop();
  });

  it('collects what each of them answers', async () => {
    const replies = await gather(bus, 'roll-call', '', { windowMs: 200 });
    expect(replies.map((reply) => reply.json()).sort()).toEqual(['one', 'three', 'two']);
  });

  it('ends early when enough have answered', async () => {
    expect(await gather(bus, 'roll-call', '', { windowMs: 60_000, repliesMax: 2 })).toHaveLength(2);
  });

  it('ends at once with nothing when nobody is there', async () => {
    expect(await gather(bus, 'nobody', '', { windowMs: 60_000 })).toEqual([]);
  });
});
