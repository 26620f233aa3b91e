import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Stack } from './start-stack.js';

const CLI = fileURLToPath(new URL('../../libs/cli/bin/exchequer.js', import.meta.url));
const ENDS_WITHIN_MS = 240_000;

export interface CliRun {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built `exchequer` against a stack, as a user would. It is ended when it takes too long. */
export async function runCli(
  { nats, data }: Pick<Stack, 'nats' | 'data'>,
  ...args: readonly string[]
): Promise<CliRun> {
  const inherited = Object.entries(process.env).filter(([key]) => !/^(EXCHEQUER_|NODE_OPTIONS$)/.test(key));
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...Object.fromEntries(inherited), EXCHEQUER_NATS: nats, EXCHEQUER_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const impatience = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(impatience);
  return { status, out, err };
}

/** What a command that must succeed printed. */
export async function cliText(stack: Pick<Stack, 'nats' | 'data'>, ...args: readonly string[]): Promise<string> {
  const { status, out, err } = await runCli(stack, ...args);
  if (status !== 0) throw new Error(`exchequer ${args.join(' ')} ended with ${String(status)}: ${err}${out}`);
  return out;
}

/** As {@link cliText} with `--json`, read. */
export async function cliJson<Document>(
  stack: Pick<Stack, 'nats' | 'data'>,
  ...args: readonly string[]
): Promise<Document> {
  return JSON.parse(await cliText(stack, ...args, '--json')) as Document;
}
