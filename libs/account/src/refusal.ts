import type { Instant, LimitName, NodeId } from '@exchequer/kernel';
import type { Bag } from './bag.js';
import type { AsksForCheaper, Binding } from './facts.js';

/** The domain's part of the closed list of codes. */
export type RefusalCode =
  | 'Malformed'
  | 'UnknownAccount'
  | 'UnknownNode'
  | 'NodeArchived'
  | 'Paused'
  | 'NotEntitled'
  | 'RateLimited'
  | 'LimitReached'
  | 'InsufficientCredits'
  | 'UnknownHold'
  | 'HoldAlreadyEnded';

/** A rule of a node that lets nothing of a request pass, whatever its amount. */
export interface RuleBinding {
  readonly kind: 'pause' | 'entitlement' | 'rate';
  readonly node: NodeId;
  /** What may not be used. */
  readonly model?: string;
  readonly feature?: string;
  /** The limit that paused the node. */
  readonly limit?: LimitName;
  readonly rate?: string;
}

/** Another model of the same kind that would pass as it stands, and what it would cost. */
export interface OtherModel {
  readonly model: string;
  readonly amounts: Bag;
}

/** An expected "no": a code, a sentence, and for spending what stands in the way. Changes nothing. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** What was asked, in spending requests. */
  readonly asked?: Bag;
  readonly binding?: Binding;
  /** In place of `binding`, where it is not the amount that stands in the way. */
  readonly rule?: RuleBinding;
  /** Less of the same that would pass now; absent when nothing would. */
  readonly wouldPass?: Bag;
  /** Other models that would pass now, in the order of the policy. Known only where they were offered with the command. */
  readonly otherModels?: readonly OtherModel[];
  /** The rule that asks for a cheaper model, where one does. */
  readonly cheaper?: AsksForCheaper;
  /** When trying again may help. */
  readonly resetsAt?: Instant;
  /** The place in the command that is wrong, for policy files: `nodes.3.limits.0`. */
  readonly path?: string;
}

export const refuse = (code: RefusalCode, message: string, path?: string): Refusal =>
  path === undefined ? { code, message } : { code, message, path };

export const isRefusal = (value: object): value is Refusal => 'code' in value;
