import type { Bag } from '../bag.js';
import type { NameRule, Particulars } from '../facts.js';
import type { Refusal } from '../refusal.js';
import type { NodeState } from '../state/node-state.js';
import type { EntitledPath } from '../tree/permission.js';

/** A rule that denies what a request wants to use. */
export interface Denial {
  readonly by: NodeState;
  readonly from: NodeState;
  readonly rule: NameRule;
  readonly kind: 'model' | 'feature';
  readonly name: string;
}

/**
 * What the nearest node that speaks of it says to a request's model and feature, on one path. A request that names none
 * is about none.
 *
 * @param counts which of the nodes are asked.
 */
export function denialOn(
  { from, stating }: EntitledPath,
  particulars: Particulars | undefined,
  counts: (node: NodeState) => boolean,
): Denial | undefined {
  const model = particulars?.model;
  const feature = particulars?.tags?.['feature'];
  return (
    (model === undefined ? undefined : denialOf('model', model, from, stating.filter(counts))) ??
    (feature === undefined ? undefined : denialOf('feature', feature, from, stating.filter(counts)))
  );
}

function denialOf(
  kind: Denial['kind'],
  name: string,
  from: NodeState,
  nearestFirst: readonly NodeState[],
): Denial | undefined {
  for (const by of nearestFirst) {
    const rule = kind === 'model' ? by.entitlements?.models : by.entitlements?.features;
    if (rule === undefined) continue;
    const said = rule.says(name);
    if (said === 'nothing') continue;
    return said === 'denied' ? { by, from, rule: rule.stated, kind, name } : undefined;
  }
  return undefined;
}

export function notEntitled({ by, from, rule, kind, name }: Denial, asked: Bag): Refusal {
  const { allow = [] } = rule;
  const why = rule.deny?.includes(name) === true || allow.length === 0 ? 'denies it' : `allows ${allow.join(', ')}`;
  return {
    code: 'NotEntitled',
    message: `${from.id} may not use the ${kind} ${name}: ${by.id} ${why}; ask for another ${kind}, or change the entitlements there.`,
    asked,
    rule: { kind: 'entitlement', node: by.id, ...(kind === 'model' ? { model: name } : { feature: name }) },
  };
}
