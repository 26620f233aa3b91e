import type { Bus, EndpointReport, ServiceIdentity } from '@exchequer/bus';
import { SUBJECTS, type HealthReply, type MetricsReply } from '@exchequer/contracts';
import type { Metrics } from '../metrics/metrics.js';
import type { Health } from './health.js';

export interface AboutItself {
  readonly bus: Bus;
  readonly service: ServiceIdentity;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly endpoints: () => readonly EndpointReport[];
}

/**
 * Answers `health.v1.<service>` and `metrics.v1.<service>`, also with `.<instance>` behind. Every instance answers, and
 * beside the requests of the work, so that a service that is overloaded still says so.
 */
export function answerAboutItself({ bus, service, health, metrics, endpoints }: AboutItself): void {
  const about = { service: service.name, instance: service.instance, version: service.version };
  const answers: readonly [string, () => Promise<HealthReply | MetricsReply>][] = [
    [SUBJECTS.health(service.name), async () => ({ ...about, live: true, ...(await health.readiness()) })],
    [
      SUBJECTS.metrics(service.name),
      () => Promise.resolve({ ...about, ...metrics.snapshot(), endpoints: endpoints() }),
    ],
  ];
  for (const [subject, answer] of answers)
    for (const whom of [subject, `${subject}.${service.instance}`])
      bus.subscribe(whom, {}, ({ reply }) => {
        if (!reply) return;
        void answer().then((body) => {
          bus.publish(reply, JSON.stringify(body));
        });
      });
}
