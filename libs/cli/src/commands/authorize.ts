import { Option } from '@commander-js/extra-typings';
import { OWN_KEY, type QuoteBody } from '@exchequer/contracts';
import { newId } from '@exchequer/client';
import { authorizationText } from '../output/authorization-text.js';
import { EXIT } from '../shell/exit-status.js';
import { UsageFault } from '../shell/faults.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { collect, collectMoney, collectPair, quantityOf } from './arguments.js';

/** What a call asks for, as `authorize` and `quote` take it. */
interface Asked {
  readonly payer?: string | undefined;
  readonly node?: readonly string[] | undefined;
  readonly model?: string | undefined;
  readonly input?: number | undefined;
  readonly outputMax?: number | undefined;
  readonly amount?: Readonly<Record<string, string>> | undefined;
  readonly accept?: 'full' | 'partial' | undefined;
  readonly tag?: Readonly<Record<string, string>> | undefined;
  readonly feature?: string | undefined;
  readonly taskType?: string | undefined;
  readonly task?: string | undefined;
  readonly credentialType?: string | undefined;
  readonly critical?: true | undefined;
  readonly holdFor?: string | undefined;
  readonly full?: true | undefined;
}

/** `exchequer authorize` and `exchequer quote`. */
export function addAuthorize(program: Program, shell: Shell): void {
  asking(program, 'authorize', 'ask whether a call may spend, and hold the credits for it')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText(
      'after',
      example(
        'exchequer authorize --payer project/chat --model gpt-4o-mini --input 1200 --output-max 500',
        `exchequer authorize --payer project/chat --model gpt-4o-mini --input 1200 --credential-type ${OWN_KEY}`,
      ),
    )
    .action(async (_options, command) => {
      const options = command.optsWithGlobals();
      const request = { ...requestOf(options), id: options.id ?? newId() };
      const reply = await withAccount(options, (client) => client.authorize(request));
      if (reply.decision === 'denied') shell.end(EXIT.refused);
      shell.answer(reply, () => authorizationText(reply));
    });
  asking(program, 'quote', 'what a call would cost, from where, and what would be left; takes nothing')
    .addHelpText(
      'after',
      example('exchequer quote --payer project/chat --model gpt-4o-mini --input 1200 --output-max 500'),
    )
    .action(async (_options, command) => {
      const options = command.optsWithGlobals();
      const request = requestOf(options);
      const reply = await withAccount(options, (client) => client.quote(request));
      if (reply.decision === 'denied') shell.end(EXIT.refused);
      shell.answer(reply, () => authorizationText(reply));
    });
}

const asking = (program: Program, name: string, description: string) =>
  program
    .command(name)
    .description(description)
    .option('--payer <node>', "who pays (default: the account's default project)")
    .option('--node <node>', 'a further node that the call belongs to; may be repeated', collect)
    .option('--model <name>', 'the model that will be called')
    .option('--input <tokens>', 'its input tokens', quantityOf)
    .option('--output-max <tokens>', 'the most output tokens that it may make', quantityOf)
    .option('--amount <money>', 'instead of a model: an amount, such as "0.01 usd"; may be repeated', collectMoney)
    .addOption(new Option('--accept <how>', 'partial where less is of use too').choices(['full', 'partial'] as const))
    .option('--tag <key=value>', 'a tag for reports; may be repeated', collectPair)
    .option('--feature <name>', 'what the call is for: the tag feature, which entitlements and limits look at')
    .option('--task-type <name>', 'the kind of task that it belongs to, such as ticket')
    .option('--task <id>', 'the task that it is for, such as ticket-4711: what is told of its outcome speaks of it')
    .option('--credential-type <name>', `whose key the call is made with, such as ${OWN_KEY} for the caller's own`)
    .option('--critical', 'the work is critical: overage that is for such work alone may pay for it')
    .option('--hold-for <duration>', 'how long it is held, such as PT2M')
    .option('--full', 'every limit on the way, not the tightest alone');

function requestOf(asked: Asked): QuoteBody {
  const { payer, node, accept, taskType, task, credentialType, critical, holdFor, full } = asked;
  const tags = tagsOf(asked);
  return {
    ...spendingOf(asked),
    ...(payer !== undefined && { payer }),
    ...(node !== undefined && { nodes: [...node] }),
    ...(accept !== undefined && { accept }),
    ...(tags !== undefined && { tags }),
    ...(taskType !== undefined && { taskType }),
    ...(task !== undefined && { taskId: task }),
    ...(credentialType !== undefined && { credentialType }),
    ...(critical === true && { critical }),
    ...(holdFor !== undefined && { holdFor }),
    ...(full === true && { explain: 'full' as const }),
  };
}

function tagsOf({ tag, feature }: Asked): QuoteBody['tags'] {
  if (feature === undefined) return tag === undefined ? undefined : { ...tag };
  if (tag !== undefined && 'feature' in tag)
    throw new UsageFault('--feature is the tag feature: name it there, or with --tag feature=…, not both.');
  return { ...tag, feature };
}

function spendingOf({ model, input, outputMax, amount }: Asked): Pick<QuoteBody, 'use' | 'amounts'> {
  if (amount !== undefined) {
    if (model === undefined) return { amounts: amount };
    throw new UsageFault('--amount and --model exclude each other: name the amount, or what will be used.');
  }
  if (model === undefined || (input === undefined && outputMax === undefined))
    throw new UsageFault('What is asked for is missing: name --model with --input and --output-max, or --amount.');
  return {
    use: {
      model,
      meters: {
        ...(input !== undefined && { input_tokens: input }),
        ...(outputMax !== undefined && { output_tokens: { max: outputMax } }),
      },
    },
  };
}
