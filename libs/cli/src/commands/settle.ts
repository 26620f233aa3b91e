import type { Exchequer } from '@exchequer/client';
import {
  SUBJECTS,
  type AwaitsReply,
  type CaptureBody,
  type ExplainReply,
  type SettlementReply,
} from '@exchequer/contracts';
import { amountsText } from '../output/money-text.js';
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
  const { asked, decision } = await client.call<ExplainReply>(SUBJECTS.owner('explain', client.account), { hold });
  const model = decision.model ?? (asked as { readonly model?: unknown } | undefined)?.model;
  if (typeof model === 'string') return model;
  throw new UsageFault(
    `${hold} was placed for an amount and not for a model: settle it with --amount, or name --model.`,
  );
}

/** `held until ticket-4711 is resolved, at the latest until 2026-11-24T10:00:00Z; else returned`. */
const awaitsText = ({ taskId, charge, until, otherwise }: AwaitsReply): string =>
  `held until the outcome of ${taskId} is told, charged if it is ${charge.join(' or ')}; otherwise, and after ${until}, ${
    otherwise === 'charge' ? 'charged all the same' : 'returned'
  }`;

function settlementText({
  outcome,
  hold,
  awaits,
  amounts,
  returned,
  owed,
  uncollected,
  late,
  marketCost,
  unpriced,
  repeated,
}: SettlementReply): string {
  const parts = [
    `${outcome}: ${amountsText(amounts)}`,
    awaits === undefined ? '' : awaitsText(awaits),
    returned === undefined ? '' : `${amountsText(returned)} returned`,
    owed === undefined ? '' : `${amountsText(owed)} owed`,
    uncollected === undefined ? '' : `${amountsText(uncollected)} written off`,
    late === true ? 'late, its hold had ended' : '',
    marketCost === undefined ? '' : `${amountsText(marketCost)} at market prices, with an own key`,
    unpriced === true ? 'at stated prices, until its price comes' : '',
    repeated === true ? 'settled before; nothing new was done' : '',
  ];
  return `${hold ?? ''} ${parts.filter((part) => part !== '').join('; ')}`.trim();
}
