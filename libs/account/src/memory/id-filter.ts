import type { TextHash } from './text-hash.js';

/** Bits by which an id is marked. */
const MARKS = 6;
/** Bits for each id at least; the next power of two is taken. With 6 marks in 16 bits fewer than one miss in a thousand is taken for a hit. */
const BITS_PER_ID = 16;
const BITS_PER_CELL = 32;

/**
 * Tells of most ids that they are not in a set, and of none that is in it: a Bloom filter over the two halves of an id's
 * hash (B. H. Bloom, 1970; the marks by double hashing, A. Kirsch and M. Mitzenmacher, 2006).
 */
export class IdFilter {
  private readonly cells: Uint32Array;
  private readonly mask: number;

  constructor(idsMax: number) {
    const bits = Math.max(BITS_PER_CELL, 2 ** Math.ceil(Math.log2(idsMax * BITS_PER_ID)));
    this.cells = new Uint32Array(bits / BITS_PER_CELL);
    this.mask = bits - 1;
  }

  get bytes(): number {
    return this.cells.byteLength;
  }

  add({ low, high }: TextHash): void {
    for (let mark = 0, bit = low; mark < MARKS; mark += 1, bit = (bit + high) | 0) {
      const place = bit & this.mask;
      const cell = place >>> 5;
      this.cells[cell] = (this.cells[cell] ?? 0) | (1 << (place & 31));
    }
  }

  mayHave({ low, high }: TextHash): boolean {
    for (let mark = 0, bit = low; mark < MARKS; mark += 1, bit = (bit + high) | 0) {
      const place = bit & this.mask;
      if (((this.cells[place >>> 5] ?? 0) & (1 << (place & 31))) === 0) return false;
    }
    return true;
  }
}
