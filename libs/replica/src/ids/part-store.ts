import type { Address, AddressTable, IdPart } from '@exchequer/account';

/** Where full tables of ids lie, each under the stream that it is of, its kind and its number. */
export interface PartStore {
  /**
   * @param endHash the hash of the entry that the part ends in: the part is of this ledger and of no other.
   * @throws when it cannot be kept.
   */
  write(stream: string, part: IdPart, table: AddressTable, endHash: string): Promise<void>;

  /** The table of a part, or undefined when there is none that is whole and of this ledger. */
  read(stream: string, part: IdPart, endHash: string): Promise<AddressTable | undefined>;

  /**
   * Where the record of an id may lie, without reading all of the part.
   *
   * @throws when the part cannot be read.
   */
  find(stream: string, part: IdPart, id: string): Promise<readonly Address[]>;

  /** Removes every part of a stream but these. */
  removeOthers(stream: string, known: readonly IdPart[]): Promise<void>;
}
