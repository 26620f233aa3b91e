import { runCli } from '../run-cli.js';
import { Shell } from '../shell/shell.js';
import type { ExitStatus } from '../shell/exit-status.js';

/** What a command printed, and how it ended. */
export interface Ran {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process. */
export async function run(...words: readonly string[]): Promise<Ran> {
  let out = '';
  let err = '';
  const shell = new Shell({ write: (text: string) => (out += text) }, { write: (text: string) => (err += text) });
  const status = await runCli(words, shell);
  return { status, out, err };
}
