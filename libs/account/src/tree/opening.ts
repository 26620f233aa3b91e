import { nodeId, type NodeId } from '@exchequer/kernel';
import type { Configure } from '../commands.js';
import type { AccountOpened } from '../facts.js';
import { refuse, type Refusal } from '../refusal.js';

/** Where usage lands that names no payer. Made with the account and never archived. */
export const DEFAULT_PROJECT = nodeId('project/default');

/** The root of an account whose first policy names none. */
const IMPLICIT_ROOT = nodeId('org');

/** The fact that opens an account: its root, and the default project under it. Refused where several nodes could be the root. */
export function openingFor(command: Configure): AccountOpened | Refusal {
  const root = rootOf(command);
  if (typeof root !== 'string') return root;
  const kind = command.nodes.find((policy) => policy.node === root)?.kind;
  return {
    type: 'AccountOpened',
    account: command.account,
    root,
    rootKind: kind ?? 'organization',
    defaultProject: DEFAULT_PROJECT,
  };
}

/**
 * The organization without a parent; else `org`; else the only node without a parent, if others stand under it. An account
 * keeps its root for good, so that it is never guessed from several.
 */
function rootOf({ nodes }: Configure): NodeId | Refusal {
  const tops = nodes.filter(({ node, parent }) => parent === undefined && node !== DEFAULT_PROJECT);
  const organizations = tops.filter(({ kind }) => kind === 'organization');
  const [organization, ...others] = organizations;
  if (organization !== undefined) return others.length === 0 ? organization.node : ambiguous(nodes, organizations);
  const parents = new Set(nodes.map(({ parent }) => parent));
  if (tops.some(({ node }) => node === IMPLICIT_ROOT) || !tops.some(({ node }) => parents.has(node)))
    return IMPLICIT_ROOT;
  const [top, ...more] = tops;
  return top === undefined || more.length > 0 ? ambiguous(nodes, tops) : top.node;
}

/** The names that a refusal tells at most. */
const NAMED_MAX = 5;

function ambiguous(nodes: Configure['nodes'], tops: Configure['nodes']): Refusal {
  const named = tops.slice(0, NAMED_MAX).map(({ node }) => node);
  const more = tops.length - named.length;
  const names = more > 0 ? `${named.join(', ')} and ${String(more)} more` : listed(named);
  const isOf = tops.every(({ kind }) => kind === 'organization');
  const toDo = isOf
    ? 'give all but one of them a parent'
    : 'state kind: organization for the root, under which the others then stand, or give all but one of them a parent';
  const [, second] = tops;
  return refuse(
    'Malformed',
    `${names} have no parent, and only one node can be the root of an account, for good: ${toDo}.`,
    `nodes.${String(nodes.findIndex((one) => one === second))}`,
  );
}

const listed = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
