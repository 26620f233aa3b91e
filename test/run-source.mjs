import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeFault } from '../deploy/local/workspace/check-node.mjs';

const REGISTER = fileURLToPath(new URL('../libs/testing/src/typescript/register.mjs', import.meta.url));

/**
 * Prepares, then runs a TypeScript program in a process of its own, which gets the arguments and signals of this one and
 * gives it its exit status.
 *
 * @param {URL} program
 * @param {{ prepare: () => Promise<boolean>, nodeOptions?: readonly string[] }} how `prepare` is false, and has said why,
 *   when the program cannot run.
 */
export async function runSource(program, { prepare, nodeOptions = [] }) {
  const fault = nodeFault();
  if (fault !== undefined) {
    console.error(fault);
    process.exit(2);
  }
  if (!(await prepare())) process.exit(1);
  const args = [...nodeOptions, '--import', REGISTER, fileURLToPath(program), ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
}
