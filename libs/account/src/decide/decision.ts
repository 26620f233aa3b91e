import type { Calendar, Instant } from '@exchequer/kernel';
import type { Fact } from '../facts.js';
import type { Refusal } from '../refusal.js';

/** What a command brings about: facts (none, when everything is so already), or a refusal. */
export type Decision = readonly Fact[] | Refusal;

/** What a decision may know beside the state and the command. */
export interface Moment {
  /** The instant of the decision, never before the state's newest. */
  readonly at: Instant;
  readonly calendar: Calendar;
}
