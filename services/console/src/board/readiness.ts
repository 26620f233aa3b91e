import type { HealthReply } from '@exchequer/contracts';
import type { ServiceName } from './gather-services.js';

export interface ServiceReadiness {
  readonly service: ServiceName;
  /** At least one instance could do work that is sent to it. */
  readonly ready: boolean;
  /** What is wrong, in one line; absent when nothing is. */
  readonly detail?: string;
  readonly instances: readonly Omit<HealthReply, 'service'>[];
}

export interface ReadinessReply {
  readonly ready: boolean;
  readonly services: readonly ServiceReadiness[];
}

/** Whether every service has an instance that is ready, and what is wrong where not. */
export function readinessOf(replies: ReadonlyMap<ServiceName, readonly HealthReply[]>): ReadinessReply {
  const services = [...replies].map(([service, answers]): ServiceReadiness => {
    const detail = detailOf(answers);
    return {
      service,
      ready: answers.some((answer) => answer.ready),
      ...(detail !== undefined && { detail }),
      instances: answers.map(({ instance, version, live, ready, checks }) => ({
        instance,
        version,
        live,
        ready,
        checks,
      })),
    };
  });
  return { ready: services.every(({ ready }) => ready), services };
}

function detailOf(answers: readonly HealthReply[]): string | undefined {
  if (answers.length === 0) return 'no instance answers';
  const failed = answers.flatMap(({ checks }) => checks.filter(({ ok }) => !ok));
  const said = failed.map(({ name, detail }) => (detail === undefined ? name : `${name}: ${detail}`));
  if (said.length > 0) return [...new Set(said)].join('; ');
  return answers.some(({ ready }) => ready) ? undefined : 'starting or stopping';
}
