import { TABLE_IDS_MAX, type Address, type IdPart } from '@exchequer/account';
import { closingHash, type Ledger } from '@exchequer/ledger';
import type { Replica } from '../replica.js';
import { collectPart } from './collect-part.js';
import type { PartStore } from './part-store.js';

/**
 * Keeps elsewhere what the memory of ids has no room for: each full table, of which a filter stays in memory. What is kept
 * is a cache: a part that is missing, damaged or of another ledger is made again from the ledger.
 */
export class IdShelf {
  constructor(
    private readonly ledger: Ledger,
    private readonly parts: PartStore,
    /** Ids that a table takes before it becomes a part. */
    readonly tableIdsMax: number = TABLE_IDS_MAX,
  ) {}

  /**
   * Puts away the full tables whose entries are all stored, lets go of them in memory, and removes those that nobody has
   * to know any more.
   *
   * @param storedUntil the last revision that is known to be durable.
   * @throws when a table cannot be put away; it stays in memory then.
   */
  async store({ stream, memory }: Replica, storedUntil: number): Promise<void> {
    if (!memory.hasFullTables) return;
    for (const held of memory.parts()) {
      const { part, table } = held;
      if (table === undefined || part.last.revision > storedUntil) continue;
      await this.parts.write(stream, part, table, await this.endHash(stream, part));
      memory.keep(held);
    }
    const known = memory.parts().map(({ part }) => part);
    await this.parts.removeOthers(stream, known);
  }

  /** After a load: brings in the filter of every part, by the part itself or else by the ledger. */
  async open({ stream, memory }: Replica): Promise<void> {
    for (const held of memory.parts()) {
      const { part, table, filter } = held;
      if (table !== undefined || filter !== undefined) continue;
      held.table = await this.parts.read(stream, part, await this.endHash(stream, part));
      if (held.table === undefined) held.table = await collectPart(this.ledger, stream, part);
      else memory.keep(held);
    }
  }

  /** Where the record of an id may lie by these parts. */
  async find(stream: string, parts: readonly IdPart[], id: string): Promise<readonly Address[]> {
    const found: Address[] = [];
    for (const part of parts) found.push(...(await this.findIn(stream, part, id)));
    return found;
  }

  private async findIn(stream: string, part: IdPart, id: string): Promise<readonly Address[]> {
    try {
      return await this.parts.find(stream, part, id);
    } catch {
      const table = await collectPart(this.ledger, stream, part);
      await this.parts.write(stream, part, table, await this.endHash(stream, part));
      return this.parts.find(stream, part, id);
    }
  }

  private async endHash(stream: string, { last }: IdPart): Promise<string> {
    for await (const { bytes } of this.ledger.read(stream, last.revision, 1)) return closingHash(bytes);
    throw new Error(`broken invariant: ${stream} has no revision ${String(last.revision)}`);
  }
}
