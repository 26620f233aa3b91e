import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@exchequer/kernel';
import fc from 'fast-check';
import type { Address } from './address-table.js';
import { CommandMemory } from './command-memory.js';
import type { IdKind } from './id-part.js';
import { judgeRepeat, type Judgement, type Remembered } from './judge-repeat.js';

interface Request {
  readonly kind: IdKind;
  readonly id: string;
  readonly contentHash: string;
  readonly afterMs: number;
}

/** Few ids and contents, and steps of the clock to and beside the ends of what is known. */
const requests: fc.Arbitrary<Request> = fc.record({
  kind: fc.constantFrom<IdKind>('command', 'usage'),
  id: fc.constantFrom('a', 'b', 'c'),
  contentHash: fc.constantFrom('first', 'other'),
  afterMs: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 1, HOUR_MS, 12 * HOUR_MS) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(DAY_MS - 1, DAY_MS, DAY_MS + 1, 36 * DAY_MS - 1, 36 * DAY_MS, 73 * DAY_MS),
    },
  ),
});

/** What a host does with the memory: looks candidates up in its records, and remembers what it accepted. */
class Desk {
  memory = new CommandMemory();
  private readonly records: (Remembered & { readonly kind: IdKind })[] = [];

  answer({ kind, id, contentHash }: Request, at: number): Judgement {
    for (const { revision, index } of this.memory.candidates(kind, id)) {
      const record = this.records[revision];
      if (record === undefined || index !== 0) throw new Error('there is no such record');
      const judgement = judgeRepeat(kind, { id, contentHash }, record, at);
      if (judgement !== 'new') return judgement;
    }
    const address: Address = { revision: this.records.push({ kind, id, contentHash, at }) - 1, index: 0 };
    this.memory.remember(kind, id, address, at);
    return 'new';
  }

  restart(): void {
    this.memory = new CommandMemory(
      this.memory.export().map((one) => ({ ...one, current: one.current.slice(), previous: one.previous.slice() })),
    );
  }
}

/** The rule: what was accepted less than a day (usage: 36 days) ago is known, and nothing else is. */
function ruled(
  accepted: readonly (Request & { readonly at: number })[],
  { kind, id, contentHash }: Request,
  at: number,
): Judgement {
  const age = kind === 'command' ? 24 * 60 * 60 * 1_000 : 36 * 24 * 60 * 60 * 1_000;
  const known = accepted.find((one) => one.kind === kind && one.id === id && at - one.at < age);
  if (known === undefined) return 'new';
  return known.contentHash === contentHash ? 'repeat' : 'conflict';
}

describe('I5: an accepted id', () => {
  it('is a repeat with the same content and a conflict with other, for its time and across restarts, and then new', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(requests, fc.boolean()), { maxLength: 60 }), (asked) => {
        const desk = new Desk();
        const accepted: (Request & { readonly at: number })[] = [];
        let at = 0;
        for (const [request, restarts] of asked) {
          at += request.afterMs;
          if (restarts) desk.restart();
          const judgement = desk.answer(request, at);
          expect(judgement).toBe(ruled(accepted, request, at));
          if (judgement === 'new') accepted.push({ ...request, at });
        }
      }),
      { numRuns: 400 },
    ));
});
