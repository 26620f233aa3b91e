import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLedger, sealEntry, NO_HASH, type Ledger } from '@exchequer/ledger';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { catchUp, loadReplica, replicaUntil } from './load-replica.js';
import type { Replica } from './replica.js';
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.js';
import { at, hold, playWorkedExamples } from './spec/company.js';
import { Scribe } from './spec/scribe.js';
import { stateHash } from './state-hash.js';

const STREAM = 'account-acme';

let scratch: ScratchDirectory;
let ledger: Ledger;
let scribe: Scribe;

beforeEach(async () => {
  scratch = await createScratchDirectory();
  ledger = openLedger(`lmdb:${scratch.path}`);
  scribe = new Scribe(ledger, 'acme');
  await playWorkedExamples(scribe);
});

afterEach(async () => {
  await ledger.close();
  await scratch.remove();
});

/** Everything that a replica knows. */
const knowledge = ({ revision, hash, newestAt, last, state, memory, learned }: Replica) => ({
  revision,
  hash,
  newestAt,
  last,
  state: stateHash(state),
  ids: memory.export(),
  learned: learned.export(),
});

describe('loading an account', () => {
  it('comes to where its writer is, ids included', async () =>
    expect(knowledge(await loadReplica(ledger, STREAM))).toEqual(knowledge(scribe.live)));

  it('lets others have their turns meanwhile, now and up to an earlier fact', async () => {
    async function* read(...asked: Parameters<Ledger['read']>) {
      for await (const stored of ledger.read(...asked)) {
        const beganAt = performance.now();
        while (performance.now() - beganAt < 6);
        yield stored;
      }
    }
    const slow = new Proxy(ledger, {
      get: (target, name) => {
        if (name === 'read') return read;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    const turnsDuring = async (load: Promise<Replica>): Promise<number> => {
      let turns = 0;
      let isLoading = true;
      const count = (): void => {
        turns += 1;
        if (isLoading) setImmediate(count);
      };
      setImmediate(count);
      await load.finally(() => (isLoading = false));
      return turns;
    };
    expect(await turnsDuring(loadReplica(slow, STREAM))).toBeGreaterThan(15);
    expect(await turnsDuring(replicaUntil(slow, STREAM, { revision: 20, index: 99 }))).toBeGreaterThan(15);
  });

  it('begins at a snapshot also for an earlier fact, when that comes after it', async () => {
    const early = await replicaUntil(ledger, STREAM, { revision: 5, index: 99 });
    early.state.unpriced += 1;
    await ledger.saveSnapshot(STREAM, encodeSnapshot(early));
    expect((await replicaUntil(ledger, STREAM, { revision: 9, index: 99 })).state.unpriced).toBe(1);
    for (const revision of [4, 5])
      expect((await replicaUntil(ledger, STREAM, { revision, index: 99 })).state.unpriced).toBe(0);
  });

  it('finds an account without entries empty', async () => {
    const { revision, state } = await loadReplica(ledger, 'account-none');
    expect([revision, state.opening]).toEqual([-1, undefined]);
  });

  it('goes on from a snapshot to the same, whenever it was taken', async () => {
    const whole = knowledge(scribe.live);
    for (const revision of [0, 5, 12, scribe.live.revision]) {
      await ledger.saveSnapshot(STREAM, encodeSnapshot(await replicaUntil(ledger, STREAM, { revision, index: 99 })));
      expect(knowledge(await loadReplica(ledger, STREAM))).toEqual(whole);
    }
  });

  it('takes a snapshot at its word: what it says of the past is not read again', async () => {
    const early = await replicaUntil(ledger, STREAM, { revision: 5, index: 99 });
    early.state.unpriced += 1;
    await ledger.saveSnapshot(STREAM, encodeSnapshot(early));
    expect((await loadReplica(ledger, STREAM)).state.unpriced).toBe(1);
  });

  it('catches up with what was appended since', async () => {
    const replica = await loadReplica(ledger, STREAM);
    await hold(scribe, 200, 2n);
    expect(knowledge(replica)).not.toEqual(knowledge(scribe.live));
    await catchUp(ledger, replica);
    expect(knowledge(replica)).toEqual(knowledge(scribe.live));
  });

  it('does not fold the same entry twice, nor one that is not chained to the last', async () => {
    const replica = await loadReplica(ledger, STREAM);
    const { revision } = replica;
    const entry = { at: at(300), commands: [], schemaVersion: 1, previousHash: replica.hash, hash: 'f'.repeat(64) };
    expect(() => {
      replica.fold(revision, entry);
    }).toThrow(`account-acme@${String(revision)}: it does not follow on revision ${String(revision)}`);
    expect(() => {
      replica.fold(revision + 1, { ...entry, previousHash: NO_HASH });
    }).toThrow(`account-acme@${String(revision + 1)}: it is not chained to the entry before it`);
  });
});

describe('a snapshot that cannot be used', () => {
  const loaded = async (bytes: Uint8Array, revision = 5) => {
    await ledger.saveSnapshot(STREAM, { revision, bytes });
    return knowledge(await loadReplica(ledger, STREAM));
  };

  it('is passed over when it is damaged, cut short or empty', async () => {
    const { bytes } = encodeSnapshot(await replicaUntil(ledger, STREAM, { revision: 5, index: 99 }));
    const flipped = Uint8Array.from(bytes);
    flipped[bytes.byteLength >> 1] = (flipped[bytes.byteLength >> 1] ?? 0) ^ 1;
    for (const bad of [flipped, bytes.subarray(0, 100), new Uint8Array()])
      expect(await loaded(bad)).toEqual(knowledge(scribe.live));
  });

  it('is passed over when it is of another account', () => {
    const snapshot = encodeSnapshot(scribe.live);
    expect(decodeSnapshot('account-other', snapshot)).toBeUndefined();
    expect(decodeSnapshot(STREAM, snapshot)).toBeDefined();
  });

  it('is passed over when it is of another past: its entry has another hash, or is not there', async () => {
    const replica = await replicaUntil(ledger, STREAM, { revision: 5, index: 99 });
    replica.hash = sealEntry(NO_HASH, { at: 1, commands: [] }).hash;
    expect(await loaded(encodeSnapshot(replica).bytes)).toEqual(knowledge(scribe.live));
    const ahead = await loadReplica(ledger, STREAM);
    ahead.revision += 10;
    expect(await loaded(encodeSnapshot(ahead).bytes)).toEqual(knowledge(scribe.live));
  });
});

describe('an account as it stood', () => {
  it('knows what was booked with a fact, and nothing after it', async () => {
    const { state } = await replicaUntil(ledger, STREAM, { revision: 5, index: 0 });
    expect([...state.lots.values()].map((lot) => [lot.id, lot.available, lot.held].join(' '))).toEqual([
      'l-1 0 0',
      'l-2 0 3000000000',
      'l-3 13000000000 7000000000',
    ]);
  });

  it('takes a command whole, wherever in it the fact stands', async () => {
    const drawn = 4;
    const [begun, ended] = [0, 1].map((index) => replicaUntil(ledger, STREAM, { revision: drawn, index }));
    expect(stateHash((await begun)!.state)).toBe(stateHash((await ended)!.state));
  });

  it('is nothing before the first fact', async () =>
    expect((await replicaUntil(ledger, STREAM, { revision: -1, index: -1 })).state.opening).toBeUndefined());

  it('is refused for a time that has not come', async () => {
    await expect(replicaUntil(ledger, STREAM, { revision: 99, index: 0 })).rejects.toThrow(RangeError);
  });
});

describe('the ids of an account', () => {
  it('are known by where their commands begin; what the clock brought about is not among them', async () => {
    const { memory } = await loadReplica(ledger, STREAM);
    expect(memory.candidates('command', 'c-5')).toEqual([{ revision: 4, index: 0 }]);
    expect(memory.candidates('command', 'c-99')).toEqual([]);
    expect(memory.candidates('usage', 'c-5')).toEqual([]);
    for await (const { bytes } of ledger.read(STREAM, 9, 1)) {
      const [due] = (JSON.parse(Buffer.from(bytes).toString()) as { commands: { id: string; origin: string }[] })
        .commands;
      expect(due).toMatchObject({ origin: 'due' });
      expect(memory.candidates('command', due?.id ?? '')).toEqual([]);
    }
  });
});
