import type { Parameter } from '../connection/click-house.js';

/** Everything in a statement that came from outside travels here, never in its text. */
export class StatementParameters {
  readonly #values: Record<string, Parameter> = {};
  #count = 0;

  get values(): Readonly<Record<string, Parameter>> {
    return this.#values;
  }

  /** Keeps a value and gives what stands for it. */
  readonly text = (value: string): string => this.#add(value, 'String');

  readonly texts = (values: readonly string[]): string => this.#add(values, 'Array(String)');

  readonly position = (position: bigint): string => this.#add(position.toString(), 'UInt64');

  /** An instant in epoch milliseconds. */
  readonly instant = (at: number): string => `fromUnixTimestamp64Milli(${this.#add(at, 'Int64')})`;

  /** A value under a name that statements spell themselves. */
  named(name: string, value: Parameter): void {
    this.#values[name] = value;
  }

  #add(value: Parameter, type: string): string {
    const name = `p${String(this.#count++)}`;
    this.#values[name] = value;
    return `{${name}:${type}}`;
  }
}
