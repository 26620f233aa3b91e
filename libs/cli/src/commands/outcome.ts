import type { OutcomeReply } from '@exchequer/contracts';
import { amountsText, counted } from '../output/money-text.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';

/** `exchequer outcome`. */
export function addOutcome(program: Program, shell: Shell): void {
  program
    .command('outcome')
    .description('say how a task came out: what its calls cost, and waits for that, is charged or goes back')
    .argument('<task>', 'the task, as its calls name it')
    .argument('<outcome>', 'how it came out, in a word of the policy, such as resolved')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText('after', example('exchequer outcome ticket-4711 resolved'))
    .action(async (taskId, outcome, _options, command) => {
      const options = command.optsWithGlobals();
      const { id } = options;
      const request = { taskId, outcome, ...(id !== undefined && { id }) };
      const reply = await withAccount(options, (client) => client.outcome(request));
      shell.answer(reply, () => outcomeText(reply));
    });
}

/** What became of the calls of the task, or that none had waited. */
export function outcomeText({ taskId, outcome, calls, charged, returned, repeated }: OutcomeReply): string {
  const parts = [
    calls === 0
      ? 'no call had waited for it; usage that comes later goes by it'
      : `${counted(calls, 'call')} had waited`,
    Object.keys(charged).length === 0 ? '' : `${amountsText(charged)} charged`,
    Object.keys(returned).length === 0 ? '' : `${amountsText(returned)} returned`,
    repeated === true ? 'told before; nothing new was done' : '',
  ];
  return `${taskId} is ${outcome}: ${parts.filter((part) => part !== '').join('; ')}`;
}
