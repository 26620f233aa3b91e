import { UsageFault } from '../shell/faults.js';
import { accountOf, example, type CommandGroup } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import type { TailedFact } from '../history/tail-facts.js';

const FACTS_SHOWN = 10;
const FACTS_SHOWN_MAX = 100_000;

/** `exchequer ledger tail`. */
export function addLedgerTail(ledger: CommandGroup, shell: Shell): void {
  ledger
    .command('tail')
    .description('the newest facts of the account, from the ledger of the settings')
    .option('-n, --lines <count>', 'how many', countOf, FACTS_SHOWN)
    .option('--follow', 'go on with each new one, until Ctrl-C')
    .option('--stream <name>', 'another stream than the account, such as catalogue')
    .addHelpText('after', example('exchequer ledger tail -n 5', 'exchequer ledger tail --follow --json'))
    .action(async (_options, command) => {
      const options = command.optsWithGlobals();
      const { accountStream, followFacts, lastFacts } = await import('../history/tail-facts.js');
      const { withSettledLedger } = await import('../history/open-settled-ledger.js');
      const stream = options.stream ?? accountStream(accountOf(options));
      const show = (fact: TailedFact): void => shell.item(fact, () => factText(fact));
      await withSettledLedger(async ({ ledger: opened, address }) => {
        const { facts, position } = await lastFacts(opened, stream, options.lines);
        for (const fact of facts) show(fact);
        if (facts.length === 0 && options.follow !== true) shell.note(`${address} has no stream ${stream} yet.`);
        if (options.follow !== true) return;
        const stop = new AbortController();
        const interrupted = (): void => stop.abort();
        process.once('SIGINT', interrupted);
        process.once('SIGTERM', interrupted);
        for await (const fact of followFacts(opened, stream, position, stop.signal)) show(fact);
      });
    });
}

function countOf(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (count <= FACTS_SHOWN_MAX) return count;
  throw new UsageFault(`--lines takes a whole number up to ${String(FACTS_SHOWN_MAX)}.`);
}

const factText = ({ address, at, actor, type, fact }: TailedFact): string =>
  `${address}  ${at}  ${actor}  ${type}  ${JSON.stringify(fact)}`;
