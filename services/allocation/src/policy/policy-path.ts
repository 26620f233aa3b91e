import { POOL_RULES } from '@exchequer/contracts';
import type { Policy } from './policy-schema.js';

/** Fields of a `configure` that a policy file has under another name. */
const NAMES: Readonly<Record<string, string>> = {
  ageMs: 'age',
  aheadMs: 'ahead',
  currency: 'amount',
  delayMaxMs: 'delay',
  fromShare: 'from',
  slowMs: 'slow',
};

/** Fields of a `configure` whose parts a policy file has beside one another. */
const DISSOLVED: readonly string[] = ['entitlements', 'scope'];

/**
 * The place in the policy file of a place in its `configure`: `nodes.3.limits.0.slowMs` is the field `slow` of the first limit
 * of the fourth node. It may lie deeper than what the file has there.
 */
export function pathInPolicy(policy: Policy, path: string): readonly PropertyKey[] {
  const [area = '', part = '', ...rest] = path.split('.');
  if (area !== 'nodes') return [keyOf(area), ...(part === '' ? [] : [keyOf(part)]), ...rest.flatMap(namedInFile)];
  const [node = '', stated] = Object.entries(policy.nodes ?? {})[Number(part)] ?? [];
  if (rest[0] !== 'pools') return ['nodes', node, ...rest.flatMap(namedInFile)];
  const told = POOL_RULES.filter((rule) => stated?.[rule] !== undefined);
  return ['nodes', node, ...told.filter((rule) => rest[2] === undefined || rest[2] === rule).slice(0, 1)];
}

const namedInFile = (part: string): readonly PropertyKey[] =>
  DISSOLVED.includes(part) ? [] : [keyOf(NAMES[part] ?? part)];

const keyOf = (part: string): PropertyKey => (/^\d+$/.test(part) ? Number(part) : part);
