import { spawn } from 'node:child_process';
import { ROOT } from './root.mjs';

/** The longest that one step may take, before it is ended: an hour. */
const STEP_WITHIN_MS = 60 * 60 * 1_000;

/**
 * Runs a program of Node in the root of the repository, with its output on this terminal, to its end.
 *
 * @param {readonly string[]} args what Node is called with.
 * @param {1 | 2} output where its standard output goes: 2 for steps whose output is no result, only progress.
 * @returns {Promise<number>} its exit status; 1 when it was ended by a signal or could not be started.
 */
export function runNode(args, environment = {}, output = 1) {
  const env = { ...process.env, ...environment };
  const options = { cwd: ROOT, env, stdio: ['inherit', output, 'inherit'], timeout: STEP_WITHIN_MS };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, options);
    child.once('error', (fault) => {
      console.error(`${args[0]} could not be started: ${fault.message}`);
      resolve(1);
    });
    child.once('exit', (status) => resolve(status ?? 1));
  });
}
