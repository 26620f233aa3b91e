import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Board } from '../board/board.js';
import { PROMETHEUS_MEDIA_TYPE } from '../board/prometheus-text.js';
import type { LiveAccounts } from '../live/live-accounts.js';
import type { Asking } from '../operations/asking.js';
import type { Operation } from '../operations/operation.js';
import { accountIn } from '../operations/read-body.js';
import type { PageFile } from '../page/page-files.js';
import { SECURITY_HEADERS } from './security-headers.js';

const JSON_MEDIA_TYPE = 'application/json; charset=utf-8';
/** What is asked again may have another answer. */
const NEVER_KEPT = 'no-store';

export function serveOperations(fastify: FastifyInstance, operations: readonly Operation[], asking: Asking): void {
  for (const { method, path, handle } of operations)
    fastify.route<{ Params: Record<string, string>; Querystring: Record<string, unknown> }>({
      method,
      url: path.replace(/\{(\w+)\}/g, ':$1'),
      handler: async ({ params, query, headers, body }, reply) => {
        const answer = await handle({ parameters: params, query, headers, body }, asking);
        return sendJson(reply.code(answer.status), answer.body);
      },
    });
}

export function serveOpenApi(fastify: FastifyInstance, document: object): void {
  const text = JSON.stringify(document);
  fastify.get('/openapi.json', (_request, reply) => sendJson(reply, text));
}

/** `/healthz`: this process answers. `/readyz`: every service can do its work. `/metrics`: what they have counted. */
export function serveBoard(fastify: FastifyInstance, board: Board): void {
  fastify.get('/healthz', (_request, reply) => sendJson(reply, '{"live":true}'));
  fastify.get('/readyz', async (_request, reply) => {
    const readiness = await board.readiness();
    return sendJson(reply.code(readiness.ready ? 200 : 503), JSON.stringify(readiness));
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply
      .header('Cache-Control', NEVER_KEPT)
      .type(PROMETHEUS_MEDIA_TYPE)
      .send(await board.metrics()),
  );
}

/** Server-sent events of one account, for as long as the viewer stays. */
export function serveLive(fastify: FastifyInstance, live: LiveAccounts): void {
  fastify.get<{ Querystring: { account?: unknown } }>('/v1/stream', { exposeHeadRoute: false }, (request, reply) => {
    const account = accountIn(request.query.account, 'account:');
    live.admit();
    reply.hijack();
    reply.raw.writeHead(200, {
      ...SECURITY_HEADERS,
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': NEVER_KEPT,
      'X-Accel-Buffering': 'no',
    });
    live.open(account, reply.raw);
  });
}

export function servePage(fastify: FastifyInstance, files: readonly PageFile[]): void {
  for (const { path, mediaType, bytes, etag } of files)
    fastify.get(path, (request, reply) => {
      void reply.headers({ ETag: etag, 'Cache-Control': 'no-cache' });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(mediaType).send(bytes);
    });
}

const sendJson = (reply: FastifyReply, body: Uint8Array | string): FastifyReply =>
  reply.header('Cache-Control', NEVER_KEPT).type(JSON_MEDIA_TYPE).send(body);
