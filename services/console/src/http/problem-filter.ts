import { problem } from '@exchequer/contracts';
import type { Logger } from '@exchequer/platform';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HTTP_BOUNDS } from './bounds.js';
import { HttpProblem, malformedRequest, PROBLEM_MEDIA_TYPE } from './http-problem.js';

/** Answers everything that goes wrong at the edge as problem+json. What nobody foresaw is logged, and never shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly pathProblem: (method: string, path: string) => HttpProblem,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, this.#problemOf(thrown, request));
  }

  #problemOf(thrown: unknown, request: FastifyRequest): HttpProblem {
    if (thrown instanceof HttpProblem) return thrown;
    const status = statusOf(thrown);
    if (status === 404) return this.pathProblem(request.method, pathOf(request.url));
    if (status !== undefined && status >= 400 && status < 500) return refusedByStatus(status);
    this.logger.error({ err: thrown, method: request.method, path: pathOf(request.url) }, 'a request failed');
    return new HttpProblem(
      problem('Unavailable', 'The request failed for a reason that is in the log of the console; send it again.'),
      { status: 500 },
    );
  }
}

export function sendProblem(reply: FastifyReply, refused: HttpProblem): void {
  void reply
    .code(refused.status)
    .headers(refused.headers)
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(refused.body()));
}

export const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

/** Both Nest and Fastify throw errors that know their status. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined;
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined;
}

/** What Fastify refused before anything of ours was asked. */
export const refusedByStatus = (status: number): HttpProblem => malformedRequest(sentenceOf(status), status);

function sentenceOf(status: number): string {
  switch (status) {
    case 413:
      return `The body is above ${String(HTTP_BOUNDS.bodyBytesMax)} bytes, the most in one request; divide it.`;
    case 414:
      return 'A part of the path is too long for any name.';
    case 415:
      return 'The body has a Content-Type that is not read here; send application/json.';
    default:
      return 'The request cannot be read: its path, its headers or the length of its body are not valid HTTP.';
  }
}
