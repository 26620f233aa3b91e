import type { Bus } from '@exchequer/bus';
import { gatherHealth, gatherMetrics } from './gather-services.js';
import { prometheusText } from './prometheus-text.js';
import { readinessOf, type ReadinessReply } from './readiness.js';

/** How the services are. Everybody who asks at once shares one round of questions. */
export class Board {
  #readiness: Promise<ReadinessReply> | undefined;
  #metrics: Promise<string> | undefined;

  constructor(private readonly bus: Bus) {}

  readiness(): Promise<ReadinessReply> {
    this.#readiness ??= gatherHealth(this.bus)
      .then(readinessOf)
      .finally(() => (this.#readiness = undefined));
    return this.#readiness;
  }

  /** In the text format of Prometheus. */
  metrics(): Promise<string> {
    this.#metrics ??= gatherMetrics(this.bus)
      .then((replies) => prometheusText([...replies.values()].flat()))
      .finally(() => (this.#metrics = undefined));
    return this.#metrics;
  }
}
