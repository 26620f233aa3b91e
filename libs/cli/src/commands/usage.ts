import { basename } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { amountsText, counted, countText } from '../output/money-text.js';
import { progressOn } from '../output/progress.js';
import { beyondClause } from '../output/settlement-text.js';
import { EXIT } from '../shell/exit-status.js';
import { UsageFault } from '../shell/faults.js';
import { commandGroup, example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import type { ImportDocument } from '../usage/import-usage.js';
import { collectPair } from './arguments.js';
import { whyUnreadable } from './read-text-file.js';

const IMPORT_BOUNDS = { giveUpAfterMs: 5 * 60_000, itemsPerMessage: 256, retryDelayMaxMs: 2_000 };

/** `exchequer usage import`. */
export function addUsage(program: Program, shell: Shell): void {
  commandGroup(program, 'usage', 'usage events')
    .command('import')
    .description('settle the usage events of a file; what was settled before counts once')
    .argument('<file>', 'NDJSON of CloudEvents, or a CSV with a header')
    .addOption(
      new Option('--format <format>', 'what the file is (default: by its ending)').choices(['ndjson', 'csv'] as const),
    )
    .option(
      '--map <field=column>',
      'CSV: the column of a field (id, time, payer, model, taskType, credentialType, critical, tag.<name>, a meter, …); may be repeated',
      collectPair,
    )
    .option('--source <name>', 'CSV: the source of its events (default: the name of the file)')
    .option('--payer <node>', 'CSV: who pays, where the row does not say')
    .option('--model <name>', 'CSV: the model, where the row does not say')
    .option('--tag <key=value>', 'CSV: a tag for each event; may be repeated', collectPair)
    .addHelpText(
      'after',
      example(
        'exchequer usage import events.ndjson',
        'exchequer usage import bill.csv --payer project/chat --map id=request_id --map input_tokens=prompt --map output_tokens=completion',
      ),
    )
    .action(async (file, _options, command) => {
      const options = command.optsWithGlobals();
      const { importUsage } = await import('../usage/import-usage.js');
      const progress = progressOn(shell.err);
      try {
        const events = await eventsOf(file, options);
        const sentAgain = new WeakSet();
        const document = await withAccount(options, (client) => importUsage(client, events, sentAgain, progress), {
          bounds: IMPORT_BOUNDS,
          onRetry: (event) => sentAgain.add(event),
        });
        progress.end();
        shell.answer(document, () => importText(document));
        tellFaults(shell, file, document);
      } catch (fault) {
        throw isSystemFault(fault)
          ? new UsageFault(`${file} cannot be read: ${whyUnreadable(fault)}.`, { cause: fault })
          : fault;
      } finally {
        progress.end();
      }
    });
}

interface ImportOptions {
  readonly format?: 'ndjson' | 'csv' | undefined;
  readonly map?: Readonly<Record<string, string>> | undefined;
  readonly source?: string | undefined;
  readonly payer?: string | undefined;
  readonly model?: string | undefined;
  readonly tag?: Readonly<Record<string, string>> | undefined;
}

async function eventsOf(file: string, options: ImportOptions) {
  const format = options.format ?? (file.toLowerCase().endsWith('.csv') ? 'csv' : 'ndjson');
  if (format === 'ndjson') {
    const { readNdjson } = await import('../usage/read-events.js');
    return readNdjson(file);
  }
  const { readCsv } = await import('../usage/read-csv.js');
  const { payer, model, source = `import/${basename(file)}`, tag: tags = {} } = options;
  return readCsv(file, { map: options.map ?? {}, defaults: { source, payer, model, tags } });
}

const isSystemFault = (fault: unknown): boolean => fault instanceof Error && 'syscall' in fault && 'path' in fault;

/** `3 events: 3 settled for 14 usd, 2 usd of it beyond what overage allows.` */
export function importText(document: ImportDocument): string {
  const { events, settled, duplicates, unpriced, awaiting, amounts, beyondOverage } = document;
  const facts = [
    `${counted(events, 'event')}: ${countText(settled)} settled for ${amountsText(amounts)}${beyondClause(beyondOverage)}`,
    duplicates > 0 ? `${countText(duplicates)} settled before` : '',
    awaiting > 0 ? `${countText(awaiting)} held until the outcome of their task is told` : '',
    unpriced > 0 ? `${countText(unpriced)} without a price` : '',
  ];
  return `${facts.filter((fact) => fact !== '').join(', ')}.`;
}

function tellFaults(shell: Shell, file: string, { broken, rejected }: ImportDocument): void {
  for (const { line, reason } of broken) shell.note(`${file}: line ${String(line)} is broken: ${reason}.`);
  for (const { code, message, count, firstLine } of rejected)
    shell.note(
      `${file}: rejected ${counted(count, 'line')}, the first of them line ${String(firstLine)}: ${code}: ${message}`,
    );
  if (broken.length + rejected.length > 0) shell.end(EXIT.refused);
}
