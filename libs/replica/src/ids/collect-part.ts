import { AddressTable, hashOf, type Address, type IdPart } from '@exchequer/account';
import { readCommands, type Ledger } from '@exchequer/ledger';
import { FACT_SHAPES } from '../fact-shapes.js';
import { idKindOf } from '../replica.js';

/**
 * The table of a part, made again from the entries that it speaks of.
 *
 * @throws LedgerCorrupt when an entry is not what was written.
 */
export async function collectPart(ledger: Ledger, stream: string, part: IdPart): Promise<AddressTable> {
  const table = new AddressTable();
  for await (const batch of readCommands(ledger, stream, part.first.revision, { shapes: FACT_SHAPES })) {
    for (const { record, spans } of batch.commands) {
      const [begun] = spans;
      if (begun === undefined || idKindOf(record) !== part.kind) continue;
      const address = { revision: begun.revision, index: begun.firstIndex };
      if (!isBefore(address, part.first)) table.add(hashOf(record.id), address.revision, address.index);
      if (table.size === part.count) return table;
    }
  }
  throw new Error(`broken invariant: ${stream} ends before ${part.kind} ids, part ${String(part.number)}`);
}

const isBefore = (a: Address, b: Address): boolean =>
  a.revision < b.revision || (a.revision === b.revision && a.index < b.index);
