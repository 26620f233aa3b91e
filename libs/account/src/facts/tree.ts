import type { AccountId, CurrencyId, NodeId } from '@exchequer/kernel';
import type { Pooling } from './funds.js';

export interface AccountOpened {
  readonly type: 'AccountOpened';
  readonly account: AccountId;
  readonly root: NodeId;
  readonly rootKind: string;
  readonly defaultProject: NodeId;
}

export interface CurrencyDeclared {
  readonly type: 'CurrencyDeclared';
  readonly currency: CurrencyId;
  /** Digits after the point that people are shown. */
  readonly display: number;
}

export interface NodeAdded {
  readonly type: 'NodeAdded';
  readonly node: NodeId;
  readonly kind: string;
  readonly parent: NodeId;
  readonly pooling: Pooling;
}

export interface NodeMoved {
  readonly type: 'NodeMoved';
  readonly node: NodeId;
  readonly parent: NodeId;
}

export interface NodeKindChanged {
  readonly type: 'NodeKindChanged';
  readonly node: NodeId;
  readonly kind: string;
}

export interface NodeArchived {
  readonly type: 'NodeArchived';
  readonly node: NodeId;
}

export interface NodeRestored {
  readonly type: 'NodeRestored';
  readonly node: NodeId;
}
