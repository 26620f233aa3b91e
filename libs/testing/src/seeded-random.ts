/** Chance that a test can repeat: the same seed gives the same values in the same order, on every machine. */
export interface SeededRandom {
  /** A number in [0, 1), in steps of 2⁻³². */
  next(): number;
  /** A whole number in [from, below). `below − from` is at most 2³². */
  integer(from: number, below: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the items, each as likely as the others. */
  pick<Item>(items: readonly Item[]): Item;
  /** The items in another order; the argument stays as it is. */
  shuffle<Item>(items: readonly Item[]): Item[];
  bytes(count: number): Uint8Array;
  /** A generator of its own, so that one part of a simulation can draw more without moving the others. */
  fork(): SeededRandom;
}

const UINT32_COUNT = 2 ** 32;

const rotateLeft = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** Spreads one seed over the words of a state (splitmix32: Steele, Lea, Flood, 2014, with 32-bit constants). */
function* words(seed: number): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    yield (word ^ (word >>> 15)) >>> 0;
  }
}

/**
 * A generator of uniformly distributed values: xoshiro128** (Blackman and Vigna, 2018). Not for secrets.
 *
 * @param seed any whole number; only its lower 32 bits count.
 */
export function seededRandom(seed: number): SeededRandom {
  const source = words(seed);
  let a = source.next().value;
  let b = source.next().value;
  let c = source.next().value;
  let d = source.next().value;

  const uint32 = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };

  const next = (): number => uint32() / UINT32_COUNT;

  const integer = (from: number, below: number): number => {
    const count = below - from;
    if (!Number.isInteger(from) || !(count >= 1 && count <= UINT32_COUNT))
      throw new RangeError(`no whole number lies in [${from}, ${below})`);
    return from + Math.floor(next() * count);
  };

  const shuffle = <Item>(items: readonly Item[]): Item[] => {
    const left = [...items];
    const result: Item[] = [];
    while (left.length > 0) result.push(...left.splice(integer(0, left.length), 1));
    return result;
  };

  return {
    next,
    integer,
    shuffle,
    chance: (probability) => next() < probability,
    pick: <Item>(items: readonly Item[]): Item => {
      const [item] = items.slice(integer(0, items.length));
      return item as Item; // the index lies inside the list, which integer() refuses to be empty
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => uint32() & 0xff),
    fork: () => seededRandom(uint32()),
  };
}
