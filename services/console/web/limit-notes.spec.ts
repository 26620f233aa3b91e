import { describe, expect, it } from '@jest/globals';
import { limitNotes } from './limit-notes.js';

const daily = { node: 'team', limit: 'daily', currency: 'usd', remaining: '1' };
const texts = (more: object) => limitNotes({ ...daily, ...more }, 2).map(({ text }) => text);

describe('what is noted of a limit on the page', () => {
  it('is nothing where it merely refuses', () => expect(texts({ mode: 'hard' })).toEqual([]));

  it.each([
    [{ mode: 'alert' }, 'alert'],
    [{ mode: 'throttle', then: 'slow' }, 'throttle, then slow'],
    [{ then: 'spill' }, 'then spill'],
  ])('is what it does instead: %j', (more, text) => expect(texts(more)).toEqual([text]));

  it('is each threshold, crossed or not', () => {
    const thresholds = [
      { share: '0.5', crossed: true },
      { share: '1.125', crossed: false },
      { used: '5', crossed: true },
      { left: '0.5', crossed: false },
    ];
    expect(texts({ thresholds })).toEqual([
      'crossed 50%',
      'not yet 112.5%',
      'crossed 5.00 usd used',
      'not yet 0.50 usd left',
    ]);
    expect(limitNotes({ ...daily, thresholds }, 2).map(({ isCrossed }) => isCrossed)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
