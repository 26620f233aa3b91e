import type { TIME_GRAINS } from '@exchequer/contracts';

type TimeGrain = (typeof TIME_GRAINS)[number];

/** What a dimension is called in a group's row, and how a statement spells it. */
export interface Dimension {
  readonly name: string;
  /** Text, over the columns that `usage` and `charges` have in common. */
  readonly expression: string;
}

/** Dimensions of which one usage event can have several: each table has them in its own way. */
export type ManifoldDimension = 'meter' | 'currency';

export const isManifold = (name: string): name is ManifoldDimension => name === 'meter' || name === 'currency';

/** Instants and days are those of the zone that the statement's parameter `zone` names. */
const GRAINS: Readonly<Record<TimeGrain, string>> = {
  minute: `formatDateTime(toStartOfMinute(used_at), '%Y-%m-%dT%H:%i:00Z', 'UTC')`,
  hour: `formatDateTime(toTimeZone(toStartOfInterval(used_at, INTERVAL 1 HOUR, {zone:String}), 'UTC'), '%Y-%m-%dT%H:%i:00Z', 'UTC')`,
  day: `toString(toDate(used_at, {zone:String}))`,
  week: `toString(toMonday(toDate(used_at, {zone:String})))`,
  month: `formatDateTime(used_at, '%Y-%m', {zone:String})`,
  quarter: `formatDateTime(used_at, '%Y-Q%Q', {zone:String})`,
};

const COLUMNS: Readonly<Record<string, string>> = {
  payer: 'payer',
  user: 'user',
  project: 'project',
  key: 'key',
  agent: 'agent',
  workflow: 'workflow',
  model: 'model',
  provider: 'provider',
  taskType: 'task_type',
  outcome: 'outcome',
  credentialType: 'credential_type',
  source: 'source',
};

const TAG = 'tag:';

/**
 * How a statement spells a dimension. `parameter` takes a text that came from outside and gives what stands for it.
 *
 * @throws RangeError for a name that is no dimension, or one of many values.
 */
export function dimensionOf(name: string, parameter: (value: string) => string): Dimension {
  const grain = Object.hasOwn(GRAINS, name) ? GRAINS[name as TimeGrain] : undefined;
  if (grain !== undefined) return { name, expression: grain };
  const column = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
  if (column !== undefined) return { name, expression: `toString(${column})` };
  if (name.startsWith(TAG)) return { name, expression: `tags[${parameter(name.slice(TAG.length))}]` };
  throw new RangeError(`${name} is no dimension`);
}
