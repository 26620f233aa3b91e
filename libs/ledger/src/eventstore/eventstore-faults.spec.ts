import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventStoreDouble, seededRandom, startEventStoreDouble } from '@exchequer/testing';
import { appendUntilKnown } from '../append-until-known.js';
import { at, chain, ids, newStream, stored, texts } from '../contract/entries.js';
import { LedgerUnavailable, OutcomeUnknown, WrongRevision } from '../errors.js';
import { type Appended, type Ledger, NO_STREAM } from '../port.js';
import { EventStoreLedger } from './eventstore-ledger.js';

const WITHIN_MS = 1_000;
/** Where nothing is lost and only slow: a busy machine shall not be taken for a silent server. */
const PATIENCE_MS = 10_000;

let double: EventStoreDouble;
let ledger: Ledger;
let stream: string;

beforeEach(async () => {
  double = await startEventStoreDouble({ droppedRepeatMs: 30 });
  ledger = new EventStoreLedger(double.url, { withinMs: WITHIN_MS });
  stream = newStream();
});

afterEach(async () => {
  await ledger.close();
  await double.stop();
});

const positionOf = (revision: number): bigint | undefined => double.log.stream(stream)?.[revision]?.position;

describe('an append without an answer', () => {
  it('is of unknown outcome, and its repeat finds what was stored', async () => {
    const entries = chain(['one', 'two']);
    double.faults.outcomeUnknown(true);
    await expect(ledger.append(stream, NO_STREAM, entries)).rejects.toThrow(OutcomeUnknown);
    const answer = await ledger.append(stream, NO_STREAM, entries);
    expect(answer).toEqual({ revision: 1, position: positionOf(1) });
    expect(await stored(ledger, stream)).toEqual(texts(entries));
  });

  it('is of unknown outcome, and its repeat stores what was not', async () => {
    const entries = chain(['one']);
    double.faults.outcomeUnknown(false);
    await expect(ledger.append(stream, NO_STREAM, entries)).rejects.toThrow(OutcomeUnknown);
    expect(await ledger.append(stream, NO_STREAM, entries)).toEqual({ revision: 0, position: positionOf(0) });
    expect(await stored(ledger, stream)).toEqual(texts(entries));
  });

  it('is given up when the server is silent', async () => {
    double.faults.outcomeUnknown(true, 'silence');
    await expect(ledger.append(stream, NO_STREAM, chain(['one']))).rejects.toThrow(OutcomeUnknown);
    expect(await stored(ledger, stream)).toEqual(texts(chain(['one'])));
  });

  it('may still be on its way when it is repeated, and is stored once', async () => {
    double.faults.slow(2 * WITHIN_MS);
    const appended = appendUntilKnown(ledger, stream, NO_STREAM, chain(['one']));
    setTimeout(() => double.faults.slow(0), WITHIN_MS + 50);
    expect(await appended).toEqual({ revision: 0, position: positionOf(0) });
    expect(double.appendsReceived).toBeGreaterThan(1);
    expect(double.log.stream(stream)).toHaveLength(1);
  });

  it('has lost when another writer stored something else at its place', async () => {
    const other = new EventStoreLedger(double.url);
    double.faults.outcomeUnknown(false);
    await expect(ledger.append(stream, NO_STREAM, chain(['mine']))).rejects.toThrow(OutcomeUnknown);
    await other.append(stream, NO_STREAM, chain(['theirs']));
    await expect(ledger.append(stream, NO_STREAM, chain(['mine']))).rejects.toMatchObject({
      name: 'WrongRevision',
      actual: 0,
    });
    await other.close();
  });

  it('is not believed to be stored when other bytes lie under its id', async () => {
    double.faults.outcomeUnknown(true);
    await expect(ledger.append(stream, NO_STREAM, chain(['one']))).rejects.toThrow(OutcomeUnknown);
    double.log.tamper(stream, 0, () => at(chain(['other']), 0).bytes);
    await expect(ledger.append(stream, NO_STREAM, chain(['one']))).rejects.toThrow(WrongRevision);
  });
});

