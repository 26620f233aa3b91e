import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventStoreDouble, startEventStoreDouble } from '@exchequer/testing';
import { appendUntilKnown } from './append-until-known.js';
import { chain, drawn, newStream, stored, texts } from './contract/entries.js';
import { NO_HASH } from './entry.js';
import { InvalidAppend, LedgerUnavailable, OutcomeUnknown, WrongRevision } from './errors.js';
import { openLedger } from './open-ledger.js';
import { type Ledger, NO_STREAM } from './port.js';
import { sealEntries } from './seal-entries.js';

let double: EventStoreDouble;
let ledger: Ledger;
let stream: string;
beforeEach(async () => {
  double = await startEventStoreDouble({ droppedRepeatMs: 20 });
  ledger = openLedger(double.url, { withinMs: 2_000 });
  stream = newStream();
});
afterEach(async () => {
  await ledger.close();
  await double.stop();
});

describe('appending until the outcome is known', () => {
  it('settles lost answers by repeating', async () => {
    double.faults.outcomeUnknown(false);
    double.faults.outcomeUnknown(true);
    const attempts: string[] = [];
    const entries = chain(['one', 'two']);
    const appended = await appendUntilKnown(ledger, stream, NO_STREAM, entries, {
      onRetry: (fault, attempt) => attempts.push(`${attempt} ${fault.name}`),
    });
    expect(appended).toEqual({ revision: 1, position: double.log.stream(stream)?.[1]?.position });
    expect(attempts).toEqual(['1 OutcomeUnknown', '2 OutcomeUnknown']);
    expect(await stored(ledger, stream)).toEqual(texts(entries));
  });

  it('does not repeat what was refused for good', async () => {
    await ledger.append(stream, NO_STREAM, chain(['theirs']));
    await expect(appendUntilKnown(ledger, stream, NO_STREAM, chain(['mine']))).rejects.toThrow(WrongRevision);
    await expect(appendUntilKnown(ledger, stream, NO_STREAM, [])).rejects.toThrow(InvalidAppend);
    expect(double.appendsReceived).toBe(2);
  });

  it('says that nothing was written when time is up and no attempt was ever sent', async () => {
    await double.stop();
    await expect(appendUntilKnown(ledger, stream, NO_STREAM, chain(['one']), { withinMs: 60 })).rejects.toThrow(
      LedgerUnavailable,
    );
  });

  it('never says so once an attempt may have been stored', async () => {
    double.faults.outcomeUnknown(true);
    const appending = appendUntilKnown(ledger, stream, NO_STREAM, chain(['one']), {
      withinMs: 150,
      onRetry: (_fault, attempt) => {
        if (attempt === 1) double.faults.notReady();
      },
    });
    await expect(appending).rejects.toThrow(OutcomeUnknown);
  });

  it('ends when it is told to', async () => {
    double.faults.notReady();
    const ending = new AbortController();
    const appending = appendUntilKnown(ledger, stream, NO_STREAM, chain(['one']), { signal: ending.signal });
    setTimeout(() => ending.abort(), 30);
    await expect(appending).rejects.toThrow(LedgerUnavailable);
  });

  it('sends more than one append can carry in several', async () => {
    const big = drawn('big', ...Array.from({ length: 9 }, () => 'x'.repeat(200_000)));
    const entries = sealEntries(stream, NO_HASH, 1, [big]);
    expect(entries.length).toBeGreaterThan(2);
    double.faults.outcomeUnknown(true);
    const appended = await appendUntilKnown(ledger, stream, NO_STREAM, entries);
    expect(appended.revision).toBe(entries.length - 1);
    expect(await stored(ledger, stream)).toEqual(texts(entries));
  });

  it('knows that a part is stored when a later part is not', async () => {
    const big = drawn('big', ...Array.from({ length: 9 }, () => 'x'.repeat(200_000)));
    const entries = sealEntries(stream, NO_HASH, 1, [big]);
    const partial: Ledger = Object.create(ledger, {
      append: {
        value: (name: string, expected: number, some: typeof entries) =>
          expected === NO_STREAM ? ledger.append(name, expected, some) : Promise.reject(new LedgerUnavailable('down')),
      },
    }) as Ledger;
    await expect(appendUntilKnown(partial, stream, NO_STREAM, entries, { withinMs: 30 })).rejects.toThrow(
      OutcomeUnknown,
    );
  });
});
