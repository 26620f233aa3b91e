import { basename } from 'node:path';
import { newId } from '@exchequer/client';
import { accountText, SUBJECTS, type ChangeReply, type ConfigureReply } from '@exchequer/contracts';
import { parseDocument } from 'yaml';
import { example, type GlobalOptions, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { readTextFile } from './read-text-file.js';

/** `exchequer plan` and `exchequer apply`. */
export function addPlanAndApply(program: Program, shell: Shell): void {
  program
    .command('plan')
    .description('show what a policy file would change')
    .argument('<file>', 'the policy file')
    .addHelpText('after', example('exchequer plan policy.yaml'))
    .action(async (file, _options, command) => {
      const reply = await send('plan', file, command.optsWithGlobals());
      shell.answer(reply, () => changesText(reply.changes, 'It would change nothing.'));
    });
  program
    .command('apply')
    .description('make a policy file so, in one step; doing it again changes nothing')
    .argument('<file>', 'the policy file')
    .addHelpText('after', example('exchequer apply policy.yaml'))
    .action(async (file, _options, command) => {
      const reply = await send('apply', file, command.optsWithGlobals());
      shell.answer(reply, () => changesText(reply.changes, 'Nothing changed: it was so already.'));
    });
}

async function send(method: 'plan' | 'apply', file: string, options: GlobalOptions): Promise<ConfigureReply> {
  const text = await readTextFile(file);
  const account = options.account ?? accountIn(text);
  return withAccount({ ...options, account }, (client) =>
    client.call<ConfigureReply>(SUBJECTS.allocation(method, client.account), {
      id: newId(),
      text,
      fileName: basename(file),
    }),
  );
}

/** The account that a policy file names. What is wrong with the file, `allocation` says, with line and column. */
function accountIn(text: string): string | undefined {
  const parsed = accountText.safeParse(parseDocument(text).get('account'));
  return parsed.success ? parsed.data : undefined;
}

const SIGNS = { add: '+', change: '~', remove: '-' } as const;

function changesText(changes: readonly ChangeReply[], none: string): string {
  if (changes.length === 0) return none;
  return changes
    .map(({ action, subject, from, to }) => `${SIGNS[action]} ${subject}${difference(from, to)}`)
    .join('\n');
}

function difference(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return to === undefined ? '' : `: ${to}`;
  return to === undefined ? `: was ${from}` : `: ${from} → ${to}`;
}
