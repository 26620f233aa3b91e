import { Command } from '@commander-js/extra-typings';
import { accountText } from '@exchequer/contracts';
import { UsageFault } from './faults.js';
import type { Shell } from './shell.js';

/** The account of a command that names none. */
export const DEFAULT_ACCOUNT = 'demo';

/** The command without its subcommands: what every one of them takes. */
export function createProgram(shell: Shell) {
  return new Command('exchequer')
    .description('Governs AI credits: decides in one durable step how much may be spent and from where.')
    .version('0.1.0', '--version')
    .option('--json', 'print one JSON document, or NDJSON for streams')
    .option(
      '--account <name>',
      `the account (default: ${DEFAULT_ACCOUNT}; for plan and apply, the one that the file names)`,
    )
    .option('--server <address>', 'NATS, as nats://host:port (default: EXCHEQUER_NATS, or nats://127.0.0.1:4222)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => shell.out.write(text),
      // What is wrong is said once, as a sentence, by whoever runs the program.
      writeErr: () => undefined,
    })
    .exitOverride()
    .showSuggestionAfterError(true);
}

export type Program = ReturnType<typeof createProgram>;

/** A command that has only further commands. */
export const commandGroup = (program: Program, name: string, description: string) =>
  program
    .command(name)
    .description(description)
    .allowExcessArguments()
    .action((_options, group) => {
      const [asked] = group.args;
      const known = group.commands.map((command) => command.name()).join(', ');
      throw new UsageFault(
        asked === undefined
          ? `exchequer ${name} takes a command: ${known}.`
          : `exchequer ${name} has no command '${asked}'; it has ${known}.`,
      );
    });

export type CommandGroup = ReturnType<typeof commandGroup>;

/** The options of {@link createProgram}, as a command finds them among its own. */
export interface GlobalOptions {
  readonly json?: true | undefined;
  readonly account?: string | undefined;
  readonly server?: string | undefined;
}

/**
 * The account that a command is about.
 *
 * @throws UsageFault when it is no account's name: it becomes part of a subject.
 */
export function accountOf({ account = DEFAULT_ACCOUNT }: GlobalOptions): string {
  const parsed = accountText.safeParse(account);
  if (parsed.success) return parsed.data;
  throw new UsageFault(
    `--account ${JSON.stringify(account.slice(0, 64))} ${parsed.error.issues[0]?.message ?? 'is no account'}.`,
  );
}

/** An example, to stand at the end of a command's help. */
export const example = (...lines: readonly string[]): string =>
  `\nExample:\n${lines.map((line) => `  ${line}\n`).join('')}`;
