import type { Bus } from '../bus.js';
import type { EndpointReport } from './endpoint-report.js';

/** Who a service is, for everybody who asks on `$SRV`. */
export interface ServiceIdentity {
  /** Shared by all instances: letters, digits, - and _. */
  readonly name: string;
  /** Of this instance alone. */
  readonly instance: string;
  /** As SemVer has it. */
  readonly version: string;
  readonly description: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ServiceAnnouncement {
  stop(): void;
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const VERSION = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/;
const NANOSECONDS_PER_MS = 1_000_000;

/**
 * Answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`, for all services, for this name and for this instance, in the way
 * that NATS services do, so that `nats service list`, `info` and `stats` show it.
 *
 * @param endpoints called for each question, so that the figures are those of the moment.
 * @throws RangeError when the name or version cannot stand on the wire.
 */
export function announceService(
  bus: Bus,
  identity: ServiceIdentity,
  endpoints: () => readonly EndpointReport[],
): ServiceAnnouncement {
  check(identity);
  const startedAt = new Date().toISOString();
  const common = {
    name: identity.name,
    id: identity.instance,
    version: identity.version,
    metadata: identity.metadata ?? {},
  };
  const answers = {
    PING: () => ({ type: 'io.nats.micro.v1.ping_response', ...common }),
    INFO: () => ({
      type: 'io.nats.micro.v1.info_response',
      ...common,
      description: identity.description,
      endpoints: endpoints().map(described),
    }),
    STATS: () => ({
      type: 'io.nats.micro.v1.stats_response',
      ...common,
      started: startedAt,
      endpoints: endpoints().map(measured),
    }),
  };
  const subscriptions = Object.entries(answers).flatMap(([verb, answer]) =>
    ['', `.${identity.name}`, `.${identity.name}.${identity.instance}`].map((whom) =>
      bus.subscribe(`$SRV.${verb}${whom}`, {}, ({ reply }) => {
        if (reply) bus.publish(reply, JSON.stringify(answer()));
      }),
    ),
  );
  return {
    stop: () => {
      for (const subscription of subscriptions) subscription.stop();
    },
  };
}

function check({ name, instance, version }: ServiceIdentity): void {
  for (const text of [name, instance])
    if (!NAME.test(text)) throw new RangeError(`"${text}" is no service name; it takes letters, digits, - and _`);
  if (!VERSION.test(version)) throw new RangeError(`"${version}" is no version; it takes three numbers, such as 1.4.0`);
}

const described = ({ name, subject, queueGroup }: EndpointReport): Record<string, unknown> => ({
  name,
  subject,
  queue_group: queueGroup ?? '',
  metadata: {},
});

const measured = (endpoint: EndpointReport): Record<string, unknown> => {
  const nanoseconds = Math.round(endpoint.processingMs * NANOSECONDS_PER_MS);
  return {
    name: endpoint.name,
    subject: endpoint.subject,
    queue_group: endpoint.queueGroup ?? '',
    num_requests: endpoint.requests,
    num_errors: endpoint.errors,
    last_error: endpoint.lastError,
    processing_time: nanoseconds,
    average_processing_time: endpoint.requests === 0 ? 0 : Math.round(nanoseconds / endpoint.requests),
    ...(endpoint.data === undefined ? {} : { data: endpoint.data }),
  };
};
