import { gather, type Bus } from '@exchequer/bus';
import { healthReply, metricsReply, SUBJECTS, type HealthReply, type MetricsReply } from '@exchequer/contracts';
import type { z } from 'zod';

/** Those without which the product does not do its work. The console itself is one of them. */
export const SERVICES = ['enforcement', 'meter', 'allocation', 'lifecycle', 'reporting', 'console'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** How long the instances of a service have to answer. How many there are is not known, so that it is always waited for. */
const ANSWER_WINDOW_MS = 400;
const INSTANCES_MAX = 256;

/** Asks every instance of every service one question. A service that is not there has no answers. */
async function askAll<Reply>(
  bus: Bus,
  subjectOf: (service: string) => string,
  schema: z.ZodType<Reply>,
): Promise<ReadonlyMap<ServiceName, readonly Reply[]>> {
  if (!bus.connected) return new Map(SERVICES.map((service) => [service, []]));
  const asked = SERVICES.map(async (service): Promise<[ServiceName, readonly Reply[]]> => {
    const replies = await gather(bus, subjectOf(service), '', {
      windowMs: ANSWER_WINDOW_MS,
      repliesMax: INSTANCES_MAX,
    });
    return [
      service,
      replies.flatMap((reply) => {
        const { success, data } = schema.safeParse(reply.json());
        return success ? [data] : [];
      }),
    ];
  });
  return new Map(await Promise.all(asked));
}

export const gatherHealth = (bus: Bus): Promise<ReadonlyMap<ServiceName, readonly HealthReply[]>> =>
  askAll(bus, SUBJECTS.health, healthReply);

export const gatherMetrics = (bus: Bus): Promise<ReadonlyMap<ServiceName, readonly MetricsReply[]>> =>
  askAll(bus, SUBJECTS.metrics, metricsReply);
