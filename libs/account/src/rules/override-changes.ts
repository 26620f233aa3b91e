import type { Instant, LimitName, NodeId } from '@exchequer/kernel';
import type { NodePolicy, OverridePolicy } from '../commands.js';
import { withPauses } from '../decide/pause-by-limit.js';
import type { Fact, LimitOverridden, OverrideEnded } from '../facts.js';
import { isRefusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import type { OverrideState } from '../state/node-rules.js';
import { inForceChanges, rulingOf } from './in-force.js';

/** Overrides as a command wants them, by the limit that they are for. */
export type PlannedOverrides = ReadonlyMap<LimitName, OverridePolicy>;

/** What a policy overrides at an instant. One that is past is over: applying an old policy again changes nothing. */
export const plannedOverrides = ({ overrides = [] }: NodePolicy, at: Instant): PlannedOverrides =>
  new Map(overrides.filter(({ until }) => until > at).map((override) => [override.limit, override]));

/** Overrides that are new, other than before, or withdrawn before their end. */
export function overrideChanges(
  node: NodeId,
  before: ReadonlyMap<LimitName, OverrideState> | undefined,
  wanted: PlannedOverrides,
  at: Instant,
): readonly Fact[] {
  const facts: (OverrideEnded | LimitOverridden)[] = [];
  for (const limit of before?.keys() ?? [])
    if (!wanted.has(limit)) facts.push({ type: 'OverrideEnded', node, limit, at });
  for (const { limit, currency, amount, until } of wanted.values()) {
    const present = before?.get(limit);
    if (present?.amount === amount && present.currency === currency && present.dueAt === until) continue;
    facts.push({ type: 'LimitOverridden', node, limit, currency, amount, until });
  }
  return facts;
}

/** An override comes to its end: the limit is again what the node's rules say. */
export function endOverride(state: AccountState, { node, limit, dueAt }: OverrideState): readonly Fact[] {
  const ended: OverrideEnded = { type: 'OverrideEnded', node: node.id, limit, at: dueAt };
  // The limits of an archived node wait: it comes back with limits stated anew.
  if (node.archived) return [ended];
  const ruling = rulingOf(state, node);
  const overrides = new Map(ruling.overrides);
  overrides.delete(limit);
  const changes = inForceChanges(node, { ...ruling, overrides }, state.ruleSets, dueAt);
  if (isRefusal(changes)) throw new Error(`broken invariant: ${changes.message}`);
  return [ended, ...withPauses(state, changes)];
}
