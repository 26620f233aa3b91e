import type { Instant } from '@exchequer/kernel';
import type { Address, AddressTable } from './address-table.js';
import { IdFilter } from './id-filter.js';
import type { TextHash } from './text-hash.js';

/** What a command's id belongs to: a request, or a usage event with its own source and id. */
export type IdKind = 'command' | 'usage';

/**
 * A full table of ids, which nothing is added to any more: the ids of one kind of all commands from the first to the last of it. The ledger
 * has them all, so a part can be made again from there.
 */
export interface IdPart {
  readonly kind: IdKind;
  /** Parts of one kind are counted from 0. */
  readonly number: number;
  readonly first: Address;
  readonly last: Address;
  readonly count: number;
  /** When the last of its ids was accepted. */
  readonly newestAt: Instant;
}

/** A part and what of it is in memory: its table, until somebody keeps that elsewhere; then a filter, which answers most misses. */
export class HeldPart {
  table: AddressTable | undefined;
  filter: IdFilter | undefined;

  constructor(readonly part: IdPart) {}

  get bytes(): number {
    return (this.table?.bytes ?? 0) + (this.filter?.bytes ?? 0);
  }

  /** Not in memory, and perhaps in the part: what is neither here nor filtered may be there. */
  mayHaveElsewhere(hash: TextHash): boolean {
    return this.table === undefined && this.filter?.mayHave(hash) !== false;
  }
}

export function filterOf(table: AddressTable): IdFilter {
  const filter = new IdFilter(table.size);
  table.hashes((hash) => filter.add(hash));
  return filter;
}