describe('a wrong version', () => {
  it('is a success when the entries at the place are ours', async () => {
    const entries = chain(['one', 'two']);
    const answer = await ledger.append(stream, NO_STREAM, entries);
    double.faults.wrongVersionNext();
    expect(await ledger.append(stream, NO_STREAM, entries)).toEqual(answer);
  });

  it('is nobody else’s entry when the stream ends where it should: try again', async () => {
    await ledger.append(stream, NO_STREAM, chain(['one']));
    double.faults.wrongVersionNext();
    const refused = ledger.append(stream, 0, chain(['two']));
    await expect(refused).rejects.toThrow(LedgerUnavailable);
    await expect(refused).rejects.toThrow(/where it ends/);
  });

  it('is of unknown outcome when nobody can say what lies at the place', async () => {
    await ledger.append(stream, NO_STREAM, chain(['one']));
    const refused = ledger.append(stream, NO_STREAM, chain(['other']));
    double.faults.slow(2 * WITHIN_MS);
    await expect(refused).rejects.toThrow(OutcomeUnknown);
  });
});

describe('a server that is not there', () => {
  it('has written nothing, and is found again when it is back', async () => {
    await ledger.append(stream, NO_STREAM, chain(['one']));
    await double.stop();
    const second = chain(['one', 'two']).slice(1);
    // The first of these may have been sent over the connection that broke.
    await expect(ledger.append(stream, 0, second)).rejects.toThrow();
    await expect(ledger.append(stream, 0, second)).rejects.toThrow(LedgerUnavailable);
    await expect(ledger.head(stream)).rejects.toThrow(LedgerUnavailable);
    await double.restart();
    expect(await appendUntilKnown(ledger, stream, 0, second)).toMatchObject({ revision: 1 });
    expect(await ledger.head(stream)).toMatchObject({ revision: 1 });
  });

  it('may not be there at first', async () => {
    await double.stop();
    await expect(ledger.append(stream, NO_STREAM, chain(['one']))).rejects.toThrow(/cannot be reached/);
    const appended = appendUntilKnown(ledger, stream, NO_STREAM, chain(['one']));
    await double.restart();
    expect(await appended).toMatchObject({ revision: 0 });
  });

  it('may be there and not be ready', async () => {
    double.faults.notReady();
    await expect(ledger.append(stream, NO_STREAM, chain(['one']))).rejects.toThrow(LedgerUnavailable);
    await expect(ledger.head(stream)).rejects.toThrow(/Server Is Not Ready/);
    double.faults.notReady(false);
    expect(await appendUntilKnown(ledger, stream, NO_STREAM, chain(['one']))).toMatchObject({ revision: 0 });
    expect(await ledger.head(stream)).toMatchObject({ revision: 0 });
  });

  it('is not waited for longer than was said when it does not answer a read', async () => {
    await ledger.append(stream, NO_STREAM, chain(['one']));
    double.faults.slow(4 * WITHIN_MS);
    await expect(ledger.head(stream)).rejects.toThrow(/no answer/);
    double.faults.slow(0);
    expect(await ledger.head(stream)).toMatchObject({ revision: 0 });
  });
});

