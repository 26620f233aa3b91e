import type { PauseReply } from '@exchequer/contracts';
import { counted } from '../output/money-text.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';

/** `exchequer pause` and `exchequer resume`. */
export function addPauseAndResume(program: Program, shell: Shell): void {
  program
    .command('pause')
    .description('stop new work at a node and all under it; held calls may still settle')
    .argument('<node>', 'the node')
    .option('--reason <text>', 'why: everybody is told whose call is refused by it')
    .option('--below', 'mark every node under it, too; each is then resumed by itself')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText('after', example('exchequer pause team/research --reason "budget review"'))
    .action(async (node, _options, command) => {
      const options = command.optsWithGlobals();
      const { id, reason, below } = options;
      const request = {
        node,
        ...(id !== undefined && { id }),
        ...(reason !== undefined && { reason }),
        ...(below === true && { below: true as const }),
      };
      const reply = await withAccount(options, (client) => client.pause(request));
      shell.answer(reply, () => pauseText(reply));
    });
  program
    .command('resume')
    .description('let work go on at a paused node')
    .argument('<node>', 'the node')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText('after', example('exchequer resume team/research'))
    .action(async (node, _options, command) => {
      const options = command.optsWithGlobals();
      const reply = await withAccount(options, (client) => client.resume(node, options.id));
      shell.answer(reply, () => pauseText(reply));
    });
}

/** What was done, or that there was nothing to do. */
export function pauseText({ node, outcome, nodes, repeated }: PauseReply): string {
  if (nodes === 0) return outcome === 'paused' ? `${node} was paused already` : `${node} was not paused`;
  const others = nodes > 1 ? ` with ${counted(nodes - 1, 'node')} under it` : '';
  const again = repeated === true ? ' (before; nothing new was done)' : '';
  return `${node} is ${outcome}${others}${again}`;
}
