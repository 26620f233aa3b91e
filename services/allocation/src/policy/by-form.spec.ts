import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { byForm, isNamed } from './by-form.js';

const colour = z.enum(['red', 'blue'], { error: () => 'takes red or blue' });
const mixture = z.strictObject({ of: z.array(colour) });
const paint = z.strictObject({ paint: byForm((stated) => (isNamed(stated) ? mixture : colour)) });

const issueOf = (stated: unknown) => paint.safeParse({ paint: stated }).error?.issues[0];

describe('what has several forms', () => {
  it.each(['red', { of: ['red', 'blue'] }])('is read by its form: %j', (stated) => {
    expect(paint.parse({ paint: stated })).toEqual({ paint: stated });
  });

  it.each([
    ['green', ['paint']],
    [null, ['paint']],
    [[], ['paint']],
    [{ of: ['red', 'green'] }, ['paint', 'of', 1]],
  ])('is refused for what is wrong with its form, at its place: %j', (stated, path) => {
    expect(issueOf(stated)).toMatchObject({ message: 'takes red or blue', path });
  });

  it('has an unknown field told by its name', () => {
    expect(issueOf({ of: [], gloss: 1 })).toMatchObject({
      code: 'unrecognized_keys',
      keys: ['gloss'],
      path: ['paint'],
    });
  });
});
