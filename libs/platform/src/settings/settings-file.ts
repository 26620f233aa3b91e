import { LineCounter, isMap, isScalar, parseDocument, type Document } from 'yaml';
import { SETTING_NAMES, type Settings } from './settings.js';

/** A setting that the file gives, and the place where it does. */
export interface FiledSetting {
  readonly text: string;
  /** `exchequer.yaml:3:7`. */
  readonly where: string;
}

export interface SettingsFile {
  readonly settings: Partial<Readonly<Record<keyof Settings, FiledSetting>>>;
  /** A sentence for everything that is wrong, each with line and column. */
  readonly faults: readonly string[];
}

export const isSettingName = (name: unknown): name is keyof Settings =>
  typeof name === 'string' && Object.hasOwn(SETTING_NAMES, name);

/** Reads the settings file: one mapping of the setting names to texts. */
export function parseSettingsFile(name: string, text: string): SettingsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${String(line)}:${String(col)}`;
  };
  const faults = document.errors.map((error) => `${at(error.pos[0])} is not YAML: ${sentenceOf(error.message)}.`);
  if (faults.length > 0) return { settings: {}, faults };
  return readMapping(document, at);
}

function readMapping(document: Document, at: (offset: number) => string): SettingsFile {
  const { contents } = document;
  if (contents === null) return { settings: {}, faults: [] };
  const known = Object.keys(SETTING_NAMES).join(', ');
  if (!isMap(contents))
    return { settings: {}, faults: [`${at(contents.range?.[0] ?? 0)} takes settings by name: ${known}.`] };
  const settings: Partial<Record<keyof Settings, FiledSetting>> = {};
  const faults: string[] = [];
  for (const { key, value } of contents.items) {
    const keyAt = at(isScalar(key) ? (key.range?.[0] ?? 0) : 0);
    const name = isScalar(key) ? key.value : undefined;
    const given = isScalar(value) ? value.value : undefined;
    const text = typeof given === 'number' ? String(given) : given;
    if (!isSettingName(name)) faults.push(`${keyAt} has no setting's name; there are ${known}.`);
    else if (typeof text !== 'string') faults.push(`${keyAt} ${name} takes one text.`);
    else settings[name] = { text, where: at(isScalar(value) ? (value.range?.[0] ?? 0) : 0) };
  }
  return { settings, faults };
}

const sentenceOf = (message: string): string => (message.split('\n')[0] ?? message).replace(/[.:]$/, '');
