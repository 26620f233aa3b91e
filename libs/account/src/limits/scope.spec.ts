import { describe, expect, it } from '@jest/globals';
import { currencyId, units } from '@exchequer/kernel';
import type { Line } from '../bag.js';
import type { Particulars, Scope } from '../facts.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  every,
  grant,
  limit,
  node,
  record,
  t,
} from '../spec/book.js';

const DATA = currencyId('data-credit');
const LINES = [credits(1n, 'input_tokens'), credits(2n, 'output_tokens'), credits(4n, 'output_tokens'), credits(8n)];

function scoped(scope: Scope): Book {
  const book = new Book();
  const currencies = [CREDIT, DATA].map((currency) => ({ currency, display: 0 }));
  book.must(t(0), {
    ...configure(node('org', { limits: [limit('some', 100n, every('day'), { scope })] })),
    currencies,
  });
  book.must(t(0), grant('org', 1_000n));
  book.must(t(0), grant('org', 1_000n, { currency: DATA }));
  return book;
}

/** What the limit holds while a call is under way, and has used after it. */
function counted(scope: Scope, lines: readonly Line[], model?: string): readonly bigint[] {
  const book = scoped(scope);
  const particulars = model === undefined ? {} : { particulars: { model } };
  const { hold } = book.hold(t(1), authorize('org', 0n, { lines, ...particulars }));
  const { held } = book.limit('org', 'some');
  book.must(t(2), capture(hold));
  return [held / units(1n), (book.limit('org', 'some').counters[0]?.used ?? 0n) / units(1n)];
}

describe('the scope of a limit', () => {
  it('is everything in its currency where it names nothing', () => {
    expect(counted({}, LINES, 'gpt-4o')).toEqual([15n, 15n]);
    expect(counted({}, [...LINES, { currency: DATA, amount: units(99n) }])).toEqual([15n, 15n]);
  });

  it('is everything where it names no model and no meter in a list', () =>
    expect(counted({ models: [], meters: [] }, LINES)).toEqual([15n, 15n]));

  it('is what its layers pay in its currency alone', () =>
    expect(counted({ layers: ['purchased'] }, [...LINES, { currency: DATA, amount: units(99n) }])).toEqual([15n, 15n]));

  it('is what its models cost', () => {
    const models = ['gpt-4o', 'o3'];
    expect(counted({ models }, LINES, 'gpt-4o')).toEqual([15n, 15n]);
    expect(counted({ models }, LINES, 'gpt-4o-mini')).toEqual([0n, 0n]);
    expect(counted({ models }, LINES)).toEqual([0n, 0n]);
  });

  it('is what its meters cost, added up', () => {
    expect(counted({ meters: ['output_tokens'] }, LINES)).toEqual([6n, 6n]);
    expect(counted({ meters: ['output_tokens', 'input_tokens'] }, LINES)).toEqual([7n, 7n]);
    expect(counted({ meters: ['images'] }, LINES)).toEqual([0n, 0n]);
  });

  it('does not take a cost without meters for one of its meters', () =>
    expect(counted({ meters: ['output_tokens'] }, [credits(8n)])).toEqual([0n, 0n]));

  it('counts a meter in its own currency alone', () =>
    expect(
      counted({ meters: ['output_tokens'] }, [
        ...LINES,
        { meter: 'output_tokens', currency: DATA, amount: units(50n) },
      ]),
    ).toEqual([6n, 6n]));

  it('is what its meters cost on its models where it names both', () => {
    const scope = { models: ['gpt-4o'], meters: ['output_tokens'] };
    expect(counted(scope, LINES, 'gpt-4o')).toEqual([6n, 6n]);
    expect(counted(scope, LINES, 'o3')).toEqual([0n, 0n]);
  });

  it.each([
    [
      'a tag',
      { tags: { team: ['red', 'blue'] } },
      { tags: { team: 'blue', env: 'prod' } },
      { tags: { team: 'green' } },
    ],
    [
      'every tag it names',
      { tags: { team: ['red'], env: ['prod'] } },
      { tags: { team: 'red', env: 'prod' } },
      { tags: { team: 'red' } },
    ],
    [
      'a feature, which is the tag of that name',
      { features: ['summary'] },
      { tags: { feature: 'summary' } },
      { tags: { feature: 'chat' } },
    ],
    ['a kind of task', { taskTypes: ['triage'] }, { taskType: 'triage' }, { taskType: 'reply' }],
    [
      'a feature on a model',
      { features: ['chat'], models: ['o3'] },
      { tags: { feature: 'chat' }, model: 'o3' },
      { tags: { feature: 'chat' }, model: 'o1' },
    ],
  ] satisfies readonly [string, Scope, Particulars, Particulars][])('may be %s', (_, scope, its, others) => {
    const book = scoped(scope);
    const of = (particulars: Particulars) => authorize('org', 3n, { particulars });
    book.must(t(1), capture(book.hold(t(1), of(its)).hold));
    book.must(t(2), capture(book.hold(t(2), of(others)).hold));
    book.must(t(3), record('org', 5n));
    book.hold(t(4), of(its));
    book.hold(t(4), of(others));
    expect(book.limit('org', 'some')).toMatchObject({ held: units(3n), counters: [{ used: units(3n) }] });
  });

  it('is everything where no value of a tag is named', () =>
    expect(counted({ tags: { team: [] }, features: [], taskTypes: [], layers: [] }, LINES)).toEqual([15n, 15n]));

  it('refuses only what it counts', () => {
    const book = scoped({ models: ['gpt-4o'] });
    const on = (model: string) => authorize('org', 101n, { particulars: { model } });
    expect(book.refused(t(1), on('gpt-4o')).code).toBe('LimitReached');
    book.hold(t(1), on('gpt-4o-mini'));
  });

  it('lets a part of a meter shrink the whole request', () => {
    const book = scoped({ meters: ['output_tokens'] });
    const lines = [credits(30n, 'input_tokens'), credits(200n, 'output_tokens')];
    expect(book.hold(t(1), authorize('org', 0n, { lines, accept: 'partial' }))).toMatchObject({
      lines: [credits(15n, 'input_tokens'), credits(100n, 'output_tokens')],
      binding: { limit: 'some', remaining: units(100n) },
    });
  });

  it('counts the model that answered, not the one that was asked', () => {
    const book = scoped({ models: ['gpt-4o'] });
    const { hold } = book.hold(t(1), authorize('org', 3n, { particulars: { model: 'gpt-4o' } }));
    book.must(t(2), capture(hold, 3n, { particulars: { model: 'gpt-4o-mini' } }));
    expect(book.limit('org', 'some')).toMatchObject({ held: 0n, counters: [] });
  });

  it('counts usage without a hold alike', () => {
    const book = scoped({ models: ['gpt-4o'], meters: ['output_tokens'] });
    book.must(t(1), record('org', 0n, { lines: LINES, particulars: { model: 'gpt-4o' } }));
    expect(book.limit('org', 'some').counters[0]?.used).toBe(units(6n));
  });

  it('does not begin a rolling window for what it does not count', () => {
    const book = new Book();
    const weekly = limit('weekly', 9n, { kind: 'rolling', lengthMs: 100 }, { scope: { models: ['gpt-4o'] } });
    book.must(t(0), configure(node('org', { limits: [weekly] })));
    book.must(t(0), grant('org', 9n));
    book.must(t(1), capture(book.hold(t(1), authorize('org', 1n, { particulars: { model: 'o3' } })).hold));
    expect(book.limit('org', 'weekly').counters).toEqual([]);
  });
});
