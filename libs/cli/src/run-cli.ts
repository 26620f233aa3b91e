import { CommanderError } from 'commander';
import { addCommands } from './commands/index.js';
import { EXIT, type ExitStatus } from './shell/exit-status.js';
import { failureOf } from './shell/faults.js';
import { createProgram } from './shell/program.js';
import type { Shell } from './shell/shell.js';

/** Commander's word for an end that is none: help or the version was asked for, and printed. */
const ASKED_FOR = new Set(['commander.helpDisplayed', 'commander.version']);

/**
 * Runs one command.
 *
 * @param words what follows `exchequer` on the command line.
 * @returns the status that the process ends with. A fault of the program itself is thrown.
 */
export async function runCli(words: readonly string[], shell: Shell): Promise<ExitStatus> {
  const program = createProgram(shell);
  addCommands(program, shell);
  shell.json = words.includes('--json');
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (fault) {
    if (fault instanceof CommanderError && ASKED_FOR.has(fault.code)) return EXIT.done;
    const told = fault instanceof CommanderError ? usageSentence(fault, program.helpInformation()) : fault;
    const { status, problem } = failureOf(told);
    shell.fail(problem, status);
  }
  return shell.status;
}

/** Commander's message as a sentence that says what to do. */
function usageSentence(fault: CommanderError, help: string): CommanderError {
  // Without a command, or with `help` of none that there is, the help itself is the answer.
  if (fault.code === 'commander.help') return new CommanderError(EXIT.wrongUsage, fault.code, help.trimEnd());
  const [said = '', ...suggestion] = fault.message.replace(/^error: /, '').split('\n');
  const sentence = [said.replace(/\.$/, ''), ...suggestion].join(' ');
  return new CommanderError(EXIT.wrongUsage, fault.code, `${sentence}; exchequer --help shows what there is.`);
}
