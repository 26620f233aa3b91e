import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FollowedBatch, type Ledger, NO_STREAM, type Position, type StoredEntry } from '../port.js';
import { at, chain, ids, newStream, texts } from './entries.js';

/** What every store must do for those who follow it. */
export function followingContract(first: () => Ledger, second: () => Ledger, cut: (() => void) | undefined): void {
  describe('following', () => {
    let ending: AbortController;
    beforeEach(() => {
      ending = new AbortController();
    });
    afterEach(() => ending.abort());

    const follow = (after: Position | undefined, prefix: string): AsyncIterator<FollowedBatch> =>
      first().follow(after, prefix, ending.signal)[Symbol.asyncIterator]();

    /** Takes batches until so many entries have come, or, without a number, until the follower has caught up. */
    const take = async (batches: AsyncIterator<FollowedBatch>, count?: number) => {
      const entries: StoredEntry[] = [];
      for (;;) {
        const step = await batches.next();
        if (step.done === true) throw new Error('the follower ended');
        const { value } = step;
        entries.push(...value.entries);
        if (count === undefined ? value.caughtUp : entries.length >= count)
          return { entries, position: value.position, caughtUp: value.caughtUp };
      }
    };

    it('gives what is stored of streams with a prefix, in the order of the ledger, and says when that is all', async () => {
      const prefix = newStream();
      const [a, b] = [chain(['a1', 'a2']), chain(['b1'])];
      await first().append(`${prefix}-a`, NO_STREAM, [a[0]]);
      await first().append(`${prefix}-b`, NO_STREAM, b);
      await first().append(newStream(), NO_STREAM, chain(['other']));
      await second().append(`${prefix}-a`, 0, [a[1]]);
      const { entries, caughtUp } = await take(follow(undefined, prefix), 3);
      expect(texts(entries)).toEqual(texts([a[0], b[0], a[1]]));
      expect(entries.map(({ stream, revision }) => `${stream.slice(prefix.length)}@${revision}`)).toEqual([
        '-a@0',
        '-b@0',
        '-a@1',
      ]);
      const positions = entries.map(({ position }) => position);
      expect([...positions].sort((x, y) => (x < y ? -1 : 1))).toEqual(positions);
      if (!caughtUp) expect((await take(follow(positions[2], prefix))).entries).toEqual([]);
    });

    it('goes on after a position, with the positions that appends and batches tell', async () => {
      const prefix = newStream();
      const entries = chain(['one', 'two', 'three', 'four']);
      await first().append(prefix, NO_STREAM, entries.slice(0, 2));
      const { position } = await first().append(prefix, 1, [entries[2]]);
      await first().append(prefix, 2, [entries[3]]);
      expect(texts((await take(follow(position, prefix), 1)).entries)).toEqual(texts([entries[3]]));
      const all = await take(follow(undefined, prefix), 4);
      expect(texts((await take(follow(at(all.entries, 0).position, prefix), 3)).entries)).toEqual(
        texts(entries.slice(1)),
      );
    });

    it('gives what comes while it waits, from every writer', async () => {
      const prefix = newStream();
      const batches = follow(undefined, prefix);
      expect((await take(batches)).entries).toEqual([]);
      const entries = chain(['one', 'two', 'three']);
      const live = take(batches, 3);
      await second().append(prefix, NO_STREAM, [entries[0]]);
      await first().append(prefix, 0, [entries[1]]);
      await second().append(prefix, 1, [entries[2]]);
      expect(texts((await live).entries)).toEqual(texts(entries));
    });

    it('gives more than fits into one batch', async () => {
      const prefix = newStream();
      const entries = chain(ids(700));
      for (let from = 0; from < entries.length; from += 100)
        await first().append(prefix, from - 1, entries.slice(from, from + 100));
      const all = await take(follow(undefined, prefix), 700);
      expect(all.entries.map(({ revision }) => revision)).toEqual(entries.map((_, index) => index));
    });

    it('ends when it is told to, also while it waits', async () => {
      const batches = follow(undefined, newStream());
      await take(batches);
      const next = batches.next();
      ending.abort();
      expect(await next).toMatchObject({ done: true });
    });

    (cut === undefined ? it.skip : it)('goes on over a connection that breaks, without a gap or a double', async () => {
      const prefix = newStream();
      const entries = chain(ids(30));
      const batches = follow(undefined, prefix);
      await first().append(prefix, NO_STREAM, entries.slice(0, 10));
      const before = await take(batches, 10);
      cut?.();
      const live = take(batches, 20);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await second().append(prefix, 9, entries.slice(10, 20));
      cut?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await second().append(prefix, 19, entries.slice(20));
      const after = await live;
      expect([...before.entries, ...after.entries].map(({ revision }) => revision)).toEqual(
        entries.map((_, index) => index),
      );
    });
  });
}
