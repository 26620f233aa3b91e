import { hash } from 'node:crypto';

const DIGITS = 13;
const VALUES = 16 ** DIGITS;

/** Chance that is the same on every machine: a name gives the same number in [0, 1) for ever. */
const chanceOf = (name: string): number => Number.parseInt(hash('sha256', name, 'hex').slice(0, DIGITS), 16) / VALUES;

/** The chances of one thing, each by the name of what it decides, so that a new one moves no other. */
export class Dice {
  constructor(private readonly thing: string) {}

  /** In [0, 1). */
  chance(of: string): number {
    return chanceOf(`${this.thing}/${of}`);
  }

  /** A whole number from `from` to `to`, both of them too; small ones more often than large ones. */
  skewed(of: string, from: number, to: number): number {
    return from + Math.floor((to - from + 1) * this.chance(of) ** 2);
  }

  /** One of the items, by their weights. */
  pick<Item extends { readonly weight: number }>(of: string, items: readonly [Item, ...Item[]]): Item {
    const total = items.reduce((sum, { weight }) => sum + weight, 0);
    let left = this.chance(of) * total;
    const found = items.find(({ weight }) => (left -= weight) < 0);
    return found ?? items[0];
  }
}
