import { randomBytes } from 'node:crypto';

const RANDOM_BYTES = 4_096;
let pool: Buffer = Buffer.alloc(0);
let used = 0;

/** A UUID of version 7: unique, and in order of time. Random bytes are fetched many at a time. */
export function newId(): string {
  if (used + 10 > pool.length) {
    pool = randomBytes(RANDOM_BYTES);
    used = 0;
  }
  const time = Date.now().toString(16).padStart(12, '0');
  const random = pool.toString('hex', used, used + 10);
  used += 10;
  const variant = ((Number.parseInt(random.slice(3, 4), 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}
