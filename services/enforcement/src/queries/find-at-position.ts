import { readFact, type Fact } from '@exchequer/account';
import { problem, type Problem } from '@exchequer/contracts';
import { factAddress, readCommands, type Ledger } from '@exchequer/ledger';
import { FACT_SHAPES, formatPosition, parsePosition, streamOf } from '@exchequer/replica';
import { findWait, isEndOfWait, isExplainable, type Explainable, type Found } from './find-decision.js';

/** What can be explained by its position, for people. */
const EXPLAINED =
  'a call that was let through, a session that was opened, usage that was settled, or the end of its wait';

/**
 * What stands at a position, such as `account-acme@12.1`: an approval or a settlement; of the end of a wait for an outcome
 * the usage that had waited.
 *
 * @returns the reason where nothing stands there that can be explained.
 */
export async function findAtPosition(
  ledger: Ledger,
  account: string,
  position: string,
): Promise<Found<Explainable> | Problem> {
  const stream = streamOf(account);
  const address = parsePosition(account, position);
  if (address === undefined)
    return malformed(`is no position of this account; it takes one such as ${stream}@12.1, as a reply has it.`);
  const found = await factAt(ledger, stream, address.revision, formatPosition(account, address));
  if (found === undefined) {
    const isBeyond = address.revision > ((await ledger.head(stream))?.revision ?? -1);
    return malformed(isBeyond ? 'is beyond the end of this account.' : 'names no fact of this account.');
  }
  const { fact } = found;
  if (isExplainable(fact) && !isEndOfWait(fact)) return { ...found, fact };
  const waited = isEndOfWait(fact) ? await findWait(ledger, account, fact.hold, address) : undefined;
  return waited ?? problem('UnknownHold', whatElse(position, fact));
}

const malformed = (what: string): Problem => problem('Malformed', `position: ${what}`, { field: 'position' });

const whatElse = (position: string, fact: Fact): string =>
  fact.type === 'ChargeCorrected'
    ? `At ${position} stands a correction; explain its charge, ${fact.of}.`
    : `At ${position} stands ${fact.type}; what can be explained is ${EXPLAINED}. A refusal writes nothing, and is explained by its decisionId.`;

/** A fact that took effect. */
async function factAt(
  ledger: Ledger,
  stream: string,
  revision: number,
  position: string,
): Promise<Found<Fact> | undefined> {
  if (revision < 0) return undefined;
  for await (const { commands, at, continues } of readCommands(ledger, stream, revision, {
    shapes: FACT_SHAPES,
  })) {
    for (const command of commands) {
      const { facts } = command.record;
      const offset = facts.findIndex((_fact, index) => factAddress(stream, command, index) === position);
      const stored = facts[offset];
      const [begun] = command.spans;
      if (stored !== undefined && begun !== undefined) {
        const first = { revision: begun.revision, index: begun.firstIndex };
        return { fact: readFact(stored), offset, decidedAt: at, first };
      }
    }
    if (!continues) return undefined;
  }
  return undefined;
}
