import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CALENDAR_UNITS, windowKey, type WindowSpec } from './window.js';

const specs: fc.Arbitrary<WindowSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('calendar' as const),
    unit: fc.constantFrom(...CALENDAR_UNITS),
    zone: fc.constantFrom('UTC', 'Europe/Berlin'),
    anchor: fc.constantFrom('2001-01-01T00:00', '2026-01-31T00:00'),
  }),
  fc.record({ kind: fc.constant('rolling' as const), lengthMs: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('sliding' as const), lengthMs: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('lifetime' as const) }),
);

describe("a window's key", () => {
  it('says what the window is', () => {
    const anchor = '2026-01-31T00:00';
    expect(windowKey({ kind: 'calendar', unit: 'month', zone: 'Europe/Berlin', anchor })).toBe(
      'calendar month Europe/Berlin 2026-01-31T00:00',
    );
    expect(windowKey({ kind: 'rolling', lengthMs: 60_000 })).toBe('rolling 60000');
    expect(windowKey({ kind: 'sliding', lengthMs: 60_000 })).toBe('sliding 60000');
    expect(windowKey({ kind: 'lifetime' })).toBe('lifetime');
  });

  it('is equal exactly when the windows are', () =>
    fc.assert(
      fc.property(specs, specs, (a, b) => {
        const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        expect(windowKey(a) === windowKey(b)).toBe(same);
      }),
    ));
});
