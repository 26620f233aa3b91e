const text = (mediaType: string, description: string): object => ({
  200: { description, content: { [mediaType]: { schema: { type: 'string' } } } },
});
const json = (description: string): object => ({
  description,
  content: { 'application/json': { schema: { type: 'object' } } },
});

/** What is served beside the methods. */
export const OTHER_PATHS = {
  '/v1/stream': {
    get: {
      operationId: 'stream',
      tags: ['Look'],
      summary: 'What happens to an account, as server-sent events',
      description:
        '`ledger` has the newest position of the ledger: look again. `refusals` has how many requests were refused and the newest of them. What happens within a quarter of a second is told as one.',
      parameters: [{ name: 'account', in: 'query', required: true, schema: { type: 'string' } }],
      responses: {
        ...text('text/event-stream', 'Events until the viewer leaves'),
        default: { $ref: '#/components/responses/Problem' },
      },
    },
  },
  '/healthz': {
    get: { operationId: 'healthz', summary: 'Whether this process answers', responses: { 200: json('It does') } },
  },
  '/readyz': {
    get: {
      operationId: 'readyz',
      summary: 'Whether every service can do its work',
      responses: { 200: json('All can'), 503: json('Some cannot: which, and why') },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      summary: 'What every service has counted',
      responses: text('text/plain', 'The text format of Prometheus'),
    },
  },
} as const;
