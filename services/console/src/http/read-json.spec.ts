import { describe, expect, it } from '@jest/globals';
import { HttpProblem } from './http-problem.js';
import { readJson } from './read-json.js';

function faultOf(text: string): string {
  try {
    readJson(text);
  } catch (fault) {
    if (fault instanceof HttpProblem && fault.status === 400) return fault.message;
    throw fault;
  }
  throw new Error('it was read');
}

describe('a body of JSON', () => {
  it('is read', () => {
    expect(readJson(' {"amounts":{"usd":"0.01"}}\n')).toEqual({ amounts: { usd: '0.01' } });
  });

  it.each([
    ['{"a":}', 'The body is no JSON at line 1, column 6: value expected.'],
    ['{\n  "a": 1,\n}', 'The body is no JSON at line 3, column 1: property name expected.'],
    ['[1,2', 'The body is no JSON at line 1, column 5: close bracket expected.'],
    ['{} // done', 'The body is no JSON at line 1, column 4: invalid comment token.'],
    ['  ', 'The body is empty; it takes JSON.'],
  ])('that is none is refused with the place: %j', (text, sentence) => {
    expect(faultOf(text)).toBe(sentence);
  });

  it('never repeats what it says, which may be a secret', () => {
    expect(faultOf('{"token": hunter2}')).not.toContain('hunter2');
  });
});
