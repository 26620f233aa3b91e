import { describe, expect, it } from '@jest/globals';
import { APPEND_BYTES_MAX } from '../append-check.js';
import { ENTRY_BYTES_MAX, sealEntry } from '../entry.js';
import { EntryTooLarge, InvalidAppend, WrongRevision } from '../errors.js';
import { type Appended, type Ledger, NO_STREAM } from '../port.js';
import { verifyStream } from '../verify-stream.js';
import { at, chain, drawn, ids, newStream, stored, texts } from './entries.js';

const sized = (bytes: number) => {
  const padding = bytes - sealEntry('', { at: 1, commands: [drawn('c', '')] }).bytes.byteLength;
  return sealEntry('', { at: 1, commands: [drawn('c', 'x'.repeat(padding))] });
};

/** What every store must do with appends. */
export function appendingContract(first: () => Ledger, second: () => Ledger): void {
  describe('appending', () => {
    it('begins a stream and goes on with it', async () => {
      const stream = newStream();
      const [one, two] = chain(['one', 'two']);
      const begun = await first().append(stream, NO_STREAM, [one]);
      expect(begun.revision).toBe(0);
      expect(await first().head(stream)).toEqual({ revision: 0, hash: one.hash });
      const continued = await first().append(stream, 0, [two]);
      expect(continued.revision).toBe(1);
      expect(continued.position).toBeGreaterThan(begun.position);
      expect(await second().head(stream)).toEqual({ revision: 1, hash: two.hash });
      expect(await stored(second(), stream)).toEqual(texts([one, two]));
    });

    it('takes several entries as one', async () => {
      const stream = newStream();
      const entries = chain(['one', 'two', 'three']);
      expect(await first().append(stream, NO_STREAM, entries)).toMatchObject({ revision: 2 });
      expect(await stored(first(), stream)).toEqual(texts(entries));
    });

    it('refuses what expects another end of the stream, and says where it is', async () => {
      const stream = newStream();
      const entries = chain(['one', 'two']);
      await first().append(stream, NO_STREAM, entries);
      for (const expected of [NO_STREAM, 0, 2, 7]) {
        const refused = first().append(stream, expected, chain(['other']));
        await expect(refused).rejects.toThrow(WrongRevision);
        await expect(refused).rejects.toMatchObject({ stream, expected, actual: 1 });
      }
      await expect(first().append(newStream(), 0, chain(['other']))).rejects.toMatchObject({ actual: NO_STREAM });
      expect(await stored(first(), stream)).toEqual(texts(entries));
    });

    it('refuses nothing, what is too large, and what is no name', async () => {
      const entry = chain(['one']);
      await expect(first().append(newStream(), NO_STREAM, [])).rejects.toThrow(InvalidAppend);
      for (const name of ['', '$system', 'line\nbreak', 'x'.repeat(201)])
        await expect(first().append(name, NO_STREAM, entry)).rejects.toThrow(InvalidAppend);
      await expect(first().append(newStream(), -2, entry)).rejects.toThrow(InvalidAppend);
      await expect(first().append(newStream(), NO_STREAM, [sized(ENTRY_BYTES_MAX + 1)])).rejects.toThrow(EntryTooLarge);
      const halves = [sized(APPEND_BYTES_MAX / 2), sized(APPEND_BYTES_MAX / 2 + 1)];
      await expect(first().append(newStream(), NO_STREAM, halves)).rejects.toThrow(EntryTooLarge);
    });

    it('takes what is just not too large', async () => {
      const stream = newStream();
      expect(await first().append(stream, NO_STREAM, [sized(ENTRY_BYTES_MAX)])).toMatchObject({ revision: 0 });
      const halves = [sized(APPEND_BYTES_MAX / 2), sized(APPEND_BYTES_MAX / 2)];
      expect(await first().append(stream, 0, halves)).toMatchObject({ revision: 2 });
    });

    it('takes appends to many streams at once, and one that is refused is refused alone', async () => {
      const streams = Array.from({ length: 20 }, newStream);
      const outcomes = await Promise.allSettled(
        streams.map((stream, index) => first().append(stream, index === 7 ? 3 : NO_STREAM, chain(['one']))),
      );
      expect(outcomes.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
      expect(outcomes[7]).toMatchObject({ reason: { stream: streams[7], actual: NO_STREAM } });
      for (const [index, stream] of streams.entries())
        expect(await stored(first(), stream)).toEqual(index === 7 ? [] : texts(chain(['one'])));
    });

    it('takes appends to one stream that were sent without waiting, in their order', async () => {
      const stream = newStream();
      const entries = chain(ids(40));
      const appended = await Promise.all(entries.map((entry, index) => first().append(stream, index - 1, [entry])));
      expect(appended.map(({ revision }) => revision)).toEqual(entries.map((_, index) => index));
      expect(await stored(first(), stream)).toEqual(texts(entries));
    });
  });

  describe('repeating an append', () => {
    it('gives the first answer for the same bytes, at any age', async () => {
      const stream = newStream();
      const [one, two, three] = chain(['one', 'two', 'three']);
      const answers: Appended[] = [
        await first().append(stream, NO_STREAM, [one]),
        await first().append(stream, 0, [two]),
      ];
      await first().append(stream, 1, [three]);
      expect(await second().append(stream, 0, [two])).toEqual(answers[1]);
      expect(await first().append(stream, NO_STREAM, [one])).toEqual(answers[0]);
      expect(await stored(first(), stream)).toEqual(texts([one, two, three]));
    });

    it('gives the first answer for several entries', async () => {
      const stream = newStream();
      const entries = chain(['one', 'two', 'three']);
      const answer = await first().append(stream, NO_STREAM, entries);
      expect(await second().append(stream, NO_STREAM, entries)).toEqual(answer);
      expect(await first().append(stream, NO_STREAM, entries.slice(0, 2))).toMatchObject({ revision: 1 });
      expect(await first().head(stream)).toMatchObject({ revision: 2 });
    });

    it('is refused with other bytes, and what is stored stays', async () => {
      const stream = newStream();
      const entries = chain(['one', 'two']);
      await first().append(stream, NO_STREAM, entries);
      const [one] = entries;
      for (const other of [chain(['other']), chain(['one', 'other']), [...entries, ...chain(['three'], one.hash)]])
        await expect(second().append(stream, NO_STREAM, other)).rejects.toMatchObject({ actual: 1 });
      expect(await stored(first(), stream)).toEqual(texts(entries));
    });
  });

  describe('two writers of one stream', () => {
    it('never both succeed with different entries at one place', async () => {
      const stream = newStream();
      let head: { revision: number; hash: string } | undefined;
      for (let round = 0; round < 20; round++) {
        const expected = head?.revision ?? NO_STREAM;
        const rivals = ['left', 'right'].map((side) => chain([`${side}-${round}`], head?.hash));
        const [left, right] = await Promise.allSettled([
          first().append(stream, expected, at(rivals, 0)),
          second().append(stream, expected, at(rivals, 1)),
        ]);
        const winners = [left, right].filter(({ status }) => status === 'fulfilled');
        expect(winners).toHaveLength(1);
        const loser = left.status === 'rejected' ? left : right;
        expect(loser).toMatchObject({ reason: { name: 'WrongRevision', actual: expected + 1 } });
        head = await second().head(stream);
        expect(head?.hash).toBe(at(rivals, left.status === 'fulfilled' ? 0 : 1)[0].hash);
      }
      expect(await verifyStream(first(), stream)).toMatchObject({ entries: 20, commands: 20, faultCount: 0 });
    });
  });
}
