import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettingsFile, type SettingsFile } from './settings-file.js';
import { DEFAULT_DATA, defaultTexts, settingSchema } from './setting-texts.js';
import { SETTING_NAMES, SettingsWrong, type Settings } from './settings.js';

export const SETTINGS_FILE = 'exchequer.yaml';

type Environment = Readonly<Record<string, string | undefined>>;
type Given = Partial<Record<keyof Settings, { readonly text: string; readonly where: string }>>;

/**
 * The settings that an environment and the text of a settings file give. The environment wins; an empty variable is as
 * good as none.
 *
 * @param cwd where relative paths begin.
 * @throws SettingsWrong naming everything that is wrong.
 */
export function settingsFrom(environment: Environment, fileText: string | undefined, cwd: string): Settings {
  const file: SettingsFile =
    fileText === undefined ? { settings: {}, faults: [] } : parseSettingsFile(SETTINGS_FILE, fileText);
  const given: Given = { ...file.settings };
  for (const [name, variable] of Object.entries(SETTING_NAMES) as [keyof Settings, string][]) {
    const text = environment[variable];
    if (text !== undefined && text !== '') given[name] = { text, where: variable };
  }
  const texts = Object.fromEntries(Object.entries(given).map(([name, { text }]) => [name, text]));
  const result = settingSchema(cwd).safeParse({ ...defaultTexts(given.data?.text ?? DEFAULT_DATA), ...texts });
  const faults = [
    ...file.faults,
    ...(result.success ? [] : result.error.issues.map((issue) => sentence(issue, given))),
  ];
  if (!result.success || faults.length > 0) throw new SettingsWrong(faults);
  return result.data;
}

/**
 * The settings of this process: its environment, and `exchequer.yaml` in `cwd` where there is one.
 *
 * @throws SettingsWrong
 */
export function readSettings(environment: Environment = process.env, cwd: string = process.cwd()): Settings {
  return settingsFrom(environment, readIfThere(join(cwd, SETTINGS_FILE)), cwd);
}

function sentence(issue: { readonly path: readonly PropertyKey[]; readonly message: string }, given: Given): string {
  const name = issue.path[0] as keyof Settings;
  const where = given[name]?.where ?? name;
  return `${where === SETTING_NAMES[name] ? where : `${where} ${name}`} ${issue.message}.`;
}

function readIfThere(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SettingsWrong([`${path} is there and cannot be read; check its permissions.`], { cause });
  }
}
