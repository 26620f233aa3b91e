import {
  contains,
  windowKey,
  type Calendar,
  type CalendarWindow,
  type Instant,
  type Interval,
} from '@exchequer/kernel';
import { faultOf } from './fault.js';
import { scheduleOf, type Schedule } from './schedule.js';

/** Specs whose windows are remembered by their text. The oldest is forgotten first; it costs time alone. */
const SPECS_KEPT_MAX = 1_024;

/** Windows remembered of one spec: the current one, the one before for late usage, and two more for imports. */
const WINDOWS_KEPT = 4;

/** A calendar of all IANA zones that the platform knows. Its answers depend on nothing but the arguments. */
export function createCalendar(): Calendar {
  const bySpec = new WeakMap<CalendarWindow, RecentWindows>();
  const byKey = new Map<string, RecentWindows>();

  const windowsOf = (spec: CalendarWindow): RecentWindows => {
    const key = windowKey(spec);
    let windows = byKey.get(key);
    if (windows === undefined) {
      windows = new RecentWindows(scheduleOf(spec));
      if (byKey.size >= SPECS_KEPT_MAX) for (const oldest of byKey.keys()) if (byKey.delete(oldest)) break;
      byKey.set(key, windows);
    }
    bySpec.set(spec, windows);
    return windows;
  };

  return {
    windowAt: (spec, at) => (bySpec.get(spec) ?? windowsOf(spec)).windowAt(at),
    faultOf,
  };
}

/** The windows that a spec was asked for last. Nearly every question is about one of them. */
class RecentWindows {
  private latest: Interval = { from: 0, to: 0 };
  private readonly kept: Interval[] = [];
  private next = 0;

  constructor(private readonly schedule: Schedule) {}

  windowAt(at: Instant): Interval {
    if (contains(this.latest, at)) return this.latest;
    for (const window of this.kept) if (contains(window, at)) return (this.latest = window);
    return this.keep(this.schedule(at));
  }

  private keep(window: Interval): Interval {
    this.kept[this.next] = window;
    this.next = (this.next + 1) % WINDOWS_KEPT;
    return (this.latest = window);
  }
}
