import { amountsText } from '../output/money-text.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';

/** `exchequer void`. */
export function addVoid(program: Program, shell: Shell): void {
  program
    .command('void')
    .description('give a hold back: the call did not happen')
    .argument('<hold>', 'the hold, as authorize named it')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText('after', example('exchequer void h-1-mi8x2k0w'))
    .action(async (hold, _options, command) => {
      const options = command.optsWithGlobals();
      const reply = await withAccount(options, (client) => client.void(hold, options.id));
      shell.answer(reply, () => `${hold} is void: ${amountsText(reply.returned ?? {})} returned.`);
    });
}
