import { nodeId, type NodeId } from '@exchequer/kernel';
import type { Configure } from '../commands.js';
import type { AccountOpened } from '../facts.js';

/** Where usage lands that names no payer. Made with the account and never archived. */
export const DEFAULT_PROJECT = nodeId('project/default');

/** The root of an account whose first policy names none. */
const IMPLICIT_ROOT = nodeId('org');

/** The fact that opens an account: its root, and the default project under it. */
export function openingFor(command: Configure): AccountOpened {
  const root = rootOf(command);
  const kind = command.nodes.find((policy) => policy.node === root)?.kind;
  return {
    type: 'AccountOpened',
    account: command.account,
    root,
    rootKind: kind ?? 'organization',
    defaultProject: DEFAULT_PROJECT,
  };
}

/** An organization without a parent, or a node without a parent that others hang on. */
function rootOf({ nodes }: Configure): NodeId {
  const parents = new Set(nodes.map((policy) => policy.parent));
  const orphans = nodes.filter((policy) => policy.parent === undefined && policy.node !== DEFAULT_PROJECT);
  const root =
    orphans.find((policy) => policy.kind === 'organization') ?? orphans.find((policy) => parents.has(policy.node));
  return root?.node ?? IMPLICIT_ROOT;
}
