import { readFact, type Fact, type IdKind, type OutcomeAwaited } from '@exchequer/account';
import type { HoldId } from '@exchequer/kernel';
import { readCommands, type CommandRecord, type Ledger } from '@exchequer/ledger';
import { FACT_SHAPES, idKindOf, loadReplica, streamOf, type FactAddress } from '@exchequer/replica';
import { entriesNaming, firstRevisionAt } from './seek-entries.js';

/** An approval, of a call or a session, or a settlement. */
const EXPLAINABLE = [
  'HoldPlaced',
  'SessionOpened',
  'HoldCaptured',
  'CreditsDrawn',
  'OutcomeAwaited',
  'UsageUnpriced',
] as const;
export type Explainable = FactOf<(typeof EXPLAINABLE)[number]>;

const END_OF_WAIT = ['HoldCaptured', 'CostReturned'] as const;
export type EndOfWait = FactOf<(typeof END_OF_WAIT)[number]>;

type FactOf<Type extends Fact['type']> = Extract<Fact, { readonly type: Type }>;

/** A fact as the ledger has it. */
export interface Found<Sought extends Fact> {
  readonly fact: Sought;
  /** Its place among the facts of its command. */
  readonly offset: number;
  readonly decidedAt: number;
  /** Where the facts of its command begin. */
  readonly first: FactAddress;
}

export const isExplainable = (fact: Fact): fact is Explainable => isOf(fact, EXPLAINABLE);

/** Of captures only one by which a wait for an outcome ended. */
export const isEndOfWait = (fact: Fact): fact is EndOfWait => isOf(fact, END_OF_WAIT) && fact.at !== undefined;

const HOLD = /^h-[0-9a-z]+-([0-9a-z]+)$/;

const placedAtOf = (hold: string): number => Number.parseInt(HOLD.exec(hold)?.[1] ?? '', 36);

/**
 * What placed a hold: an approval, or usage whose cost waits. Its id tells the instant, and instants grow along the stream: a few
 * entries are read.
 */
export async function findByHold(
  ledger: Ledger,
  account: string,
  hold: string,
): Promise<Found<Explainable> | undefined> {
  const placedAt = placedAtOf(hold);
  if (Number.isNaN(placedAt)) return undefined;
  const stream = streamOf(account);
  const from = await firstRevisionAt(ledger, stream, placedAt);
  for await (const batch of readCommands(ledger, stream, from, { shapes: FACT_SHAPES })) {
    if (batch.at > placedAt) return undefined;
    for (const { record, spans } of batch.commands) {
      const [begun] = spans;
      const found = foundIn(record, EXPLAINABLE);
      if (begun !== undefined && found !== undefined && placesHold(found.fact, hold))
        return { ...found, decidedAt: batch.at, first: { revision: begun.revision, index: begun.firstIndex } };
    }
  }
  return undefined;
}

const placesHold = (fact: Explainable, hold: string): boolean =>
  (fact.type === 'HoldPlaced' || (fact.type === 'OutcomeAwaited' && fact.placed === true)) && fact.hold === hold;

/**
 * What a command brought about. While its id is remembered it is looked up; an older one is looked for in all of the stream, and
 * of several under one id (an id may be used again after a day) the newest is meant.
 */
export async function findByCommand(
  ledger: Ledger,
  account: string,
  kind: IdKind,
  id: string,
): Promise<Found<Explainable> | undefined> {
  const stream = streamOf(account);
  const { memory } = await loadReplica(ledger, stream);
  const isMeant = (record: CommandRecord): boolean => record.id === id && idKindOf(record) === kind;
  const from = (revision: number) => factsFrom(ledger, stream, revision, isMeant, EXPLAINABLE);
  for (const { revision, index } of memory.candidates(kind, id)) {
    const found = (await from(revision)).find(({ first }) => first.index === index);
    if (found !== undefined) return found;
  }
  let newest: Found<Explainable> | undefined;
  for await (const revision of entriesNaming(ledger, stream, { id })) newest = (await from(revision)).at(-1) ?? newest;
  return newest;
}

/** How the wait of a cost ended, from where it began on; undefined while it waits. */
export async function findEndOfWait(
  ledger: Ledger,
  account: string,
  hold: string,
  begun: FactAddress,
): Promise<Found<EndOfWait> | undefined> {
  const stream = streamOf(account);
  const id = `due/${hold}`;
  for await (const revision of entriesNaming(ledger, stream, { id }, begun)) {
    const [found] = await factsFrom(ledger, stream, revision, (record) => record.id === id, END_OF_WAIT);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The usage whose cost waited under a hold, from where the hold was placed to where the wait ended. */
export async function findWait(
  ledger: Ledger,
  account: string,
  hold: HoldId,
  ended: FactAddress,
): Promise<Found<OutcomeAwaited> | undefined> {
  const stream = streamOf(account);
  const from = await firstRevisionAt(ledger, stream, placedAtOf(hold));
  for await (const named of entriesNaming(ledger, stream, { hold }, { revision: from, until: ended.revision })) {
    const waits = await factsFrom(ledger, stream, named, () => true, ['OutcomeAwaited']);
    const found = waits.find(({ fact }) => fact.hold === hold);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The facts sought, of the commands that are meant and begin in an entry. */
async function factsFrom<Type extends Fact['type']>(
  ledger: Ledger,
  stream: string,
  revision: number,
  isMeant: (record: CommandRecord) => boolean,
  types: readonly Type[],
): Promise<readonly Found<FactOf<Type>>[]> {
  for await (const batch of readCommands(ledger, stream, revision, { shapes: FACT_SHAPES })) {
    const all = batch.commands.flatMap(({ record, spans: [begun] }): Found<FactOf<Type>> | readonly [] => {
      if (begun?.revision !== revision || !isMeant(record)) return [];
      const found = foundIn(record, types);
      if (found === undefined) return [];
      return { ...found, decidedAt: batch.at, first: { revision, index: begun.firstIndex } };
    });
    if (all.length > 0 || !batch.continues) return all;
  }
  return [];
}

/** The first fact of some types among those of a command. Others are not read. */
function foundIn<Type extends Fact['type']>(
  { facts }: Pick<CommandRecord, 'facts'>,
  types: readonly Type[],
): Pick<Found<FactOf<Type>>, 'fact' | 'offset'> | undefined {
  for (const [offset, stored] of facts.entries()) {
    if (!types.some((type) => type === stored.type)) continue;
    const fact = readFact(stored);
    if (isOf(fact, types)) return { fact, offset };
  }
  return undefined;
}

const isOf = <Type extends Fact['type']>(fact: Fact, types: readonly Type[]): fact is FactOf<Type> =>
  types.some((type) => type === fact.type);
