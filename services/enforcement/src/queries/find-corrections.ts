import { CORRECTABLE_MS, readFact, type ChargeCorrected } from '@exchequer/account';
import type { Instant } from '@exchequer/kernel';
import { factAddress, readCommands, type Ledger, type Revision } from '@exchequer/ledger';
import { FACT_SHAPES, streamOf } from '@exchequer/replica';
import { entriesNaming, firstRevisionAt } from './seek-entries.js';

/** A charge as corrections name it. */
export interface NamedCharge {
  /** Where the ledger has it: `account-acme@12.1`. */
  readonly of: string;
  /** The entry that it is in. */
  readonly revision: Revision;
  /** When it counts as booked. */
  readonly bookedAt: Instant;
}

/** A correction as the ledger has it. */
export interface FoundCorrection {
  readonly fact: ChargeCorrected;
  /** Who asked for it. */
  readonly actor: string;
  readonly decidedAt: Instant;
  readonly position: string;
  /** The entry with which it took effect, whole. */
  readonly revision: Revision;
}

/** All corrections of a charge, in their order. After 35 days there are none, and the ledger is read no further. */
export async function findCorrections(
  ledger: Ledger,
  account: string,
  { of, revision, bookedAt }: NamedCharge,
): Promise<readonly FoundCorrection[]> {
  const stream = streamOf(account);
  const until = await firstRevisionAt(ledger, stream, bookedAt + CORRECTABLE_MS);
  const found: FoundCorrection[] = [];
  for await (const named of entriesNaming(ledger, stream, { of }, { revision, until }))
    found.push(...(await correctionsIn(ledger, stream, named, of)));
  return found;
}

/** Those that stand in an entry. Their commands may have begun before it, and go on after it. */
async function correctionsIn(
  ledger: Ledger,
  stream: string,
  named: Revision,
  of: string,
): Promise<readonly FoundCorrection[]> {
  const found: FoundCorrection[] = [];
  const entry = `${stream}@${String(named)}.`;
  for await (const { commands, revision, at, continues } of readCommands(ledger, stream, named, {
    shapes: FACT_SHAPES,
  })) {
    for (const command of commands)
      for (const [index, stored] of command.record.facts.entries()) {
        if (stored['of'] !== of) continue;
        const position = factAddress(stream, command, index);
        const fact = readFact(stored);
        if (fact.type === 'ChargeCorrected' && position.startsWith(entry))
          found.push({ fact, actor: command.record.actor, decidedAt: at, position, revision });
      }
    if (!continues) break;
  }
  return found;
}
