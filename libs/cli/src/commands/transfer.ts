import { counted } from '../output/money-text.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';

/** `exchequer transfer`. */
export function addTransfer(program: Program, shell: Shell): void {
  program
    .command('transfer')
    .description('move credits from one node to another; grant, cost basis and expiry go with them')
    .argument('<from>', 'who gives')
    .argument('<to>', 'who gets')
    .argument('<amount>', 'how much, such as 100')
    .argument('<currency>', 'of which currency, such as usd')
    .option('--note <text>', 'why, for the record')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText('after', example('exchequer transfer team/research team/product 25 usd'))
    .action(async (from, to, amount, currency, _options, command) => {
      const options = command.optsWithGlobals();
      const { id, note } = options;
      const request = {
        from,
        to,
        amount,
        currency,
        ...(id !== undefined && { id }),
        ...(note !== undefined && { note }),
      };
      const reply = await withAccount(options, (client) => client.transfer(request));
      const again = reply.repeated === true ? ' (before; nothing new was done)' : '';
      shell.answer(
        reply,
        () =>
          `moved ${reply.amount} ${reply.currency} from ${reply.from} to ${reply.to} in ${counted(reply.lots.length, 'part')}${again}`,
      );
    });
}
