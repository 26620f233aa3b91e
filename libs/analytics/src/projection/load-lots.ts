import { textOf, type Cell } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import { LotDirectory } from '../rows/lot-directory.js';
import type { TableNames } from '../schema/table-names.js';

/** Reads back the lots that this version has seen so far. */
export async function loadLots({ writer }: Analytics, names: TableNames): Promise<LotDirectory> {
  const directory = new LotDirectory();
  const rows = await writer.select(
    `SELECT account, lot, grant, node, currency, layer, toUnixTimestamp64Milli(expires_at) FROM ${names.ledger('lots')}`,
  );
  // The same few names in very many rows: each text is kept once.
  const texts = new Map<string, string>();
  const once = (cell: Cell | undefined): string => {
    const text = textOf(cell);
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  for (const [account, lot, grant, node, currency, layer, expiresAt] of rows)
    directory.add(once(account), textOf(lot), {
      grant: once(grant),
      node: once(node),
      currency: once(currency),
      layer: once(layer),
      expires_at: expiresAt === null || expiresAt === undefined ? null : Number(textOf(expiresAt)),
    });
  return directory;
}
