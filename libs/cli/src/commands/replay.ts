import { Option } from '@commander-js/extra-typings';
import { playText } from '../replay/play-text.js';
import { progressOn } from '../output/progress.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { collectPair, namesOf } from './arguments.js';

/** A row is asked for again for so long: a service that was killed is back in seconds. */
const PLAY_BOUNDS = { giveUpAfterMs: 5 * 60_000, answerWithinMs: 5_000, itemsPerMessage: 256, retryDelayMaxMs: 2_000 };

/** ClickHouse is a second behind, or its service was killed and is back in some. */
const COMPARE_BOUNDS = { giveUpAfterMs: 60_000, answerWithinMs: 20_000 };

/** The actor is part of a command's content: with the user's name in it, another user's repeat would be a conflict. */
const ACTOR = 'replay';

/** `exchequer replay`. */
export function addReplay(program: Program, shell: Shell): void {
  program
    .command('replay')
    .description(
      'play a trace of calls (TIMESTAMP,ContextTokens,GeneratedTokens) through the services; again, it changes nothing',
    )
    .argument('<file>', 'the trace, a CSV')
    .requiredOption('--payer <node>', 'who pays')
    .requiredOption('--model <names>', 'the models, with commas between them: row n uses model n mod count', namesOf)
    .option('--authorize', 'each row is a hold of its exact cost and its settlement, in row order; else usage alone')
    .option('--tag <key=value>', 'a tag for reports; may be repeated', collectPair)
    .addOption(
      new Option('--speed <speed>', 'as fast as it goes, or at the pace of the trace')
        .choices(['max', '1x'] as const)
        .default('max' as const),
    )
    .option('--no-analytics', 'do not compare with ClickHouse')
    .addHelpText(
      'after',
      example(
        'exchequer replay trace.csv --payer project/chat --model gpt-4o-mini --authorize',
        'exchequer replay trace.csv --payer project/chat --model gpt-4o-mini,claude-sonnet-4-5 --tag team=a --json',
      ),
    )
    .action(async (file, _options, command) => {
      const options = command.optsWithGlobals();
      const { payer, model, authorize = false, tag = {}, speed, analytics } = options;
      const { compareWithClickHouse, playTrace } = await import('../replay/replay.js');
      const progress = progressOn(shell.err);
      const request = { file, payer, models: model, authorize, tags: tag, speed, progress };
      try {
        const played = await withAccount(options, (client) => playTrace(client, request), {
          actor: ACTOR,
          bounds: PLAY_BOUNDS,
        });
        const { document, faults } = analytics
          ? await withAccount(options, (client) => compareWithClickHouse(client, played, progress), {
              bounds: COMPARE_BOUNDS,
            })
          : played;
        progress.end();
        shell.answer(document, () => playText(document));
        for (const { sentence, status } of faults) {
          shell.note(sentence);
          shell.end(status);
        }
      } finally {
        progress.end();
      }
    });
}
