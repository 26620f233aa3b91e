import { describe, expect, it } from '@jest/globals';
import { formatPosition, parsePosition } from './position.js';

describe('the position of a fact', () => {
  it('is written with its account, its entry and its place, and read again', () => {
    const text = formatPosition('acme', { revision: 48_211, index: 3 });
    expect(text).toBe('account-acme@48211.3');
    expect(parsePosition('acme', text)).toEqual({ revision: 48_211, index: 3 });
  });

  it('may be before the first fact', () =>
    expect(parsePosition('acme', formatPosition('acme', { revision: -1, index: -1 }))).toEqual({
      revision: -1,
      index: -1,
    }));

  it.each(['account-other@1.0', 'acme@1.0', 'account-acme@1', 'account-acme@1.0.0', 'account-acme@x.0', ''])(
    'is not %j to this account',
    (text) => expect(parsePosition('acme', text)).toBeUndefined(),
  );
});
