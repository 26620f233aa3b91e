import {
  decide,
  isRefusal,
  judgeRepeat,
  nextDue,
  nothingChanged,
  readFact,
  storeFact,
  type Fact,
  type Moment,
} from '@exchequer/account';
import type { CommandRecord } from '@exchequer/ledger';
import { idKindOf, type FactAddress, type Replica } from '@exchequer/replica';
import { contentHash } from '../edge/content-hash.js';
import { decideRated } from '../rates/decide-rated.js';
import type { RateCounts } from '../rates/rate-counts.js';
import { HOST_BOUNDS } from './bounds.js';
import type { Accepted, Asking, Refused } from './decided.js';
import { recordKey, type OpenGroup } from './open-group.js';
import type { StoredCommand } from './recall.js';
import { refusal, usedBefore, type CommandWork, type QueryWork } from './work.js';

/** Decides works into a group, one after the other, against the state that the ones before have left. */
export class Decider {
  private readonly moment: Moment;

  constructor(
    private readonly account: string,
    private readonly replica: Replica,
    private readonly group: OpenGroup,
    private readonly rates: RateCounts,
    calendar: Moment['calendar'],
  ) {
    this.moment = { at: group.at, calendar };
  }

  /** Books what is due by the group's instant. False when the group was full before all of it was booked. */
  bookDue(): boolean {
    const { state } = this.replica;
    for (;;) {
      const due = nextDue(state, this.moment);
      if (due === undefined) return true;
      if (this.group.drafts.bytes > HOST_BOUNDS.groupBytesMax) return false;
      this.record(
        { id: due.id, origin: 'due', contentHash: '', actor: 'exchequer', facts: due.facts.map(storeFact) },
        due.facts,
      );
    }
  }

  command(work: CommandWork): void {
    const { rates, moment } = this;
    const { state } = this.replica;
    const made = work.replier.atDecision?.(work.asked, this.replica, moment.at) ?? work;
    if ('problem' in made) {
      this.answer(work, refusal(made.problem));
      return;
    }
    const { command, asked } = made;
    const isRated = command.type === 'authorize' && state.rated.size > 0;
    let rated = isRated ? decideRated(state, command, rates, moment) : undefined;
    let decision = rated === undefined ? decide(state, command, moment) : rated.decision;
    if (isRefusal(decision)) {
      const offered = work.replier.onRefusal?.(rated?.command ?? command, decision, asked, this.asking());
      if (offered !== undefined) {
        rated = decideRated(state, offered, rates, moment);
        ({ decision } = rated);
      }
    }
    if (isRefusal(decision)) {
      const refused: Refused = {
        ...this.asking(),
        is: 'refused',
        command: rated?.command ?? command,
        refusal: decision,
      };
      this.answer(work, work.replier.refused(refused, asked, this.group.refusals));
      return;
    }
    const facts = decision.length === 0 ? nothingChanged(state, command) : decision;
    const first = facts.length === 0 ? this.last() : this.record(recordOf(work, facts), facts);
    this.answer(work, work.replier.accepted(this.accepted(facts, first, moment.at, false), asked));
  }

  query(work: QueryWork): void {
    this.answer(work, work.answer(this.asking()));
  }

  private asking(): Asking {
    const { account, moment, rates } = this;
    const { state, learned } = this.replica;
    return { account, state, learned, moment, last: this.last(), rates };
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
      const facts = record.facts.map(readFact);
      if ((judgement === 'conflict' && !isAsWritten(work, record)) || work.replier.answers?.(facts) === false) {
        this.answer(work, refusal(usedBefore(work)));
        return true;
      }
      const decided = this.accepted(facts, address, at, true);
      this.answer(work, work.replier.accepted(decided, work.asked));
      return true;
    }
    return false;
  }

  /** Lays a command's record into the group, and its facts onto the state. */
  private record(record: CommandRecord, facts: readonly Fact[]): FactAddress {
    const { replica, group, moment } = this;
    const address = group.drafts.add(record);
    for (const [offset, fact] of facts.entries()) {
      replica.take(fact, moment.at, address.revision, address.index + offset);
      if (fact.type === 'HoldPlaced') this.rates.count(replica.state, fact, moment.at);
      else if ((fact.type === 'HoldCaptured' || fact.type === 'CreditsDrawn') && fact.provisional !== undefined)
        group.provisional.push(fact);
    }
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

  private accepted(facts: readonly Fact[], first: FactAddress, decidedAt: number, repeated: boolean): Accepted {
    const { account, moment } = this;
    const { state } = this.replica;
    return { account, state, moment, last: this.last(), is: 'accepted', facts, first, decidedAt, repeated };
  }
}

function recordOf({ id, kind, contentHash, actor, traceparent }: CommandWork, decided: readonly Fact[]): CommandRecord {
  const facts = decided.map(storeFact);
  if (kind === 'usage') return { id, origin: 'usage', contentHash, actor, ...traceOf(traceparent), facts };
  if (traceparent === undefined) return { id, contentHash, actor, facts };
  return { id, contentHash, actor, traceparent, facts };
}

/** Releases that took amounts as they were written remembered a request by that. Looked at only where it would be a conflict. */
const isAsWritten = ({ method, written, actor }: CommandWork, record: CommandRecord): boolean =>
  method !== undefined &&
  typeof written === 'object' &&
  written !== null &&
  contentHash(method, actor, written) === record.contentHash;

const traceOf = (traceparent: string | undefined) => (traceparent === undefined ? undefined : { traceparent });
