import { HTTP_STATUS, isRetryable, problem, type Code, type Problem } from '@exchequer/contracts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

const RETRY_AFTER_S = 1;

/** A request that is refused, as problem+json (RFC 9457). Thrown anywhere at the edge, it becomes the reply. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly problem: Problem,
    /** Where the code alone does not say it: a body that is too large, a path that does not exist. */
    options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(problem.message);
    this.status = options.status ?? HTTP_STATUS[problem.code];
    this.headers = { ...retryAfter(problem), ...options.headers };
  }

  /** The body of the reply. `code` and `details` are those that NATS would have answered. */
  body(): object {
    const { code, message, details } = this.problem;
    return {
      type: `urn:exchequer:problem:${inWords(code, '-').toLowerCase()}`,
      title: inWords(code, ' '),
      status: this.status,
      detail: message,
      code,
      ...(details !== undefined && { details }),
    };
  }
}

/** A request that does not have the form that is asked for. */
export const malformedRequest = (sentence: string, status = 400, headers: Record<string, string> = {}): HttpProblem =>
  new HttpProblem(problem('Malformed', sentence), { status, headers });

const inWords = (code: Code, divider: string): string =>
  code.replace(/(?<=[a-z])[A-Z]/g, (letter) => `${divider}${letter.toLowerCase()}`);

function retryAfter({ code, details }: Problem): Readonly<Record<string, string>> {
  if (!isRetryable(code)) return {};
  const ms = details?.['retryAfterMs'];
  const seconds = typeof ms === 'number' ? Math.max(1, Math.ceil(ms / 1_000)) : RETRY_AFTER_S;
  return { 'Retry-After': String(seconds) };
}
