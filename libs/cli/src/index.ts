import { runCli } from './run-cli.js';
import { Shell } from './shell/shell.js';

export { runCli } from './run-cli.js';
export { EXIT, type ExitStatus } from './shell/exit-status.js';
export { Shell, type Sink } from './shell/shell.js';

/** Runs the command of this process and leaves its exit status. */
export async function main(): Promise<void> {
  // `exchequer … | head` closes the pipe: there is nobody left to tell.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  process.exitCode = await runCli(process.argv.slice(2), new Shell(process.stdout, process.stderr));
}
