import { DAY_MS, type Instant } from '@exchequer/kernel';
import { AddressTable, hashOf, type Address } from './address-table.js';

/** How long the id of a command is known. */
export const COMMAND_KNOWN_MS = DAY_MS;
/**
 * How long the id of a usage event is known, from its acceptance: 35 days from the later of that and the event's own
 * instant, which is at most a day ahead of it.
 */
export const USAGE_KNOWN_MS = 36 * DAY_MS;

/** What a command's id belongs to: a request, or a usage event with its own source and id. */
export type IdKind = 'command' | 'usage';

/** The tables of one kind: the one that is written, and the one before it. */
interface Generations {
  readonly knownMs: number;
  begunAt: Instant;
  current: AddressTable;
  previous: AddressTable;
}

/** What {@link CommandMemory.export} gives and the constructor takes back. */
export interface StoredMemory {
  readonly kind: IdKind;
  readonly begunAt: Instant;
  readonly current: Uint32Array;
  readonly previous: Uint32Array;
}

/**
 * Which ids have been accepted, and where their records lie. An id is known at least for its time; for how long exactly
 * is judged by the record's own instant. What is older than twice the time is dropped in one piece.
 */
export class CommandMemory {
  private readonly kinds: Readonly<Record<IdKind, Generations>>;

  constructor(stored: readonly StoredMemory[] = []) {
    this.kinds = {
      command: generations(
        COMMAND_KNOWN_MS,
        stored.find((one) => one.kind === 'command'),
      ),
      usage: generations(
        USAGE_KNOWN_MS,
        stored.find((one) => one.kind === 'usage'),
      ),
    };
  }

  get size(): number {
    return Object.values(this.kinds).reduce((sum, { current, previous }) => sum + current.size + previous.size, 0);
  }

  get bytes(): number {
    return Object.values(this.kinds).reduce((sum, { current, previous }) => sum + current.bytes + previous.bytes, 0);
  }

  remember(kind: IdKind, id: string, { revision, index }: Address, at: Instant): void {
    const tables = this.kinds[kind];
    if (at >= tables.begunAt + tables.knownMs) {
      tables.previous = at >= tables.begunAt + 2 * tables.knownMs ? new AddressTable() : tables.current;
      tables.current = new AddressTable();
      tables.begunAt = at;
    }
    tables.current.add(hashOf(id), revision, index);
  }

  /** Where the record of this id may lie; none when the id is new. */
  candidates(kind: IdKind, id: string): readonly Address[] {
    const tables = this.kinds[kind];
    const found: Address[] = [];
    const hash = hashOf(id);
    tables.current.collect(hash, found);
    tables.previous.collect(hash, found);
    return found;
  }

  export(): readonly StoredMemory[] {
    return (['command', 'usage'] as const).map((kind) => {
      const { begunAt, current, previous } = this.kinds[kind];
      return { kind, begunAt, current: current.raw(), previous: previous.raw() };
    });
  }
}

function generations(knownMs: number, stored: StoredMemory | undefined): Generations {
  return {
    knownMs,
    begunAt: stored?.begunAt ?? Number.NEGATIVE_INFINITY,
    current: new AddressTable(stored?.current),
    previous: new AddressTable(stored?.previous),
  };
}
