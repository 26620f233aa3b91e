import { describe, expect, it } from '@jest/globals';
import { problem } from '@exchequer/contracts';
import { HttpProblem } from './http-problem.js';

describe('a refusal over HTTP', () => {
  it('says the same as on NATS, as problem+json', () => {
    const refused = new HttpProblem(problem('UnknownNode', 'There is no node user/zoe.', { path: 'payer' }));
    expect(refused.body()).toEqual({
      type: 'urn:exchequer:problem:unknown-node',
      title: 'Unknown node',
      status: 404,
      detail: 'There is no node user/zoe.',
      code: 'UnknownNode',
      details: { path: 'payer' },
    });
    expect(refused.headers).toEqual({});
  });

  it('says when to come back, in whole seconds and never at once', () => {
    const after = (retryAfterMs: number): unknown =>
      new HttpProblem(problem('Overloaded', 'Too much.', { retryAfterMs })).headers['Retry-After'];
    expect([after(20), after(1_000), after(1_001)]).toEqual(['1', '1', '2']);
    expect(new HttpProblem(problem('Unavailable', 'Nobody answers.')).headers).toEqual({ 'Retry-After': '1' });
    expect(new HttpProblem(problem('Malformed', 'It is wrong.')).headers).toEqual({});
  });
});
