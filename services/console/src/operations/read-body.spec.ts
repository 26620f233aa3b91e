import { describe, expect, it } from '@jest/globals';
import { HttpProblem } from '../http/http-problem.js';
import type { Incoming, Operation } from './operation.js';
import { accountIn, readBody } from './read-body.js';

const CAPTURE = { inPath: ['hold'], hasId: true } as unknown as Operation;
const AUTHORIZE = { inBatches: true, hasId: true } as unknown as Operation;

const incoming = (body: unknown, key?: string): Incoming => ({
  parameters: { account: 'demo', hold: 'h-1-a' },
  query: {},
  headers: key === undefined ? {} : { 'idempotency-key': key },
  body,
});

function faultOf(read: () => unknown): string {
  try {
    read();
  } catch (fault) {
    if (fault instanceof HttpProblem) return fault.message;
    throw fault;
  }
  throw new Error('it was read');
}

describe('the body of a request', () => {
  it('is completed by the path and by Idempotency-Key', () => {
    expect(readBody(incoming({ amounts: { usd: '1' } }, 'k-1'), CAPTURE)).toEqual({
      amounts: { usd: '1' },
      hold: 'h-1-a',
      id: 'k-1',
    });
    expect(readBody(incoming(undefined, 'k-1'), CAPTURE)).toEqual({ hold: 'h-1-a', id: 'k-1' });
  });

  it('may say the same as they do, and nothing else', () => {
    expect(readBody(incoming({ id: 'k-1', hold: 'h-1-a' }, 'k-1'), CAPTURE)).toEqual({ id: 'k-1', hold: 'h-1-a' });
    expect(faultOf(() => readBody(incoming({ id: 'k-2' }, 'k-1'), CAPTURE))).toBe(
      'id: the body and Idempotency-Key say different things.',
    );
    expect(faultOf(() => readBody(incoming({ id: 'k', hold: 'h-2-b' }), CAPTURE))).toBe(
      'hold: the body and the path say different things.',
    );
  });

  it('without a name is refused: a retry could not be told from a second request', () => {
    expect(faultOf(() => readBody(incoming({}), CAPTURE))).toMatch(/^id: is missing/);
  });

  it('may be a batch, whose items have their own ids', () => {
    const batch = { items: [{ id: 'a' }, { id: 'b' }] };
    expect(readBody(incoming(batch), AUTHORIZE)).toBe(batch);
    expect(faultOf(() => readBody(incoming(batch, 'k'), AUTHORIZE))).toMatch(/^Idempotency-Key names one request/);
  });

  it.each([[[]], ['text'], [3], [null]])('is an object: %j is refused', (body) => {
    expect(faultOf(() => readBody(incoming(body, 'k'), AUTHORIZE))).toBe('The body takes a JSON object.');
  });
});

describe('the account of a request', () => {
  it.each(['*', '>', 'a.b', 'Demo', '', 'a b', '-a'])('cannot become another subject: %j is refused', (account) => {
    expect(faultOf(() => accountIn(account))).toMatch(/^The account in the path is no account name/);
  });

  it('is said to be missing when it is', () => {
    expect(faultOf(() => accountIn(undefined, 'account:'))).toBe('account: is missing, or given more than once.');
  });
});
