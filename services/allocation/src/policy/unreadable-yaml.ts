import { isAlias, isNode, isScalar, visit, type Alias, type Document, type YAMLMap } from 'yaml';

/** Aliases (`*name`) of one file. */
const ALIASES_MAX = 100;

/** Where a document cannot be read, though it is YAML, and why. */
export interface Unreadable {
  /** Characters from the beginning of the file. */
  readonly offset: number;
  readonly message: string;
}

/**
 * An alias of nothing, aliases that stand for too much, a name that JavaScript keeps for itself, or one that is stated twice
 * where names are texts (`1` and `"1"`); undefined without such.
 */
export function unreadableIn(document: Document): Unreadable | undefined {
  let found: Unreadable | undefined;
  let aliases = 0;
  visit(document, {
    Alias: (_key, alias) => {
      aliases += 1;
      const offset = alias.range?.[0] ?? 0;
      if (alias.resolve(document) === undefined)
        found = { offset, message: `nothing before it is named &${alias.source}, which *${alias.source} stands for` };
      else if (aliases > ALIASES_MAX || standsForAliases(alias, document))
        found = { offset, message: `*${alias.source} stands for too much; write it out` };
      return found === undefined ? undefined : visit.BREAK;
    },
    Map: (_key, map) => {
      found = statedTwice(map, document);
      return found === undefined ? undefined : visit.BREAK;
    },
    Pair: (_key, { key }) => {
      if (!isScalar(key) || key.value !== '__proto__') return undefined;
      found = { offset: key.range?.[0] ?? 0, message: 'nothing can be named __proto__; choose another name' };
      return visit.BREAK;
    },
  });
  return found;
}

/** An alias may not stand for what has aliases itself: of such a few lines could come to gigabytes. */
function standsForAliases(alias: Alias, document: Document): boolean {
  let has = false;
  const target = alias.resolve(document);
  if (target === undefined) return false;
  visit(target, {
    Alias: () => {
      has = true;
      return visit.BREAK;
    },
  });
  return has;
}

/** The second of two names of a map that are one text; it would stand in the place of the first. */
function statedTwice(map: YAMLMap, document: Document): Unreadable | undefined {
  const names = new Set<string>();
  for (const { key } of map.items) {
    const named = isAlias(key) ? key.resolve(document) : key;
    if (!isScalar<string | number | boolean | null>(named)) continue;
    const name = named.value === null ? '' : String(named.value);
    if (names.has(name) && isNode(key))
      return { offset: key.range?.[0] ?? 0, message: `"${name.slice(0, 64)}" is stated twice; names must be unique` };
    names.add(name);
  }
  return undefined;
}
