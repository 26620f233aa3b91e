import type { CorrectBody, CorrectionReply } from '@exchequer/contracts';
import { changesIn } from '../output/corrections-text.js';
import { amountsText } from '../output/money-text.js';
import { UsageFault } from '../shell/faults.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { collectMoney, quantityOf } from './arguments.js';

const CHARGE = 'the position of its settlement, such as account-demo@12.1';
const ID = 'the id of the request: the same again changes nothing';

/** `exchequer refund` and `exchequer correct`. */
export function addCorrect(program: Program, shell: Shell): void {
  program
    .command('refund')
    .description('give a part of a charge back to the lots that had paid')
    .argument('[charge]', CHARGE)
    .requiredOption('--amount <money>', 'how much, such as "0.01 usd"; may be repeated', collectMoney)
    .option('--usage <source>', 'instead of a position: the source of the usage event that was charged')
    .option('--event <id>', 'with --usage: the id of the event')
    .option('--reason <text>', 'why, for the record')
    .option('--id <id>', ID)
    .addHelpText('after', example('exchequer refund account-demo@12.1 --amount "0.5 usd" --reason "an outage"'))
    .action(async (charge, _options, command) => {
      const options = command.optsWithGlobals();
      const reply = await withAccount(options, (client) =>
        client.correct({ ...whichOf(charge, options), ...toldIn(options), refund: options.amount }),
      );
      shell.answer(reply, () => correctionText(reply));
    });
  program
    .command('correct')
    .description('say what a charge should have been: the difference goes back, or is drawn')
    .argument('[charge]', CHARGE)
    .option('--input <tokens>', 'its real input tokens', quantityOf)
    .option('--output <tokens>', 'its real output tokens', quantityOf)
    .option(
      '--amount <money>',
      'instead of tokens: what it really cost, such as "0.01 usd"; may be repeated',
      collectMoney,
    )
    .option('--usage <source>', 'instead of a position: the source of the usage event that was charged')
    .option('--event <id>', 'with --usage: the id of the event')
    .option('--reason <text>', 'why, for the record')
    .option('--id <id>', ID)
    .addHelpText('after', example('exchequer correct account-demo@12.1 --input 900 --output 120'))
    .action(async (charge, _options, command) => {
      const options = command.optsWithGlobals();
      const reply = await withAccount(options, (client) =>
        client.correct({ ...whichOf(charge, options), ...toldIn(options), ...actualOf(options) }),
      );
      shell.answer(reply, () => correctionText(reply));
    });
}

interface Which {
  readonly usage?: string | undefined;
  readonly event?: string | undefined;
}

/** The charge that is meant: by its position, or by its usage event. */
function whichOf(charge: string | undefined, { usage, event }: Which): Pick<CorrectBody, 'of' | 'usage'> {
  if (charge !== undefined && usage === undefined && event === undefined) return { of: charge };
  if (charge === undefined && usage !== undefined && event !== undefined)
    return { usage: { source: usage, id: event } };
  throw new UsageFault(`Name the charge: ${CHARGE}, or --usage <source> with --event <id>.`);
}

const toldIn = ({ id, reason }: { readonly id?: string | undefined; readonly reason?: string | undefined }) => ({
  ...(id !== undefined && { id }),
  ...(reason !== undefined && { reason }),
});

function actualOf(options: {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly amount?: Readonly<Record<string, string>> | undefined;
}): Pick<CorrectBody, 'use' | 'amounts'> {
  const { input, output, amount } = options;
  const isCounted = input !== undefined || output !== undefined;
  if (isCounted === (amount !== undefined))
    throw new UsageFault('Say what it should have been: --input and --output, or --amount.');
  if (amount !== undefined) return { amounts: amount };
  const meters = {
    ...(input !== undefined && { input_tokens: input }),
    ...(output !== undefined && { output_tokens: output }),
  };
  return { use: { meters } };
}

function correctionText(reply: CorrectionReply): string {
  const { of, outcome, amounts, repeated } = reply;
  return [
    `${of} ${outcome === 'unchanged' ? 'comes to this already' : 'comes to'}: ${amountsText(amounts)}`,
    ...changesIn(reply),
    ...(repeated === true ? ['corrected before; nothing new was done'] : []),
  ].join('; ');
}
