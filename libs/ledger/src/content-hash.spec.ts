import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { contentHashOf } from './content-hash.js';

describe('the hash of a content', () => {
  it('is the beginning of its SHA-256, and never changes: what was stored is compared with it for 35 days', () => {
    expect(contentHashOf('')).toBe('47DEQpj8HBSa-_TImW-5JC');
    const text = 'grant\nada\n{"amount":"5"}';
    expect(createHash('sha256').update(text).digest('base64url').startsWith(contentHashOf(text))).toBe(true);
    expect(contentHashOf(text)).toHaveLength(22);
  });
});