describe('many appends at once', () => {
  it('has at most 16 of them on their way', async () => {
    const patient = new EventStoreLedger(double.url, { withinMs: PATIENCE_MS });
    await patient.append(newStream(), NO_STREAM, chain(['first']));
    double.faults.slow(60);
    await Promise.all(Array.from({ length: 60 }, () => patient.append(newStream(), NO_STREAM, chain(['one']))));
    expect(double.appendsUnderwayMost).toBe(16);
    await patient.close();
  });

  it('stores each once and in order while the connection breaks again and again', async () => {
    const random = seededRandom(11);
    const streams = Array.from({ length: 6 }, newStream);
    const entries = chain(ids(90));
    const breaking = (async () => {
      for (let times = 0; times < 12; times++) {
        await new Promise((resolve) => setTimeout(resolve, random.integer(5, 60)));
        if (random.chance(0.5)) double.faults.outcomeUnknown(random.chance(0.5));
        else double.cutConnections();
      }
    })();
    // Each stream has three appends on their way at any time, each behind the one before.
    const write = async (name: string): Promise<void> => {
      for (let from = 0; from < entries.length; from += 3)
        await Promise.all(
          [0, 1, 2].map(async (offset): Promise<Appended> => {
            const revision = from + offset;
            for (;;)
              try {
                return await appendUntilKnown(ledger, name, revision - 1, [at(entries, revision)]);
              } catch (fault) {
                // The one before it was cut off: this one came too early.
                if (!(fault instanceof WrongRevision) || (fault.actual ?? revision) >= revision) throw fault;
              }
          }),
        );
    };
    await Promise.all([breaking, ...streams.map(write)]);
    for (const name of streams)
      expect(double.log.stream(name)?.map(({ data }) => Buffer.from(data).toString())).toEqual(texts(entries));
  }, 60_000);
});

describe('a follower', () => {
  it('goes on when the server thinks that it is too slow', async () => {
    const faults: unknown[] = [];
    const following = new EventStoreLedger(double.url, { onFollowFault: (fault) => faults.push(fault) });
    const ending = new AbortController();
    const seen: number[] = [];
    const following20 = (async () => {
      for await (const batch of following.follow(undefined, stream, ending.signal)) {
        seen.push(...batch.entries.map(({ revision }) => revision));
        if (seen.length === 20) return;
      }
    })();
    const entries = chain(ids(20));
    for (const [index, entry] of entries.entries()) {
      await ledger.append(stream, index - 1, [entry]);
      if (index % 7 === 3) double.endSubscriptionsAsTooSlow();
    }
    await following20;
    expect(seen).toEqual(entries.map((_, index) => index));
    expect(faults[0]).toMatchObject({ type: 'timeout' });
    ending.abort();
    await following.close();
    while (double.subscriptionCount > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('learns from checkpoints how far it has looked', async () => {
    const ending = new AbortController();
    const batches = ledger.follow(undefined, stream, ending.signal)[Symbol.asyncIterator]();
    expect(await batches.next()).toMatchObject({ value: { entries: [], position: undefined, caughtUp: true } });
    const others = newStream();
    const next = batches.next();
    const entries = chain(ids(3_300));
    for (let from = 0; from < entries.length; from += 300)
      await ledger.append(others, from - 1, entries.slice(from, from + 300));
    expect(await next).toMatchObject({
      value: { entries: [], position: double.log.stream(others)?.[3_199]?.position },
    });
    ending.abort();
    await batches.return?.(undefined);
  });
});

describe('one process', () => {
  it('appends to one server at a time, and to another after that', async () => {
    await ledger.append(stream, NO_STREAM, chain(['one']));
    const elsewhere = await startEventStoreDouble();
    const other = new EventStoreLedger(elsewhere.url);
    await expect(other.append(stream, NO_STREAM, chain(['one']))).rejects.toThrow(/another EventStoreDB/);
    expect(await other.head(stream)).toBeUndefined();
    await ledger.close();
    expect(await other.append(stream, NO_STREAM, chain(['one']))).toMatchObject({ revision: 0 });
    await other.close();
    await elsewhere.stop();
  });

  it('can do nothing with a ledger that is closed', async () => {
    await ledger.close();
    await expect(ledger.append(stream, NO_STREAM, chain(['one']))).rejects.toThrow(LedgerUnavailable);
    await expect(ledger.head(stream)).rejects.toThrow(LedgerUnavailable);
    await ledger.close();
  });
});
