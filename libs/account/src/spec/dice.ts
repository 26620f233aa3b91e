/**
 * Choices that were made beforehand, as small numbers, read round and round. A test draws the numbers and the histories
 * read them, so that a failing history shrinks by itself: 0 is always the plainest choice, and so are no numbers at all.
 */
export class Dice {
  private next = 0;

  constructor(private readonly numbers: readonly number[]) {}

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    const number = this.numbers[this.next % this.numbers.length] ?? 0;
    this.next += 1;
    return number % count;
  }

  /** True about once in `times`. */
  once(times: number): boolean {
    return this.below(times) === times - 1;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** One of the items, or undefined when there are none. */
  pickAny<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(Math.max(items.length, 1))];
  }
}
