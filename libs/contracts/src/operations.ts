import { z } from 'zod';

/** What a service says when asked on `health.v1.<service>`. */
export const healthReply = z.object({
  service: z.string(),
  instance: z.string(),
  version: z.string(),
  /** The process answers. */
  live: z.boolean(),
  /** It can do its work: every check passed, and it is neither starting nor stopping. */
  ready: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().optional() })).readonly(),
});

export type HealthReply = z.infer<typeof healthReply>;

const histogram = z.object({
  count: z.number(),
  sum: z.number(),
  buckets: z.array(z.object({ atMost: z.number().nullable(), count: z.number() })).readonly(),
});

const endpoint = z.object({
  name: z.string(),
  subject: z.string(),
  requests: z.number(),
  errors: z.number(),
  lastError: z.string(),
  processingMs: z.number(),
});

/** What a service says when asked on `metrics.v1.<service>`. */
export const metricsReply = z.object({
  service: z.string(),
  instance: z.string(),
  version: z.string(),
  counters: z.record(z.string(), z.number()).readonly(),
  gauges: z.record(z.string(), z.number()).readonly(),
  histograms: z.record(z.string(), histogram).readonly(),
  endpoints: z.array(endpoint).readonly(),
});

export type MetricsReply = z.infer<typeof metricsReply>;
