import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { closingHash, ENTRY_SCHEMA_VERSION, NO_HASH, openEntry, sealEntry } from './entry.js';
import { LedgerCorrupt, UnknownVersion } from './errors.js';

const body = {
  at: 1_700_000_000_000,
  commands: [
    { id: 'c-1', contentHash: 'h', actor: 'ada', facts: [{ type: 'CreditsDrawn', amount: '12', note: 'Ä→€😀' }] },
  ],
};

const resealed = (text: string): Buffer => {
  const open = Buffer.from(text.slice(0, -1));
  return Buffer.concat([open, Buffer.from(`,"hash":"${createHash('sha256').update(open).digest('hex')}"}`)]);
};

describe('an entry', () => {
  it('is read as it was sealed, with its hashes', () => {
    const { bytes, hash } = sealEntry(NO_HASH, body);
    expect(openEntry('account-a', 0, bytes)).toEqual({
      schemaVersion: ENTRY_SCHEMA_VERSION,
      previousHash: NO_HASH,
      ...body,
      hash,
    });
    expect(closingHash(bytes)).toBe(hash);
  });

  it('is plain JSON whose last field is the SHA-256 of everything before that field', () => {
    const { bytes, hash } = sealEntry(NO_HASH, body);
    const text = Buffer.from(bytes).toString();
    const open = text.slice(0, text.lastIndexOf(',"hash":"'));
    expect(JSON.parse(text)).toMatchObject({ hash });
    expect(createHash('sha256').update(open).digest('hex')).toBe(hash);
  });

  it('has the same bytes whenever the same is sealed, and others after another entry', () => {
    expect(sealEntry(NO_HASH, body)).toEqual(sealEntry(NO_HASH, body));
    expect(sealEntry('1'.repeat(64), body).hash).not.toBe(sealEntry(NO_HASH, body).hash);
  });

  it('is read from the middle of a larger buffer', () => {
    const { bytes, hash } = sealEntry(NO_HASH, body);
    const larger = Buffer.concat([Buffer.alloc(7, 'x'), bytes, Buffer.alloc(9, 'y')]);
    const view = new Uint8Array(larger.buffer, larger.byteOffset + 7, bytes.byteLength);
    expect(openEntry('account-a', 0, view).hash).toBe(hash);
  });

  it('is refused, by its address, with any one byte changed', () => {
    const { bytes } = sealEntry(NO_HASH, body);
    for (let index = 0; index < bytes.byteLength; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => openEntry('account-a', 7, changed)).toThrow(LedgerCorrupt);
      expect(() => openEntry('account-a', 7, changed)).toThrow('account-a@7: its hash does not fit its bytes');
    }
  });

  it('is refused when it is cut short, empty, or something else', () => {
    const { bytes } = sealEntry(NO_HASH, body);
    for (const other of [
      bytes.subarray(1),
      bytes.subarray(0, -1),
      bytes.subarray(0, 40),
      Buffer.alloc(0),
      Buffer.alloc(500),
    ])
      expect(() => openEntry('account-a', 0, other)).toThrow(LedgerCorrupt);
  });

  it('is refused when what was sealed is not JSON', () =>
    expect(() => openEntry('account-a', 0, resealed('{"at":}'))).toThrow('account-a@0: it is not JSON'));

  it('is refused, not guessed at, when a newer release wrote it', () => {
    const newer = resealed(`{"schemaVersion":2,"previousHash":"${NO_HASH}","at":1,"commands":[]}`);
    expect(() => openEntry('account-a', 3, newer)).toThrow(UnknownVersion);
    expect(() => openEntry('account-a', 3, newer)).toThrow('account-a@3: version 2 of the entry is not known');
  });
});
