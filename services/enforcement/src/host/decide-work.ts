import {
  decide,
  evolve,
  isRefusal,
  judgeRepeat,
  nextDue,
  readFact,
  storeFact,
  type Fact,
  type Moment,
} from '@exchequer/account';
import { problem } from '@exchequer/contracts';
import type { CommandRecord } from '@exchequer/ledger';
import { idKindOf, type FactAddress, type Replica } from '@exchequer/replica';
import { HOST_BOUNDS } from './bounds.js';
import { recordKey, type OpenGroup } from './open-group.js';
import type { StoredCommand } from './recall.js';
import { refusal, type CommandWork, type QueryWork } from './work.js';

/** Decides works into a group, one after the other, against the state that the ones before have left. */
export class Decider {
  private readonly moment: Moment;

  constructor(
    private readonly account: string,
    private readonly replica: Replica,
    private readonly group: OpenGroup,
    calendar: Moment['calendar'],
  ) {
    this.moment = { at: group.at, calendar };
  }

  /** Books what is due by the group's instant. False when the group was full before all of it was booked. */
  bookDue(): boolean {
    const { state } = this.replica;
    for (;;) {
      const due = nextDue(state, this.moment.at);
      if (due === undefined) return true;
      if (this.group.drafts.bytes > HOST_BOUNDS.groupBytesMax) return false;
      this.record(
        { id: due.id, origin: 'due', contentHash: '', actor: 'exchequer', facts: due.facts.map(storeFact) },
        due.facts,
      );
    }
  }

  command(work: CommandWork): void {
    const { state } = this.replica;
    const decision = decide(state, work.command, this.moment);
    if (isRefusal(decision)) {
      const refused = { ...this.glimpse(), is: 'refused', refusal: decision } as const;
      this.answer(work, work.replier.refused(refused, work.asked, this.group.refusals));
      return;
    }
    const first = decision.length === 0 ? this.last() : this.record(recordOf(work, decision), decision);
    const decidedAt = this.moment.at;
    this.answer(
      work,
      work.replier.accepted(
        { ...this.glimpse(), is: 'accepted', facts: decision, first, decidedAt, repeated: false },
        work.asked,
      ),
    );
  }

  query(work: QueryWork): void {
    this.answer(work, work.answer(this.glimpse()));
  }

  /** Answers a command whose id is known. False when none of the records is of the same id: the command is new. */
  repeat(work: CommandWork, stored: readonly StoredCommand[]): boolean {
    for (const { record, address, at } of stored) {
      if (idKindOf(record) !== work.kind) continue;
      const judgement = judgeRepeat(
        work.kind,
        work,
        { id: record.id, contentHash: record.contentHash, at },
        this.moment.at,
      );
      if (judgement === 'new') continue;
      if (judgement === 'conflict') {
        this.answer(
          work,
          refusal(
            problem('IdempotencyConflict', `The id ${work.id} was used before for another request; choose a new id.`),
          ),
        );
        return true;
      }
      const facts = record.facts.map(readFact);
      const decided = {
        ...this.glimpse(),
        is: 'accepted',
        facts,
        first: address,
        decidedAt: at,
        repeated: true,
      } as const;
      this.answer(work, work.replier.accepted(decided, work.asked));
      return true;
    }
    return false;
  }

  /** Lays a command's record into the group, and its facts onto the state. */
  private record(record: CommandRecord, facts: readonly Fact[]): FactAddress {
    const { replica, group, moment } = this;
    const address = group.drafts.add(record);
    for (const fact of facts) evolve(replica.state, fact, moment.at);
    const kind = idKindOf(record);
    if (kind !== undefined) {
      replica.memory.remember(kind, record.id, address, moment.at);
      group.records.set(recordKey(address.revision, address.index), { record, address, at: moment.at });
    }
    return address;
  }

  private answer(work: CommandWork | QueryWork, reply: object): void {
    this.group.waiting.push({ work, reply });
  }

  private last(): FactAddress {
    return this.group.drafts.last ?? this.replica.last;
  }

  private glimpse() {
    return { account: this.account, state: this.replica.state, moment: this.moment, last: this.last() };
  }
}

const recordOf = (work: CommandWork, facts: readonly Fact[]): CommandRecord => ({
  id: work.id,
  ...(work.kind === 'usage' && { origin: 'usage' }),
  contentHash: work.contentHash,
  actor: work.actor,
  ...(work.traceparent !== undefined && { traceparent: work.traceparent }),
  facts: facts.map(storeFact),
});
