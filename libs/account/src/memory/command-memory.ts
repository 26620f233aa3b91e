import { DAY_MS, type Instant } from '@exchequer/kernel';
import { AddressTable, hashOf, TABLE_IDS_MAX, type Address } from './address-table.js';
import { filterOf, HeldPart, type IdKind, type IdPart } from './id-part.js';

/** How long the id of a command is known. */
export const COMMAND_KNOWN_MS = DAY_MS;
/**
 * How long the id of a usage event is known, from its acceptance: 35 days from the later of that and the event's own
 * instant, which is at most a day ahead of it.
 */
export const USAGE_KNOWN_MS = 36 * DAY_MS;

/** What is remembered of one kind: the table that is written, the one before it, and the full ones, the oldest first. */
interface Remembering {
  readonly knownMs: number;
  begunAt: Instant;
  current: AddressTable;
  previous: AddressTable;
  /** The first and the last address in `current`. */
  first: Address | undefined;
  last: Address | undefined;
  lastAt: Instant;
  parts: HeldPart[];
  nextPart: number;
}

/** What {@link CommandMemory.export} gives and the constructor takes back. */
export interface StoredMemory {
  readonly kind: IdKind;
  readonly begunAt: Instant;
  readonly current: Uint32Array;
  readonly previous: Uint32Array;
  readonly first?: Address;
  readonly last?: Address;
  readonly lastAt: Instant;
  /** Without their tables: whoever goes on from here gets them from where they are kept, or from the ledger. */
  readonly parts: readonly IdPart[];
  readonly nextPart: number;
}

/**
 * Which ids have been accepted, and where their records lie. An id is known at least for its time; for how long exactly
 * is judged by the record's own instant. What is older than twice the time is dropped in one piece.
 *
 * A table that is full becomes a part of its own. Its addresses stay in memory until they are {@link keep kept} elsewhere.
 */
export class CommandMemory {
  private readonly kinds: Readonly<Record<IdKind, Remembering>>;

  constructor(
    stored: readonly StoredMemory[] = [],
    /** Ids that a table takes before it becomes a part. */
    private readonly tableIdsMax: number = TABLE_IDS_MAX,
  ) {
    const of = (kind: IdKind): StoredMemory | undefined => stored.find((one) => one.kind === kind);
    this.kinds = {
      command: remembering(COMMAND_KNOWN_MS, of('command')),
      usage: remembering(USAGE_KNOWN_MS, of('usage')),
    };
  }

  /** Ids in memory. */
  get size(): number {
    return this.sum(({ current, previous, parts }) =>
      parts.reduce((all, { table }) => all + (table?.size ?? 0), current.size + previous.size),
    );
  }

  get bytes(): number {
    return this.sum(({ current, previous, parts }) =>
      parts.reduce((all, part) => all + part.bytes, current.bytes + previous.bytes),
    );
  }

  remember(kind: IdKind, id: string, address: Address, at: Instant): void {
    const known = this.kinds[kind];
    if (at >= known.begunAt + known.knownMs) {
      known.previous = at >= known.begunAt + 2 * known.knownMs ? new AddressTable() : known.current;
      begin(known, at);
    } else if (known.current.size >= this.tableIdsMax) {
      close(kind, known);
      begin(known, at);
    }
    known.current.add(hashOf(id), address.revision, address.index);
    known.first ??= address;
    known.last = address;
    known.lastAt = at;
    const [oldest] = known.parts;
    if (oldest !== undefined && oldest.part.newestAt + known.knownMs <= at) known.parts.shift();
  }

  /** Where the record of this id may lie, as far as memory tells; none when the id is new or {@link elsewhere}. */
  candidates(kind: IdKind, id: string): readonly Address[] {
    const { current, previous, parts } = this.kinds[kind];
    const found: Address[] = [];
    const hash = hashOf(id);
    current.collect(hash, found);
    previous.collect(hash, found);
    for (const { table } of parts) table?.collect(hash, found);
    return found;
  }

  /** The parts that are not in memory and may have this id. */
  elsewhere(kind: IdKind, id: string): readonly IdPart[] {
    const { parts } = this.kinds[kind];
    if (parts.length === 0) return NO_PARTS;
    const hash = hashOf(id);
    return parts.filter((part) => part.mayHaveElsewhere(hash)).map(({ part }) => part);
  }

  /** Every part that is still known, of each kind the oldest first. */
  parts(): readonly HeldPart[] {
    return KINDS.flatMap((kind) => this.kinds[kind].parts);
  }

  /** Some part has its table in memory still. */
  get hasFullTables(): boolean {
    return KINDS.some((kind) => this.kinds[kind].parts.some(({ table }) => table !== undefined));
  }

  /** The addresses of a part lie elsewhere from now on: memory keeps a filter of it. */
  keep(held: HeldPart): void {
    if (held.table !== undefined) held.filter = filterOf(held.table);
    held.table = undefined;
  }

  /** For whoever never asks: full tables are not kept at all. */
  forgetParts(): void {
    for (const held of this.parts()) held.table = undefined;
  }

  export(): readonly StoredMemory[] {
    return KINDS.map((kind) => {
      const { begunAt, current, previous, first, last, lastAt, parts, nextPart } = this.kinds[kind];
      return {
        kind,
        begunAt,
        current: current.raw(),
        previous: previous.raw(),
        ...(first !== undefined && { first }),
        ...(last !== undefined && { last }),
        lastAt,
        parts: parts.map(({ part }) => part),
        nextPart,
      };
    });
  }

  private sum(of: (known: Remembering) => number): number {
    return KINDS.reduce((all, kind) => all + of(this.kinds[kind]), 0);
  }
}

const KINDS: readonly IdKind[] = ['command', 'usage'];
const NO_PARTS: readonly IdPart[] = [];

function begin(known: Remembering, at: Instant): void {
  known.current = new AddressTable();
  known.begunAt = at;
  known.first = undefined;
}

function close(kind: IdKind, known: Remembering): void {
  const { current, first, last, lastAt, nextPart: number } = known;
  if (first === undefined || last === undefined) throw new Error('a full table has a first and a last address');
  const held = new HeldPart({ kind, number, first, last, count: current.size, newestAt: lastAt });
  held.table = current;
  known.parts.push(held);
  known.nextPart += 1;
}

function remembering(knownMs: number, stored: StoredMemory | undefined): Remembering {
  return {
    knownMs,
    begunAt: stored?.begunAt ?? Number.NEGATIVE_INFINITY,
    current: new AddressTable(stored?.current),
    previous: new AddressTable(stored?.previous),
    first: stored?.first,
    last: stored?.last,
    lastAt: stored?.lastAt ?? Number.NEGATIVE_INFINITY,
    parts: (stored?.parts ?? []).map((part) => new HeldPart(part)),
    nextPart: stored?.nextPart ?? 0,
  };
}
