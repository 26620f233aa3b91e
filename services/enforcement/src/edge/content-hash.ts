import { contentHashOf } from '@exchequer/ledger';

/** Printable ASCII without quote and backslash: stands between quotes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** JSON with the keys of every object in order: two values of the same content have the same text. */
export function canonicalText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const entries = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(entries).sort();
  let text = '{';
  for (const key of keys) {
    const field = entries[key];
    if (field !== undefined) text += `${text.length > 1 ? ',' : ''}${quoted(key)}:${canonicalText(field)}`;
  }
  return `${text}}`;
}

/**
 * What tells a retry from another command under the same id: who asks, and the parsed body without how much is to be
 * explained.
 */
export function contentHash(method: string, actor: string, body: object): string {
  const content = 'explain' in body ? { ...body, explain: undefined } : body;
  return contentHashOf(`${method}\n${actor}\n${canonicalText(content)}`);
}
