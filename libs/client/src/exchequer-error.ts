import { isRetryable, type Code, type Problem } from '@exchequer/contracts';

/** A request that was refused, or that got no answer in time. A denied authorization is no error: it is an answer. */
export class ExchequerError extends Error {
  override readonly name = 'ExchequerError';
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    { code, message, details }: Problem,
    /** How often it was sent. More than once: an earlier attempt may have been carried out. */
    readonly attempts: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.details = details ?? {};
  }

  /** The same request, under the same id, may succeed later. */
  isRetryable(): boolean {
    return isRetryable(this.code);
  }
}
