import { Option } from '@commander-js/extra-typings';
import type { EndSessionReply, OpenSessionReply } from '@exchequer/contracts';
import { newId } from '@exchequer/client';
import { amountsText } from '../output/money-text.js';
import { EXIT } from '../shell/exit-status.js';
import { UsageFault } from '../shell/faults.js';
import { commandGroup, example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { collect, collectMoney, collectPair } from './arguments.js';

/** `exchequer session open` and `exchequer session end`. */
export function addSession(program: Program, shell: Shell): void {
  const session = commandGroup(program, 'session', 'runs that live on a reserve and give back what is left');
  session
    .command('open')
    .description('set a reserve aside for a run; its calls name the session as their payer')
    .option('--payer <node>', "who gives the reserve (default: the account's default project)")
    .option('--in <session>', 'the session that it is opened in: the reserve comes out of its own')
    .option('--node <node>', 'a further node that the run belongs to; may be repeated', collect)
    .option('--reserve <money>', 'the reserve, such as "5 usd"; may be repeated', collectMoney)
    .option('--for <duration>', 'how long it lives, such as PT1H', 'PT1H')
    .addOption(new Option('--accept <how>', 'partial where less is of use too').choices(['full', 'partial'] as const))
    .option('--tag <key=value>', 'a tag of the run; may be repeated', collectPair)
    .option('--critical', 'the run is critical: overage that is for such work alone may be part of the reserve')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText(
      'after',
      example(
        'exchequer session open --payer agent/scout --reserve "5 usd" --for PT2H',
        'exchequer session open --in session/s-1 --reserve "1 usd"',
      ),
    )
    .action(async (_options, command) => {
      const options = command.optsWithGlobals();
      const { payer, node, reserve, accept, tag, critical, id } = options;
      if (reserve === undefined) throw new UsageFault('The reserve is missing: name it with --reserve "5 usd".');
      const request = {
        id: id ?? newId(),
        amounts: reserve,
        lifeFor: options.for,
        ...(payer !== undefined && { payer }),
        ...(options.in !== undefined && { session: options.in }),
        ...(node !== undefined && { nodes: [...node] }),
        ...(accept !== undefined && { accept }),
        ...(tag !== undefined && { tags: { ...tag } }),
        ...(critical === true && { critical }),
      };
      const reply = await withAccount(options, (client) => client.openSession(request));
      if (reply.decision === 'denied') shell.end(EXIT.refused);
      shell.answer(reply, () => openedText(reply));
    });
  session
    .command('end')
    .description('end a run, with those inside it; calls under way may still settle')
    .argument('<session>', 'the session, as open named it')
    .option('--id <id>', 'the id of the request: the same again changes nothing')
    .addHelpText('after', example('exchequer session end session/s-1'))
    .action(async (ended, _options, command) => {
      const options = command.optsWithGlobals();
      const reply = await withAccount(options, (client) => client.endSession(ended, options.id));
      shell.answer(reply, () => endedText(reply));
    });
}

/** The session and its reserve, or why there is none and what would pass. */
export function openedText({
  session,
  decision,
  amounts,
  expiresAt,
  code,
  message,
  alternatives,
  decisionId,
}: OpenSessionReply): string {
  if (session !== undefined) {
    const part = decision === 'partial' ? ', a part of what was asked' : '';
    return `${session} is open until ${expiresAt ?? ''} with ${amountsText(amounts)}${part}.`;
  }
  const [smaller] = alternatives ?? [];
  const hint = smaller === undefined ? '' : ` ${amountsText(smaller.amounts)} would pass.`;
  const named = decisionId === undefined ? '' : ` as ${decisionId}`;
  return `denied${named}: ${code ?? ''}: ${message ?? ''}${hint}`;
}

/** What a session has cost, and what went back. */
export function endedText({ session, endedWithin, spent, returned, forfeited }: EndSessionReply): string {
  const within = endedWithin.length === 0 ? '' : `, with ${endedWithin.join(', ')} in it`;
  const lost = forfeited === undefined ? '' : `, ${amountsText(forfeited)} forfeited with lots that had expired`;
  return `${session} has ended${within}: ${amountsText(spent)} spent, ${amountsText(returned)} returned${lost}.`;
}
