import type { Exchequer } from '@exchequer/client';
import { SUBJECTS, type CaptureBody, type ExplainReply, type UsageExplainReply } from '@exchequer/contracts';
import { settlementText } from '../output/settlement-text.js';
import { UsageFault } from '../shell/faults.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { collectMoney, quantityOf } from './arguments.js';

/** The most open holds that the owner lists. */
const HOLDS_LISTED_MAX = 100;

interface Actual {
  readonly model?: string | undefined;
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly amount?: Readonly<Record<string, string>> | undefined;
}

/** `exchequer settle`. */
export function addSettle(program: Program, shell: Shell): void {
  program
    .command('settle')
    .description('end a hold with what the call really used; without quantities, as it was held')
    .argument('<hold>', 'the hold, as authorize named it')
    .option('--input <tokens>', 'its input tokens', quantityOf)
    .option('--output <tokens>', 'its output tokens', quantityOf)
    .option('--model <name>', 'the model, where it is not the one that was authorized')
    .option('--amount <money>', 'instead of tokens: what it cost, such as "0.01 usd"; may be repeated', collectMoney)
    .option('--outcome <word>', 'how the task of the call came out, where that is known, such as resolved')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText('after', example('exchequer settle h-1-mi8x2k0w --input 1180 --output 212'))
    .action(async (hold, _options, command) => {
      const options = command.optsWithGlobals();
      const reply = await withAccount(options, async (client) =>
        client.settle(hold, {
          ...(await actualOf(client, hold, options)),
          ...(options.outcome !== undefined && { outcome: options.outcome }),
          ...(options.id !== undefined && { id: options.id }),
        }),
      );
      shell.answer(reply, () => settlementText(reply));
    });
}

async function actualOf(
  client: Exchequer,
  hold: string,
  { model, input, output, amount }: Actual,
): Promise<Pick<CaptureBody, 'use' | 'amounts'>> {
  const isCounted = input !== undefined || output !== undefined;
  if (amount !== undefined) {
    if (!isCounted && model === undefined) return { amounts: amount };
    throw new UsageFault('--amount excludes --model, --input and --output: name what it cost, or what was used.');
  }
  if (!isCounted) {
    if (model === undefined) return {};
    throw new UsageFault('--model alone says nothing of the cost: name --input and --output too.');
  }
  return {
    use: {
      model: model ?? (await modelOf(client, hold)),
      meters: {
        ...(input !== undefined && { input_tokens: input }),
        ...(output !== undefined && { output_tokens: output }),
      },
    },
  };
}

/** The model that a hold was placed for, be it in place of another: from its owner while it is open and new, else from the ledger. */
async function modelOf(client: Exchequer, hold: string): Promise<string> {
  const { holds } = await client.describe({ holds: HOLDS_LISTED_MAX });
  const listed = holds.find((open) => open.hold === hold)?.model;
  if (listed !== undefined) return listed;
  const subject = SUBJECTS.owner('explain', client.account);
  const explained = await client.call<ExplainReply | UsageExplainReply>(subject, { hold });
  const cheaper = 'decision' in explained ? explained.decision.model : undefined;
  const model = cheaper ?? (explained.asked as { readonly model?: unknown } | undefined)?.model;
  if (typeof model === 'string') return model;
  throw new UsageFault(
    `${hold} was placed for an amount and not for a model: settle it with --amount, or name --model.`,
  );
}
