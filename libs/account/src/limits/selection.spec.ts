import { describe, expect, it } from '@jest/globals';
import type { Scope } from '../facts.js';
import { concerns, scopeKey, selectionOf } from './selection.js';

const ALL: readonly Scope[] = [{}, { models: [], meters: [] }, { tags: {} }, { tags: { team: [] }, features: [] }];

const DIFFERENT: readonly Scope[] = [
  {},
  { models: ['a'] },
  { models: ['b'] },
  { meters: ['a'] },
  { taskTypes: ['a'] },
  { layers: ['plan'] },
  { features: ['a'] },
  { tags: { team: ['a'] } },
  { tags: { team: ['a', 'b'] } },
  { tags: { team: ['a'], region: ['b'] } },
  { tags: { te: ['ama'] } },
];

describe('a scope', () => {
  it.each(ALL)('that names nothing in particular is everything, as none is: %j', (scope) => {
    expect(selectionOf(scope)).toBeUndefined();
    expect(scopeKey(scope)).toBe(scopeKey(undefined));
  });

  it('is the same in whichever order its names stand', () => {
    const one: Scope = { models: ['a', 'b'], tags: { team: ['x', 'y'], region: ['z'] }, layers: ['plan', 'overage'] };
    const other: Scope = { layers: ['overage', 'plan'], tags: { region: ['z'], team: ['y', 'x'] }, models: ['b', 'a'] };
    expect(scopeKey(one)).toBe(scopeKey(other));
  });

  it('is another with other names, and with the same names of something else', () =>
    expect(new Set(DIFFERENT.map(scopeKey)).size).toBe(DIFFERENT.length));

  it('speaks of the calls that carry a task type and a tag of it, and of no call that carries none', () => {
    const speaks = (scope: Scope, told: Parameters<typeof concerns>[1]) => {
      const selection = selectionOf(scope);
      return selection !== undefined && concerns(selection, told);
    };
    const tasks = { taskTypes: ['summary', 'chat'] };
    expect([{ taskType: 'chat' }, { taskType: 'code' }, {}, undefined].map((told) => speaks(tasks, told))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const tags = { tags: { team: ['a'] } };
    const carried = [{ tags: { team: 'a' } }, { tags: { team: 'b' } }, { tags: {} }, {}, undefined];
    expect(carried.map((told) => speaks(tags, told))).toEqual([true, false, false, false, false]);
  });
});
