import { describe, expect, it } from '@jest/globals';
import { entryEventId } from './event-id.js';

describe('the id of an entry as an event', () => {
  it('is a UUID of version 5 that never changes for the same entry at the same place', () => {
    expect(entryEventId('account-acme', 7, 'a'.repeat(64))).toBe('521e67de-1a80-5035-8c70-9f321e903d0d');
    expect(entryEventId('account-acme', 7, 'a'.repeat(64))).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('is another for another stream, another revision, and other bytes', () => {
    const ids = [
      entryEventId('account-acme', 7, 'a'.repeat(64)),
      entryEventId('account-acne', 7, 'a'.repeat(64)),
      entryEventId('account-acme', 8, 'a'.repeat(64)),
      entryEventId('account-acme', 7, 'b'.repeat(64)),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});
