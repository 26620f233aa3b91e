import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const REGISTER = fileURLToPath(new URL('./register.mjs', import.meta.url));

/** What to call Node with, so that it runs a TypeScript file of this workspace and takes other libs from their sources. */
export const argumentsForTypeScript = (file: string | URL, ...args: readonly string[]): string[] => [
  '--conditions=@exchequer/source',
  '--import',
  REGISTER,
  typeof file === 'string' ? file : fileURLToPath(file),
  ...args,
];

/**
 * Runs a TypeScript file in a Node process of its own, for specs in which a process must race another or be killed. It
 * may speak with its parent by `process.send`. The caller ends it.
 */
export const runTypeScript = (file: string | URL, ...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, argumentsForTypeScript(file, ...args), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
