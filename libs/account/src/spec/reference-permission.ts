import type { Entitlements, NameRule, Particulars } from '../facts.js';
import type { StoredNode } from '../stored/stored-state.js';

/** Whether what nodes say of a call's model and feature lets it pass, the nearest of them first. */
export const mayUse = (nearestFirst: readonly Entitlements[], particulars: Particulars | undefined): boolean =>
  denyingIn(nearestFirst, particulars) === undefined;

/** Which of the nodes denies a call's model or feature: the first that says anything of it, when it says no. */
export function denyingIn(
  nearestFirst: readonly Entitlements[],
  particulars: Particulars | undefined,
): number | undefined {
  const asked = [
    [particulars?.model, nearestFirst.map(({ models }) => models)],
    [particulars?.tags?.['feature'], nearestFirst.map(({ features }) => features)],
  ] as const;
  for (const [name, rules] of asked) {
    if (name === undefined) continue;
    const first = rules.findIndex((rule) => rule?.allow !== undefined || isNamed(name, rule?.deny));
    if (first >= 0 && isDenied(name, rules[first] ?? {})) return first;
  }
  return undefined;
}

const isDenied = (name: string, { allow, deny }: NameRule): boolean =>
  isNamed(name, deny) || (allow !== undefined && !isNamed(name, allow));

const isNamed = (name: string, list: readonly string[] = []): boolean =>
  list.some((one) => one === name || (one.at(-1) === '*' && name.slice(0, one.length - 1) === one.slice(0, -1)));

/**
 * Which nodes deny a call what it wants to use, and which would, were they not in observe mode.
 *
 * @param paths of each attributed node the way to the root, itself first.
 */
export function referenceEntitlement(paths: readonly (readonly StoredNode[])[], particulars: Particulars | undefined) {
  const found = { enforced: [] as string[], observed: [] as string[] };
  for (const path of paths)
    for (const part of ['enforced', 'observed'] as const) {
      const asked = path.filter((_, index) => isObservedOn(path.slice(index)) === (part === 'observed'));
      const rules = asked.map((node) => node.entitlements ?? {});
      const denying = denyingIn(rules, particulars);
      if (denying !== undefined) found[part].push(`NotEntitled ${asked[denying]?.id ?? ''}`);
    }
  return found;
}

/** Rules of the first node refuse nothing: it, or one above it, is in observe mode. */
export const isObservedOn = (path: readonly StoredNode[]): boolean => path.some((node) => node.observe === true);
