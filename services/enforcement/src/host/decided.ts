import type { AccountState, Command, Fact, Moment, Refusal } from '@exchequer/account';
import type { RateCounts } from '../rates/rate-counts.js';
import type { LearnedOutput } from '@exchequer/rating';
import type { FactAddress } from '@exchequer/replica';

/** What a reply may look at: the state right after the decision, and where and when it was made. */
export interface Glimpse {
  readonly account: string;
  readonly state: AccountState;
  readonly moment: Moment;
  /** The newest fact that the state includes. */
  readonly last: FactAddress;
  /** What the rates have let through; absent where a reply looks at the past. */
  readonly rates?: RateCounts;
}

/** What an answer to a question may look at. */
export interface Asking extends Glimpse {
  readonly learned: LearnedOutput;
}

/** A command that brought about facts, or found everything as it wanted it. */
export interface Accepted extends Glimpse {
  readonly is: 'accepted';
  readonly facts: readonly Fact[];
  /** Where the first of the facts lies. */
  readonly first: FactAddress;
  /** When it was decided: for a repeat, the first time. */
  readonly decidedAt: number;
  readonly repeated: boolean;
}

/** A command that was refused and brought about nothing. */
export interface Refused extends Glimpse {
  readonly is: 'refused';
  /** As it was decided, with all that its host added. */
  readonly command: Command;
  readonly refusal: Refusal;
}
