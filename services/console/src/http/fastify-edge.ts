import {
  LOGGER,
  METRICS,
  SETTINGS,
  type HttpEdge,
  type Logger,
  type Metrics,
  type Settings,
} from '@exchequer/platform';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Board } from '../board/board.js';
import { LiveAccounts } from '../live/live-accounts.js';
import { Asking } from '../operations/asking.js';
import { OPERATIONS } from '../operations/operations.js';
import { openApiDocument } from '../openapi/document.js';
import { readPageFiles } from '../page/page-files.js';
import { HTTP_BOUNDS } from './bounds.js';
import { guard, isLoopback } from './guards.js';
import { countRequests } from './count-requests.js';
import { pathFinder } from './path-problem.js';
import { ProblemFilter, refusedByStatus, sendProblem } from './problem-filter.js';
import { readJson } from './read-json.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { serveBoard, serveLive, serveOpenApi, serveOperations, servePage } from './routes.js';

const JSON_MEDIA_TYPES = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];
const TEXT_MEDIA_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];
const PAGE = new URL('../web/', import.meta.url);

/** Nest would read forms as well, which pages of other sites can send without asking. */
class JsonAdapter extends FastifyAdapter {
  override registerParserMiddleware(): void {
    readBodies(this.getInstance());
  }
}

/** HTTP by Fastify under Nest: what may come in, and what answers it. */
export const fastifyEdge: HttpEdge = {
  adapter: () =>
    new JsonAdapter({
      bodyLimit: HTTP_BOUNDS.bodyBytesMax,
      requestTimeout: HTTP_BOUNDS.requestReceivedWithinMs,
      keepAliveTimeout: HTTP_BOUNDS.keepAliveMs,
      // A path that cannot be decoded is refused before any hook runs.
      frameworkErrors: (fault: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
        sendProblem(reply.headers(SECURITY_HEADERS), refusedByStatus(fault.statusCode ?? 400));
      },
      routerOptions: { maxParamLength: HTTP_BOUNDS.pathPartLengthMax },
    }),
  prepare: (app) => {
    const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
    const settings = app.get<Settings>(SETTINGS);
    fastify.server.maxConnections = HTTP_BOUNDS.connectionsMax;
    countRequests(fastify, app.get<Metrics>(METRICS));
    guardAll(fastify, isLoopback(settings.http.host));
    serveAll(fastify, app);
  },
};

/** JSON, and a policy file as it is. Anything else is refused, forms of other sites among it. */
function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  for (const mediaType of JSON_MEDIA_TYPES)
    fastify.addContentTypeParser(mediaType, { parseAs: 'string' }, (_request, text, done) => {
      try {
        done(null, readJson(String(text)));
      } catch (fault) {
        done(fault as Error);
      }
    });
  fastify.addContentTypeParser(TEXT_MEDIA_TYPES, { parseAs: 'string' }, (_request, text, done) => {
    done(null, text);
  });
}

function guardAll(fastify: FastifyInstance, onLoopback: boolean): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(SECURITY_HEADERS);
    done(guard(request.method, request.headers, onLoopback));
  });
}

function serveAll(fastify: FastifyInstance, app: INestApplication): void {
  const live = app.get(LiveAccounts);
  serveOperations(fastify, OPERATIONS, app.get(Asking));
  serveOpenApi(fastify, openApiDocument(OPERATIONS));
  serveBoard(fastify, app.get(Board));
  serveLive(fastify, live);
  servePage(fastify, readPageFiles(PAGE.pathname));
  app.useGlobalFilters(new ProblemFilter(app.get<Logger>(LOGGER), pathFinder(OPERATIONS)));
}
