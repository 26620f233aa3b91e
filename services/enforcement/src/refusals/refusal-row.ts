import type { AuthorizationReply, RefusalContext } from '@exchequer/contracts';

/** A refusal as it goes to `decisions.v1.<account>`: the answer, and what is needed to decide it again. */
export interface RefusalRow extends Omit<Partial<AuthorizationReply>, 'model'> {
  readonly decisionId: string;
  readonly decidedAt: string;
  readonly position: string;
  readonly payer?: string | undefined;
  readonly model?: string | undefined;
  /** Absent in a row that stands for many. */
  readonly request?: object;
  /** What it cost at the prices of its instant: meter, currency, nano-units. */
  readonly lines?: readonly (readonly [meter: string | null, currency: string, nanoUnits: string])[];
  /** What was known beside the request. Absent in a row that stands for many. */
  readonly context?: RefusalContext;
  /** How many refusals the row stands for, when it is not one of them. */
  readonly standsFor?: number;
}
