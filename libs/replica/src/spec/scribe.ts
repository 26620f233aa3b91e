import {
  decide,
  evolve,
  isRefusal,
  nextDue,
  storeFact,
  type Command,
  type Fact,
  type Refusal,
} from '@exchequer/account';
import { createCalendar } from '@exchequer/calendar';
import { sealEntries, type CommandRecord, type Ledger } from '@exchequer/ledger';
import { Replica } from '../replica.js';
import { streamOf } from '../stream-of.js';

/** Does with an account what its host does, one command an entry: decides, appends, and keeps a live state. */
export class Scribe {
  readonly live: Replica;
  private readonly calendar = createCalendar();
  private count = 0;

  constructor(
    readonly ledger: Ledger,
    account: string,
  ) {
    this.live = new Replica(streamOf(account));
  }

  /** Books what is due and then the command, under `id` or the next number. Gives its facts, or why it was refused. */
  async do(at: number, command: Command, id = `c-${String((this.count += 1))}`): Promise<readonly Fact[] | Refusal> {
    const { state } = this.live;
    const moment = { at, calendar: this.calendar };
    for (let due = nextDue(state, moment); due !== undefined; due = nextDue(state, moment))
      await this.write(at, { id: due.id, origin: 'due', contentHash: '', actor: 'exchequer', facts: [] }, due.facts);
    const decision = decide(state, command, moment);
    if (!isRefusal(decision)) await this.write(at, { id, contentHash: `of-${id}`, actor: 'ada', facts: [] }, decision);
    return decision;
  }

  /** As {@link do}, for commands that must pass. */
  async must(at: number, command: Command, id?: string): Promise<readonly Fact[]> {
    const decision = await this.do(at, command, id);
    if (isRefusal(decision)) throw new Error(`refused: ${decision.message}`);
    return decision;
  }

  private async write(at: number, record: CommandRecord, facts: readonly Fact[]): Promise<void> {
    const { live } = this;
    const entries = sealEntries(live.stream, live.hash, at, [{ ...record, facts: facts.map(storeFact) }]);
    const { revision } = await this.ledger.append(live.stream, live.revision, entries);
    const address = { revision: live.revision + 1, index: 0 };
    for (const fact of facts) evolve(live.state, fact, at);
    if (record.origin === undefined) live.memory.remember('command', record.id, address, at);
    live.revision = revision;
    live.hash = entries.at(-1)?.hash ?? live.hash;
    live.newestAt = at;
    live.last = { revision, index: facts.length - 1 };
  }
}
