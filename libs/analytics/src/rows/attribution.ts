import type { HoldPlaced, Particulars } from '@exchequer/account';

/** Whose a call was: the payer, all further nodes, and the first node of each common kind in a column of its own. */
export interface NodeColumns {
  readonly payer: string;
  readonly nodes: readonly string[];
  readonly user: string;
  readonly project: string;
  readonly key: string;
  readonly agent: string;
  readonly workflow: string;
}

export const NODE_COLUMNS = [
  'payer',
  'nodes',
  'user',
  'project',
  'key',
  'agent',
  'workflow',
] as const satisfies readonly (keyof NodeColumns)[];

type LiftedKind = Exclude<keyof NodeColumns, 'payer' | 'nodes'>;

/** The first node whose id begins with the kind, the payer before the others: `user/ada` is a user. */
function firstOfKind(kind: LiftedKind, payer: string, nodes: readonly string[]): string {
  const prefix = `${kind}/`;
  if (payer.startsWith(prefix)) return payer;
  for (const node of nodes) if (node.startsWith(prefix)) return node;
  return '';
}

/** All nodes beside the payer; of a session's call also those who opened the session, so that it is found under them. */
export const nodesOf = ({ nodes, openers }: Pick<HoldPlaced, 'nodes' | 'openers'>): readonly string[] =>
  openers === undefined ? nodes : [...nodes, ...openers];

/** A request that names no payer is the default project's; which that is, the column leaves open. */
export const nodeColumns = (payer: string, nodes: readonly string[]): NodeColumns => ({
  payer,
  nodes,
  user: firstOfKind('user', payer, nodes),
  project: firstOfKind('project', payer, nodes),
  key: firstOfKind('key', payer, nodes),
  agent: firstOfKind('agent', payer, nodes),
  workflow: firstOfKind('workflow', payer, nodes),
});

/** What a call was, apart from whose. */
export interface ParticularColumns {
  readonly model: string;
  readonly provider: string;
  readonly service_tier: string;
  readonly task_type: string;
  readonly outcome: string;
  readonly credential_type: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const PARTICULAR_COLUMNS = [
  'model',
  'provider',
  'service_tier',
  'task_type',
  'outcome',
  'credential_type',
  'tags',
] as const satisfies readonly (keyof ParticularColumns)[];

const NO_TAGS: Readonly<Record<string, string>> = {};

export const particularColumns = (told: Particulars | undefined): ParticularColumns => ({
  model: told?.model ?? '',
  provider: told?.provider ?? '',
  service_tier: told?.serviceTier ?? '',
  task_type: told?.taskType ?? '',
  outcome: told?.outcome ?? '',
  credential_type: told?.credentialType ?? '',
  tags: told?.tags ?? NO_TAGS,
});
