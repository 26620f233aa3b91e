import type { Particulars, PayingLayer, Scope } from '../facts.js';

/** The tag by which a feature is named. */
const FEATURE = 'feature';

/** A scope in the form in which it is asked: undefined fields select everything. */
export interface Selection {
  readonly models: ReadonlySet<string> | undefined;
  readonly meters: ReadonlySet<string> | undefined;
  /** All of them must be carried, each with one of its values. */
  readonly tags: readonly (readonly [tag: string, values: ReadonlySet<string>])[] | undefined;
  readonly taskTypes: ReadonlySet<string> | undefined;
  readonly layers: ReadonlySet<PayingLayer> | undefined;
}

/** What a scope selects; undefined when that is everything, as it is for most limits. */
export function selectionOf(scope: Scope | undefined): Selection | undefined {
  if (scope === undefined) return undefined;
  const { models, meters, tags, features, taskTypes, layers } = scope;
  const tagged = [...Object.entries(tags ?? {}), ...(features === undefined ? [] : [[FEATURE, features] as const])];
  const selective = tagged.filter(([, values]) => values.length > 0);
  const selection: Selection = {
    models: named(models),
    meters: named(meters),
    tags: selective.length === 0 ? undefined : selective.map(([tag, values]) => [tag, new Set(values)]),
    taskTypes: named(taskTypes),
    layers: named(layers),
  };
  return Object.values(selection).every((part) => part === undefined) ? undefined : selection;
}

/** An empty list names nothing in particular, so everything: a limit that counts nothing would be a trap. */
const named = <Name extends string>(list: readonly Name[] | undefined): ReadonlySet<Name> | undefined =>
  list === undefined || list.length === 0 ? undefined : new Set(list);

/** Whether a call is one that a selection speaks of, whatever parts of its cost it then counts. */
export function concerns({ models, tags, taskTypes }: Selection, told: Particulars | undefined): boolean {
  if (models !== undefined && (told?.model === undefined || !models.has(told.model))) return false;
  if (taskTypes !== undefined && (told?.taskType === undefined || !taskTypes.has(told.taskType))) return false;
  for (const [tag, values] of tags ?? []) {
    const value = told?.tags?.[tag];
    if (value === undefined || !values.has(value)) return false;
  }
  return true;
}

/** A text that is equal for scopes that count the same. */
export function scopeKey(scope: Scope | undefined): string {
  const selection = selectionOf(scope);
  if (selection === undefined) return '';
  const sorted = (set: ReadonlySet<string> | undefined): readonly string[] => [...(set ?? [])].sort();
  const { models, meters, tags = [], taskTypes, layers } = selection;
  const tagged = tags.map(([tag, values]) => [tag, ...sorted(values)].join('\n')).sort();
  return JSON.stringify([sorted(models), sorted(meters), tagged, sorted(taskTypes), sorted(layers)]);
}
