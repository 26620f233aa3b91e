/** 64 bits of a text, as two unsigned 32-bit lanes. Fast and well mixed; no protection against an adversary. */
export interface TextHash {
  low: number;
  high: number;
}

/** Writes the hash of `text` into `into`, so that nothing is allocated on the hot path. */
export function hashText(text: string, into: TextHash): void {
  let low = 0x9e3779b9 ^ text.length;
  let high = 0x85ebca6b;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    low ^= low >>> 15;
    high = Math.imul(high ^ code, 0x5bd1e995) + low;
  }
  low = Math.imul(low ^ (low >>> 16), 0x7feb352d);
  high = Math.imul(high ^ (high >>> 15) ^ low, 0x2c1b3c6d);
  into.low = (low ^ (low >>> 13)) >>> 0;
  into.high = (high ^ (high >>> 12)) >>> 0;
}
