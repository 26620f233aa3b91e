import { Option } from '@commander-js/extra-typings';
import { LAYERS } from '@exchequer/contracts';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { instantOf, moneyOf } from './arguments.js';

/** `exchequer grant`. */
export function addGrant(program: Program, shell: Shell): void {
  program
    .command('grant')
    .description('issue credits to a node')
    .argument('<node>', 'who gets them')
    .argument('<amount>', 'how much, such as 100')
    .argument('<currency>', 'of which currency, such as usd')
    .addOption(new Option('--layer <layer>', 'what kind of credits (default: purchased)').choices(LAYERS))
    .option('--expires <instant>', 'when what is left of them expires', instantOf)
    .option('--paid <money>', 'what was paid for them, such as "80 usd"', moneyOf)
    .option('--note <text>', 'why, for the record')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText('after', example('exchequer grant team/research 100 usd --layer promotional --expires 2027-01-01'))
    .action(async (node, amount, currency, _options, command) => {
      const options = command.optsWithGlobals();
      const { id, layer, expires, paid, note } = options;
      const request = {
        node,
        amount,
        currency,
        ...(id !== undefined && { id }),
        ...(layer !== undefined && { layer }),
        ...(expires !== undefined && { expiresAt: expires }),
        ...(paid !== undefined && { paid }),
        ...(note !== undefined && { note }),
      };
      const reply = await withAccount(options, (client) => client.grant(request));
      const again = reply.repeated === true ? ' (before; nothing new was done)' : '';
      shell.answer(
        reply,
        () => `granted ${reply.amount} ${reply.currency} to ${reply.node} as ${reply.lot}, ${reply.layer}${again}`,
      );
    });
}
