import { accountText, batchItems } from '@exchequer/contracts';
import { malformedRequest } from '../http/http-problem.js';
import type { Incoming, Operation } from './operation.js';

/** The account in the path. Checked here, for it becomes part of a subject. */
export function accountIn(text: unknown, where = 'The account in the path'): string {
  const parsed = accountText.safeParse(text);
  if (parsed.success) return parsed.data;
  if (typeof text !== 'string') throw malformedRequest(`${where} is missing, or given more than once.`);
  throw malformedRequest(`${where} ${parsed.error.issues[0]?.message ?? 'is no account name'}.`);
}

/** What the method takes on NATS: the body, with what the path and the header Idempotency-Key say. */
export function readBody(incoming: Incoming, { hasId, inPath = [], inBatches }: Operation): object {
  const { body } = incoming;
  const key = incoming.headers['idempotency-key'];
  if (inBatches && batchItems(body) !== undefined) {
    if (key !== undefined)
      throw malformedRequest('Idempotency-Key names one request; the items of a batch each have their own id.');
    return body as object;
  }
  const whole: Record<string, unknown> = { ...objectOf(body, hasId === true || inPath.length > 0) };
  for (const field of inPath) put(whole, field, incoming.parameters[field], 'the path');
  if (typeof key === 'string') put(whole, 'id', key, 'Idempotency-Key');
  if (hasId && whole['id'] === undefined)
    throw malformedRequest(
      'id: is missing; name the request in the body or with Idempotency-Key, and a retry the same.',
    );
  return whole;
}

function put(whole: Record<string, unknown>, field: string, value: string | undefined, where: string): void {
  if (whole[field] !== undefined && whole[field] !== value)
    throw malformedRequest(`${field}: the body and ${where} say different things.`);
  whole[field] = value;
}

function objectOf(body: unknown, mayBeMissing: boolean): object {
  if (body === undefined && mayBeMissing) return {};
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw malformedRequest('The body takes a JSON object.');
}
