import { describe, expect, it } from '@jest/globals';
import { holdId } from '@exchequer/kernel';
import { holdIdOf, readHoldId } from './hold-id.js';

describe('the id of a hold', () => {
  it('tells its number and its instant', () => {
    expect(holdIdOf(37, 1_764_000_000_000)).toBe('h-11-midc1z40');
    expect(readHoldId(holdId('h-11-midc1z40'))).toEqual({ order: 37, placedAt: 1_764_000_000_000 });
    expect(readHoldId(holdIdOf(1, 0))).toEqual({ order: 1, placedAt: 0 });
  });

  it.each([
    '',
    'h',
    'h-1',
    'h-1-',
    'h--1',
    'x-1-2',
    'h-1-2-3',
    'hh-1-2',
    'h-01-2',
    'h-1-2 ',
    'H-1-2',
    'h-A-2',
    'h-1.5-2',
    'h-NaN-NaN',
    'session/s-1',
  ])('is of one form only, so that no made-up one tells anything: %j', (id) =>
    expect(readHoldId(holdId(id))).toBeUndefined(),
  );
});
