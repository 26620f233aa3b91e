import type { Authorize, Command, Fact, IdKind, Refusal } from '@exchequer/account';
import { problem, type Problem, type ProblemReply } from '@exchequer/contracts';
import type { Instant } from '@exchequer/kernel';
import type { Replica } from '@exchequer/replica';
import type { RefusalRow } from '../refusals/refusal-row.js';
import type { OlderIds } from './old-ids.js';
import type { ChargeLookup, FoundCharge } from './find-charge.js';
import type { StoredCommand } from './recall.js';
import type { Accepted, Asking, Refused } from './decided.js';

/** The reply to one item, as it will be written to JSON. */
export type Reply = object;

/** Turns what was decided into a reply. Shared by all items of a method; no closure per item. */
export interface Replier<Asked> {
  /**
   * The command and what its reply needs, where they depend on the account as it stands; a problem where they show that
   * there is none; undefined to leave them.
   *
   * @param at when it is decided.
   */
  atDecision?(
    asked: Asked,
    account: Pick<Replica, 'state' | 'learned'>,
    at: Instant,
  ): { readonly command: Command; readonly asked: Asked } | { readonly problem: Problem } | undefined;
  /** A refused command once more, with what may do instead of it; undefined where there is nothing. Only refusals pay for it. */
  onRefusal?(command: Command, refusal: Refusal, asked: Asked, account: Asking): Authorize | undefined;
  /**
   * Whether facts can be answered as a command of this kind; absent: all can. Events of several kinds share their ids, and what
   * they said is told by their sender: it may claim the content of an event of another kind.
   */
  answers?(facts: readonly Fact[]): boolean;
  /** The reply to a command that brought about facts, now or (repeated) when it was first decided. */
  accepted(decided: Accepted, asked: Asked): Reply;
  /** The reply to a command that was refused. A refused spending request also leaves a row for `decisions`. */
  refused(decided: Refused, asked: Asked, rows: RefusalRow[]): Reply;
}

/** A charge that a command is about, and how the command is made of it. */
export interface ChargeNeeded {
  readonly lookup: ChargeLookup;
  /** @param charge undefined when there is none. */
  complete(charge: FoundCharge | undefined): Command | Problem;
}

/** A command on its way through a host. */
export interface CommandWork<Asked = unknown> {
  readonly is: 'command';
  readonly id: string;
  readonly kind: IdKind;
  readonly contentHash: string;
  readonly method?: string;
  /** The request as it was written, where the content hash is of what it says. */
  readonly written?: unknown;
  readonly actor: string;
  readonly traceparent: string | undefined;
  command: Command;
  readonly asked: Asked;
  readonly replier: Replier<Asked>;
  readonly submission: Submission;
  readonly slot: number;
  /** What the parts of the id memory that lie on disk say of its id, once they were looked into. */
  older?: OlderIds;
  /** What its id led to in the ledger, once that has been read. */
  recalled?: readonly StoredCommand[];
  /** The charge that the command is about, until it has been looked up. */
  charge?: ChargeNeeded | undefined;
}

/** A question to the live state, answered in its turn among the commands. */
export interface QueryWork {
  readonly is: 'query';
  readonly answer: (glimpse: Asking) => Reply;
  readonly submission: Submission;
  readonly slot: number;
}

export type Work = CommandWork | QueryWork;

/** Makes a command whole with the charge that it is about. False when it cannot be: it is answered then. */
export function completeWith(work: CommandWork, found: FoundCharge | undefined): boolean {
  const command = work.charge?.complete(found) ?? work.command;
  work.charge = undefined;
  if ('type' in command) work.command = command;
  else work.submission.settle(work.slot, refusal(command));
  return 'type' in command;
}

/** The id of a command was used for other content. A usage event is named as its sender names it. */
export function usedBefore({ id, command }: CommandWork): Problem {
  const { usage } = command.type === 'record' ? command : {};
  const message =
    usage === undefined
      ? `The id ${id} was used before for another request; choose a new id.`
      : `The usage event ${usage.id} of ${usage.source} was reported before with other content; report what it really was as a correction, or choose a new id.`;
  return problem('IdempotencyConflict', message);
}

export const refusal = (problem: Problem): ProblemReply => ({ error: problem });

/** The items of one message. The message is answered when the last of them is. */
export class Submission {
  readonly replies: (Reply | undefined)[];
  private open: number;
  private ended = false;

  constructor(
    readonly size: number,
    /** When the caller stops waiting, in epoch milliseconds. */
    readonly deadlineMs: number,
    private readonly answer: (replies: readonly (Reply | undefined)[]) => void,
    private readonly giveUp: (problem: Problem) => void,
  ) {
    this.open = size;
    this.replies = new Array<Reply | undefined>(size);
  }

  /** True when it was answered, or given up: work for it that has not begun need not begin. */
  get isEnded(): boolean {
    return this.ended;
  }

  settle(slot: number, reply: Reply): void {
    if (this.ended || this.replies[slot] !== undefined) return;
    this.replies[slot] = reply;
    this.open -= 1;
    if (this.open > 0) return;
    this.ended = true;
    this.answer(this.replies);
  }

  /** Answers the whole message with one problem: nothing is known of what has not been decided durably. */
  fail(problem: Problem): void {
    if (this.ended) return;
    this.ended = true;
    this.giveUp(problem);
  }
}
