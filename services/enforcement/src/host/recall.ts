import type { Address } from '@exchequer/account';
import { entryAddress, readCommands, type CommandRecord, type Ledger } from '@exchequer/ledger';
import { FACT_SHAPES } from '@exchequer/replica';

const ENTRIES_KEPT_MAX = 64;

/** A command as it was stored, and where and when. */
export interface StoredCommand {
  readonly record: CommandRecord;
  readonly address: Address;
  readonly at: number;
}

/** Reads stored commands again, for repeats. Repeats come in the order of their first time, so a few entries are kept. */
export class Recall {
  private readonly entries = new Map<number, Promise<readonly StoredCommand[]>>();

  constructor(
    private readonly ledger: Ledger,
    private readonly stream: string,
  ) {}

  /**
   * The command at an address.
   *
   * @throws Error when there is none: the memory of ids and the ledger contradict one another.
   */
  async command(address: Address): Promise<StoredCommand> {
    const commands = await this.entry(address.revision);
    const found = commands.find((command) => command.address.index === address.index);
    if (found === undefined)
      throw new Error(
        `broken invariant: no command begins at ${entryAddress(this.stream, address.revision)}.${String(address.index)}`,
      );
    return found;
  }

  /** The commands that begin in an entry; none when there is no such entry. */
  async commandsOf(revision: number): Promise<readonly StoredCommand[]> {
    const commands = await this.entry(revision);
    if (commands.length === 0) this.entries.delete(revision);
    return commands;
  }

  private entry(revision: number): Promise<readonly StoredCommand[]> {
    const known = this.entries.get(revision);
    if (known !== undefined) return known;
    const reading = this.read(revision);
    reading.catch(() => this.entries.delete(revision));
    this.entries.set(revision, reading);
    const [oldest] = this.entries.keys();
    if (this.entries.size > ENTRIES_KEPT_MAX && oldest !== undefined) this.entries.delete(oldest);
    return reading;
  }

  /** The commands that begin in an entry; the last of them may end in a later one. */
  private async read(revision: number): Promise<readonly StoredCommand[]> {
    const found: StoredCommand[] = [];
    for await (const batch of readCommands(this.ledger, this.stream, revision, { shapes: FACT_SHAPES })) {
      for (const { record, spans } of batch.commands) {
        const [begun] = spans;
        if (begun?.revision !== revision) continue;
        found.push({ record, address: { revision, index: begun.firstIndex }, at: batch.at });
      }
      if (!batch.continues) break;
    }
    return found;
  }
}
