import { AddressTable, hashOf, type Address, type IdPart } from '@exchequer/account';
import type { PartStore } from '@exchequer/replica';
import type { SeededRandom } from '@exchequer/testing';
import type { Weather } from './unreliable-ledger.js';

interface Kept {
  readonly part: IdPart;
  readonly table: AddressTable;
  readonly endHash: string;
}

/** A machine's disk for parts of the id memory. It is full at times, and at times a part is gone from it. */
export class UnreliableParts implements PartStore {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly random: SeededRandom,
    private readonly weather: Weather,
  ) {}

  write(stream: string, part: IdPart, table: AddressTable, endHash: string): Promise<void> {
    if (this.random.chance(0.1 * this.weather.badness)) return Promise.reject(new Error('no space left on the disk'));
    this.kept.set(keyOf(stream, part), { part, table: new AddressTable(table.raw().slice()), endHash });
    return Promise.resolve();
  }

  read(stream: string, part: IdPart, endHash: string): Promise<AddressTable | undefined> {
    const kept = this.found(stream, part);
    return Promise.resolve(kept?.endHash === endHash ? kept.table : undefined);
  }

  find(stream: string, part: IdPart, id: string): Promise<readonly Address[]> {
    const kept = this.found(stream, part);
    if (kept === undefined) return Promise.reject(new Error('there is no such part'));
    const found: Address[] = [];
    kept.table.collect(hashOf(id), found);
    return Promise.resolve(found);
  }

  removeOthers(stream: string, known: readonly IdPart[]): Promise<void> {
    const names = new Set(known.map((part) => keyOf(stream, part)));
    for (const key of this.kept.keys()) if (key.startsWith(`${stream} `) && !names.has(key)) this.kept.delete(key);
    return Promise.resolve();
  }

  private found(stream: string, part: IdPart): Kept | undefined {
    const key = keyOf(stream, part);
    if (this.random.chance(0.05 * this.weather.badness)) this.kept.delete(key);
    return this.kept.get(key);
  }
}

const keyOf = (stream: string, { kind, number, last, count }: IdPart): string =>
  `${stream} ${kind}-${String(number)}-${String(count)}-until-${String(last.revision)}.${String(last.index)}`;
