import type { Clock } from '@exchequer/kernel';
import type { TableNames } from '../schema/table-names.js';

/** `rebuilding`: reports still read an earlier version, which stands still. */
export type ProjectionState = 'starting' | 'catching-up' | 'following' | 'rebuilding' | 'stopped';

/** How far ClickHouse has come, for whoever waits for it or asks. */
export class Progress {
  #state: ProjectionState = 'starting';
  #position: bigint | undefined;
  #building: bigint | undefined;
  #names: TableNames | undefined;
  #rebuilding = false;
  #oldestBookedAt: number | undefined;
  #readBookedAt: number | undefined;
  #caughtUp = false;
  #trouble: string | undefined;
  #rows = 0;
  readonly #waiting = new Set<() => void>();

  #open: () => void = () => undefined;

  /** Resolves when the tables have been made for the first time. */
  readonly opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  constructor(private readonly clock: Clock) {}

  get state(): ProjectionState {
    return this.#state;
  }

  /** Every table that reports read has everything up to here. */
  get position(): bigint | undefined {
    return this.#position;
  }

  /** How far the version has come that is being built beside the one that reports read. */
  get building(): bigint | undefined {
    return this.#building;
  }

  /** The tables that reports read, or undefined before they are known. */
  get names(): TableNames | undefined {
    return this.#names;
  }

  /** What went wrong last, in a sentence, until something goes right. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Rows written since the start of the process. */
  get rows(): number {
    return this.#rows;
  }

  /** How long ago the oldest fact was booked that is not in ClickHouse yet; undefined before anything was read. */
  get behindMs(): number | undefined {
    if (this.#caughtUp && this.#oldestBookedAt === undefined) return 0;
    const oldest = this.#oldestBookedAt ?? this.#readBookedAt;
    return oldest === undefined ? undefined : Math.max(0, this.clock.now() - oldest);
  }

  /** Resolves to true when ClickHouse has everything up to a position, to false when it has not in time. */
  async reachedWithin(position: bigint, withinMs: number): Promise<boolean> {
    const isThere = (): boolean => this.#position !== undefined && this.#position >= position;
    if (isThere()) return true;
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(isThere());
      };
      const look = (): void => {
        if (isThere()) end();
      };
      const timer = setTimeout(end, withinMs);
      this.#waiting.add(look);
    });
  }

  starting(): void {
    this.#state = 'starting';
    this.#caughtUp = false;
    this.#oldestBookedAt = undefined;
  }

  /** Reports read these tables from now on, which are kept up to date. */
  serves(names: TableNames): void {
    this.#serve(names, false, undefined);
  }

  /** Reports read these tables, which stand still while others are being built beside them. */
  servesFrozen(names: TableNames, position: bigint | undefined): void {
    this.#serve(names, true, position);
  }

  #serve(names: TableNames, rebuilding: boolean, position: bigint | undefined): void {
    this.#names = names;
    this.#rebuilding = rebuilding;
    this.#position = position;
    this.#building = undefined;
    this.#open();
  }

  read(bookedAt: number): void {
    this.#readBookedAt = bookedAt;
  }

  waiting(oldestBookedAt: number | undefined, caughtUp: boolean): void {
    this.#oldestBookedAt = oldestBookedAt;
    this.#caughtUp = caughtUp;
    this.#state = this.#rebuilding ? 'rebuilding' : caughtUp ? 'following' : 'catching-up';
  }

  wrote(rows: number): void {
    this.#rows += rows;
    this.#trouble = undefined;
  }

  reached(position: bigint): void {
    if (this.#position !== undefined && position <= this.#position) return;
    this.#position = position;
    for (const look of this.#waiting) look();
  }

  built(position: bigint): void {
    this.#building = position;
  }

  troubled(fault: Error): void {
    this.#trouble = fault.message;
  }

  stopped(fault?: unknown): void {
    this.#state = 'stopped';
    if (fault !== undefined) this.#trouble = fault instanceof Error ? fault.message : 'the projection failed';
  }
}
