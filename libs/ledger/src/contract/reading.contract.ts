import { describe, expect, it } from '@jest/globals';
import { type Ledger, NO_STREAM } from '../port.js';
import { chain, ids, everything, newStream, stored, texts } from './entries.js';

/** What every store must do when it is read. */
export function readingContract(first: () => Ledger, second: () => Ledger): void {
  describe('reading', () => {
    it('gives nothing of a stream that does not exist', async () => {
      const stream = newStream();
      expect(await stored(first(), stream)).toEqual([]);
      expect(await first().head(stream)).toBeUndefined();
    });

    it('begins at a revision and ends after so many entries', async () => {
      const stream = newStream();
      const entries = chain(['one', 'two', 'three', 'four']);
      await first().append(stream, NO_STREAM, entries);
      const some = await everything(second().read(stream, 1, 2));
      expect(some.map(({ revision }) => revision)).toEqual([1, 2]);
      expect(some.every((entry) => entry.stream === stream)).toBe(true);
      expect(texts(some)).toEqual(texts(entries.slice(1, 3)));
      expect(await stored(first(), stream, 3)).toEqual(texts(entries.slice(3)));
      expect(await stored(first(), stream, 4)).toEqual([]);
    });

    it('gives long streams whole, and one stream apart from others with longer names', async () => {
      const stream = newStream();
      const entries = chain(ids(600));
      for (let from = 0; from < entries.length; from += 100)
        await first().append(stream, from - 1, entries.slice(from, from + 100));
      await first().append(`${stream}-b`, NO_STREAM, chain(['other']));
      expect(await stored(first(), stream)).toEqual(texts(entries));
      expect(await first().head(stream)).toMatchObject({ revision: 599 });
    });

    it('can be left in the middle, again and again', async () => {
      const stream = newStream();
      await first().append(stream, NO_STREAM, chain(['one', 'two', 'three']));
      for (let times = 0; times < 120; times++)
        for await (const entry of first().read(stream, 0)) {
          expect(entry.revision).toBe(0);
          break;
        }
      expect(await first().head(stream)).toMatchObject({ revision: 2 });
    });
  });

  describe('snapshots', () => {
    it('are kept, replaced, and apart for each stream', async () => {
      const [stream, other] = [newStream(), newStream()];
      expect(await first().loadSnapshot(stream)).toBeUndefined();
      await first().saveSnapshot(stream, { revision: 4, bytes: Buffer.from('four') });
      await first().saveSnapshot(other, { revision: 9, bytes: Buffer.from('nine') });
      await second().saveSnapshot(stream, { revision: 5, bytes: Buffer.from('five') });
      const snapshot = await first().loadSnapshot(stream);
      expect(snapshot).toMatchObject({ revision: 5 });
      expect(Buffer.from(snapshot?.bytes ?? []).toString()).toBe('five');
      expect(await second().loadSnapshot(other)).toMatchObject({ revision: 9 });
    });

    it('may be large and may shrink', async () => {
      const stream = newStream();
      const large = Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => index % 251));
      await first().saveSnapshot(stream, { revision: 1, bytes: large });
      const loaded = await second().loadSnapshot(stream);
      expect(loaded?.revision).toBe(1);
      expect(Buffer.compare(loaded?.bytes ?? new Uint8Array(), large)).toBe(0);
      await first().saveSnapshot(stream, { revision: 2, bytes: new Uint8Array() });
      expect(await second().loadSnapshot(stream)).toMatchObject({ revision: 2 });
      expect((await second().loadSnapshot(stream))?.bytes).toHaveLength(0);
    });
  });
}
