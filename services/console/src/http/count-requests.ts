import type { Metrics } from '@exchequer/platform';
import type { FastifyInstance } from 'fastify';

/** Counts what was answered, by the class of its status, and how long it took. Streams count when they end. */
export function countRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const durations = metrics.histogram('http_request_ms');
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics.counter(`http_responses_${String(Math.floor(reply.statusCode / 100))}xx_total`).add();
    if (request.url !== '/v1/stream') durations.observe(reply.elapsedTime);
    done();
  });
}
