import type { LimitName, NodeId } from '@exchequer/kernel';
import type { Line } from '../bag.js';

/** Models that do the same kind of work, in the order in which the policy prefers them: cheapest first. */
export interface ModelKind {
  readonly kind: string;
  readonly models: readonly string[];
}

/** A kind of models begins, or has other models than before. A model is of one kind at most. */
export interface ModelKindSet extends ModelKind {
  readonly type: 'ModelKindSet';
}

export interface ModelKindRemoved {
  readonly type: 'ModelKindRemoved';
  readonly kind: string;
}

/** A rule that asks for a cheaper model instead of refusing: a limit, or a rate. */
export interface AsksForCheaper {
  readonly node: NodeId;
  readonly limit?: LimitName;
  readonly rate?: string;
}

/** The model that was asked for, where a cheaper one is to be used, and the rule that wants it so. */
export interface InsteadOf extends AsksForCheaper {
  readonly model: string;
  /** What it would have cost. */
  readonly lines: readonly Line[];
}
