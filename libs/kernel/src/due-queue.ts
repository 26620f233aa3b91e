import type { Instant } from './time.js';

/**
 * A place in a {@link DueQueue}. The queue keeps `slot` up to date, so that an entry can be taken out again without a
 * search; everything else belongs to the owner and must not change while the entry is queued.
 */
export interface DueEntry {
  readonly dueAt: Instant;
  /** Breaks ties at the same instant: lower first. */
  readonly rank: number;
  /** Breaks ties at the same instant and rank: lower first. */
  readonly order: number;
  /** Index in the heap, −1 when not queued. Written by the queue alone. */
  slot: number;
}

const isBefore = (a: DueEntry, b: DueEntry): boolean =>
  a.dueAt !== b.dueAt ? a.dueAt < b.dueAt : a.rank !== b.rank ? a.rank < b.rank : a.order < b.order;

/** A binary heap of what is due next, from which any entry can be removed in O(log n). */
export class DueQueue<Entry extends DueEntry> {
  private readonly heap: Entry[] = [];

  get size(): number {
    return this.heap.length;
  }

  /** What is due first, left in place. */
  peek(): Entry | undefined {
    return this.heap[0];
  }

  add(entry: Entry): void {
    this.heap.push(entry);
    this.rise(entry, this.heap.length - 1);
  }

  /** Takes an entry out wherever it stands. An entry that is not queued is left alone. */
  remove(entry: Entry): void {
    const slot = entry.slot;
    if (slot < 0 || this.heap[slot] !== entry) return;
    const last = this.heap.pop();
    entry.slot = -1;
    if (last === undefined || last === entry) return;
    this.rise(last, slot);
    this.sink(last, last.slot);
  }

  /** All entries, in no particular order. */
  entries(): readonly Entry[] {
    return this.heap;
  }

  private rise(entry: Entry, from: number): void {
    let slot = from;
    while (slot > 0) {
      const parentSlot = (slot - 1) >> 1;
      const parent = this.heap[parentSlot];
      if (parent === undefined || !isBefore(entry, parent)) break;
      this.place(parent, slot);
      slot = parentSlot;
    }
    this.place(entry, slot);
  }

  private sink(entry: Entry, from: number): void {
    let slot = from;
    for (;;) {
      const left = this.heap[2 * slot + 1];
      const right = this.heap[2 * slot + 2];
      if (left === undefined) break;
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(child, entry)) break;
      const childSlot = child.slot;
      this.place(child, slot);
      slot = childSlot;
    }
    this.place(entry, slot);
  }

  private place(entry: Entry, slot: number): void {
    this.heap[slot] = entry;
    entry.slot = slot;
  }
}
