import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.js';
import { DEFAULT_ANCHOR, type WindowSpec } from './window.js';

const LENGTHS = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['m', MINUTE_MS],
  ['s', 1_000],
] as const;

/** A length of time as people write it, in its largest whole unit: `7d`, `90m`, `1500ms`. @param lengthMs whole milliseconds. */
export function formatLength(lengthMs: number): string {
  for (const [unit, unitMs] of LENGTHS)
    if (lengthMs % unitMs === 0 && lengthMs > 0) return `${String(lengthMs / unitMs)}${unit}`;
  return `${String(lengthMs)}ms`;
}

/** A window as a policy file states it: `month Europe/Berlin`, `year UTC from 2026-04-01T00:00`, `rolling 7d`, `lifetime`. */
export function formatWindow(window: WindowSpec): string {
  switch (window.kind) {
    case 'calendar': {
      const from = window.anchor === DEFAULT_ANCHOR ? '' : ` from ${window.anchor}`;
      return `${window.unit} ${window.zone}${from}`;
    }
    case 'rolling':
    case 'sliding':
      return `${window.kind} ${formatLength(window.lengthMs)}`;
    case 'lifetime':
      return 'lifetime';
  }
}
