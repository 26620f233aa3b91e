import { hashText, type TextHash } from './text-hash.js';

/** Where a command lies: its entry's revision, and the place of its first fact among the facts of that entry. */
export interface Address {
  readonly revision: number;
  readonly index: number;
}

/** Numbers of 32 bits in a slot. */
export const SLOT_CELLS = 4;
const CELLS = SLOT_CELLS;
const FIRST_SLOTS = 1024;
const FULL = 0.7;

/** As many ids as a table of 16 MiB takes before it would grow. */
export const TABLE_IDS_MAX = Math.floor(2 ** 20 * FULL);

/**
 * Addresses by the hash of an id, in one typed array: 16 bytes a slot. A hash can be shared by two ids, so a lookup
 * gives candidates; whoever asks compares the ids in the records.
 */
export class AddressTable {
  /** Slots of [low, high, revision + 1, index]; a revision of 0 marks an empty one. */
  private cells: Uint32Array;
  private slots: number;
  private taken = 0;

  constructor(cells: Uint32Array = new Uint32Array(FIRST_SLOTS * CELLS)) {
    this.cells = cells;
    this.slots = cells.length / CELLS;
    for (let slot = 0; slot < this.slots; slot += 1) if (cells[slot * CELLS + 2] !== 0) this.taken += 1;
  }

  get size(): number {
    return this.taken;
  }

  get bytes(): number {
    return this.cells.byteLength;
  }

  /** The raw slots, for a snapshot. */
  raw(): Uint32Array {
    return this.cells;
  }

  add({ low, high }: TextHash, revision: number, index: number): void {
    if (this.taken >= this.slots * FULL) this.grow();
    this.put(low, high, revision + 1, index);
    this.taken += 1;
  }

  /** Adds to `found` every address whose id has this hash. */
  collect({ low, high }: TextHash, found: Address[]): void {
    const { cells } = this;
    const mask = this.slots - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const cell = slot * CELLS;
      const revision = cells[cell + 2] ?? 0;
      if (revision === 0) return;
      if (cells[cell] === low && cells[cell + 1] === high)
        found.push({ revision: revision - 1, index: cells[cell + 3] ?? 0 });
    }
  }

  /** Gives the hash of every address to `take`; each is valid until the next. */
  hashes(take: (hash: TextHash) => void): void {
    const { cells } = this;
    for (let cell = 0; cell < cells.length; cell += CELLS) {
      if (cells[cell + 2] === 0) continue;
      scratch.low = cells[cell] ?? 0;
      scratch.high = cells[cell + 1] ?? 0;
      take(scratch);
    }
  }

  private put(low: number, high: number, revision: number, index: number): void {
    const { cells } = this;
    const mask = this.slots - 1;
    let slot = low & mask;
    while (cells[slot * CELLS + 2] !== 0) slot = (slot + 1) & mask;
    const cell = slot * CELLS;
    cells[cell] = low;
    cells[cell + 1] = high;
    cells[cell + 2] = revision;
    cells[cell + 3] = index;
  }

  private grow(): void {
    const before = this.cells;
    this.slots *= 2;
    this.cells = new Uint32Array(this.slots * CELLS);
    for (let cell = 0; cell < before.length; cell += CELLS) {
      const revision = before[cell + 2] ?? 0;
      if (revision !== 0) this.put(before[cell] ?? 0, before[cell + 1] ?? 0, revision, before[cell + 3] ?? 0);
    }
  }
}

const scratch: TextHash = { low: 0, high: 0 };

/** The hash of an id, valid until the next call. */
export function hashOf(id: string): TextHash {
  hashText(id, scratch);
  return scratch;
}
