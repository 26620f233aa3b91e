import { readFact, type Address, type BookedCharge } from '@exchequer/account';
import { entryAddress } from '@exchequer/ledger';
import { idKindOf, type FactAddress, type IdShelf, type Replica } from '@exchequer/replica';
import { addressesOf } from './old-ids.js';
import type { Recall, StoredCommand } from './recall.js';

/** Which charge is meant: by its place in the ledger, or by the usage event that it comes from. */
export type ChargeLookup =
  | { readonly by: 'address'; readonly address: FactAddress }
  /** The id under which the usage event's command is remembered. */
  | { readonly by: 'usage'; readonly commandId: string };

/** A charge and where the ledger has it. */
export interface FoundCharge extends BookedCharge {
  readonly of: string;
}

/**
 * The charge that a lookup means, or undefined when there is none: among the commands that are not durable yet at once, else
 * from the ledger.
 *
 * @param storedUntil the last revision that is known to be durable and this replica's own: where its next entries are to
 *   lie, another writer may have put its own already.
 */
export function lookUpCharge(
  lookup: ChargeLookup,
  recent: readonly StoredCommand[],
  replica: Replica,
  storedUntil: number,
  ids: IdShelf,
  recall: Recall,
): FoundCharge | undefined | Promise<FoundCharge | undefined> {
  const { stream } = replica;
  const chargeOf = (found: Found | undefined): FoundCharge | undefined | Promise<FoundCharge | undefined> =>
    found === undefined || 'of' in found
      ? found
      : lookUpCharge({ by: 'usage', commandId: found.endsBy }, recent, replica, storedUntil, ids, recall);
  const found = foundIn(stream, lookup, recent);
  if (found !== undefined) return chargeOf(found);
  const inLedger = async (addresses: readonly Address[]): Promise<FoundCharge | undefined> => {
    const durable = addresses.filter((address) => address.revision <= storedUntil);
    const commands = await Promise.all(durable.map((address) => recall.commandsOf(address.revision)));
    return chargeOf(foundIn(stream, lookup, commands.flat()));
  };
  if (lookup.by === 'address') return inLedger([lookup.address]);
  const addresses = addressesOf(replica, ids, 'usage', lookup.commandId);
  if (addresses instanceof Promise) return addresses.then(inLedger);
  return addresses.length === 0 ? undefined : inLedger(addresses);
}

/** A charge, or what waited for an outcome: the id of the command that ended that. */
type Found = FoundCharge | { readonly endsBy: string };

/** The charge among stored commands, or undefined when none of them made it. */
function foundIn(stream: string, lookup: ChargeLookup, commands: readonly StoredCommand[]): Found | undefined {
  for (const { record, address, at } of commands) {
    if (lookup.by === 'usage' && (idKindOf(record) !== 'usage' || record.id !== lookup.commandId)) continue;
    for (const [offset, stored] of record.facts.entries()) {
      const index = address.index + offset;
      if (lookup.by === 'address' && (address.revision !== lookup.address.revision || index !== lookup.address.index))
        continue;
      const fact = readFact(stored);
      if (fact.type === 'OutcomeAwaited') return { endsBy: `due/${fact.hold}` };
      if (fact.type === 'HoldCaptured' || fact.type === 'CreditsDrawn')
        return { fact, bookedAt: at, of: `${entryAddress(stream, address.revision)}.${String(index)}` };
    }
  }
  return undefined;
}
