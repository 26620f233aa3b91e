import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, type RunningNats } from '@exchequer/testing';
import type { Bus } from '../bus.js';
import { connectBus } from '../connect-bus.js';
import { gather } from '../gather.js';
import { announceService, type ServiceIdentity } from './announce-service.js';
import type { EndpointReport } from './endpoint-report.js';

const identity = (instance: string): ServiceIdentity => ({
  name: 'meter',
  instance,
  version: '1.4.0',
  description: 'Takes usage in.',
  metadata: { zone: 'a' },
});

const endpoint: EndpointReport = {
  name: 'usage-v1',
  subject: 'usage.v1.*',
  queueGroup: 'meter',
  requests: 4,
  errors: 1,
  lastError: 'UnknownPrice: No price.',
  processingMs: 10,
  data: { parked: 3 },
};

describe('a service that says what it is', () => {
  let server: RunningNats;
  let bus: Bus;
  const ask = async (subject: string): Promise<unknown[]> => {
    const replies = await gather(bus, subject, '', { windowMs: 150 });
    return replies.map((reply) => reply.json());
  };

  beforeAll(async () => {
    server = await startNats();
    bus = await connectBus({ servers: server.url, name: 'spec' });
    announceService(bus, identity('m-1'), () => [endpoint]);
    announceService(bus, identity('m-2'), () => []);
    announceService(bus, { ...identity('c-1'), name: 'console' }, () => []);
    await bus.flush();
  });
  afterAll(async () => {
    await bus.close();
    await server.stop();
  });

  it('answers a ping to all, to its name and to its instance', async () => {
    const all = (await ask('$SRV.PING')) as { id: string }[];
    expect(all.map(({ id }) => id).sort()).toEqual(['c-1', 'm-1', 'm-2']);
    expect(await ask('$SRV.PING.meter')).toHaveLength(2);
    expect(await ask('$SRV.PING.meter.m-1')).toEqual([
      { type: 'io.nats.micro.v1.ping_response', name: 'meter', id: 'm-1', version: '1.4.0', metadata: { zone: 'a' } },
    ]);
  });

  it('describes its endpoints', async () => {
    expect(await ask('$SRV.INFO.meter.m-1')).toEqual([
      {
        type: 'io.nats.micro.v1.info_response',
        name: 'meter',
        id: 'm-1',
        version: '1.4.0',
        metadata: { zone: 'a' },
        description: 'Takes usage in.',
        endpoints: [{ name: 'usage-v1', subject: 'usage.v1.*', queue_group: 'meter', metadata: {} }],
      },
    ]);
  });

  it('counts what its endpoints did, times in nanoseconds', async () => {
    const [stats] = (await ask('$SRV.STATS.meter.m-1')) as { type: string; started: string; endpoints: unknown }[];
    expect(stats).toMatchObject({ type: 'io.nats.micro.v1.stats_response', name: 'meter', version: '1.4.0' });
    expect(new Date(stats!.started).toISOString()).toBe(stats!.started);
    expect(stats!.endpoints).toEqual([
      {
        name: 'usage-v1',
        subject: 'usage.v1.*',
        queue_group: 'meter',
        num_requests: 4,
        num_errors: 1,
        last_error: 'UnknownPrice: No price.',
        processing_time: 10_000_000,
        average_processing_time: 2_500_000,
        data: { parked: 3 },
      },
    ]);
  });

  it('is silent once it has stopped', async () => {
    const announcement = announceService(bus, { ...identity('g-1'), name: 'gateway' }, () => []);
    expect(await ask('$SRV.PING.gateway')).toHaveLength(1);
    announcement.stop();
    expect(await ask('$SRV.PING.gateway')).toEqual([]);
  });

  it.each([
    [{ name: 'my meter' }, /no service name/],
    [{ instance: 'a.b' }, /no service name/],
    [{ version: 'one' }, /no version/],
  ])('needs a name, an instance and a version that fit the wire: %j', (wrong, sentence) => {
    expect(() => announceService(bus, { ...identity('m-3'), ...wrong }, () => [])).toThrow(sentence);
  });
});
