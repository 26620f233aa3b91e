import { SUBJECTS, type ReportBody, type ReportReply } from '@exchequer/contracts';
import { stringify } from 'csv-stringify/sync';
import { flatReport } from '../output/flat-report.js';
import { textTable } from '../output/text-table.js';
import { UsageFault } from '../shell/faults.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { instantOf, namesOf, pairOf } from './arguments.js';

/** The service waits until ClickHouse has everything; a rebuilt one may take longer than this to catch up. */
const REPORT_BOUNDS = { giveUpAfterMs: 20_000, answerWithinMs: 10_000 };

type Condition = NonNullable<ReportBody['where']>[number];

const collectCondition = (text: string, before: readonly Condition[] | undefined): readonly Condition[] => {
  const [dimension, value] = pairOf(text);
  return [...(before ?? []), { dimension, value }];
};

/** `exchequer report`. */
export function addReport(program: Program, shell: Shell): void {
  program
    .command('report')
    .description('calls, tokens and cost by time and by who, what and why; agrees with the ledger')
    .requiredOption(
      '--by <dimensions>',
      'with commas between them: minute … quarter, payer, user, project, model, tag:<name>, …',
      namesOf,
    )
    .option('--from <instant>', 'from when on', instantOf)
    .option('--to <instant>', 'until when, itself excluded', instantOf)
    .option('--zone <zone>', 'IANA zone of days, weeks and months (default: UTC)')
    .option('--where <dimension=value>', 'only these; may be repeated', collectCondition)
    .option('--limit <rows>', 'the most rows', limitOf)
    .option('--csv', 'print CSV')
    .option('--no-wait', 'what ClickHouse has now, without waiting for the newest entries of the ledger')
    .addHelpText(
      'after',
      example(
        'exchequer report --by day,model,tag:team',
        'exchequer report --by user --from 2026-11-01 --to 2026-12-01 --where model=gpt-4o --csv',
      ),
    )
    .action(async (_options, command) => {
      const options = command.optsWithGlobals();
      const { by, from, to, zone, where, limit, csv, wait } = options;
      if (csv === true && options.json === true)
        throw new UsageFault('--csv and --json exclude each other: choose one.');
      const body: ReportBody = {
        by: [...by],
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(zone !== undefined && { zone }),
        ...(where !== undefined && { where: [...where] }),
        ...(limit !== undefined && { limit }),
        ...(wait && { until: 'now' }),
      };
      const reply = await withAccount(
        options,
        (client) => client.call<ReportReply>(SUBJECTS.reporting('report', client.account), body),
        { bounds: REPORT_BOUNDS },
      );
      if (csv === true) shell.line(csvOf(reply, by));
      else shell.answer(reply, () => tableOf(reply, by));
      if (reply.truncated)
        shell.note('There are more rows than these; narrow it by --from, --to or --where, or raise --limit.');
    });
}

function limitOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageFault('--limit takes a whole number of rows from 1.');
}

function csvOf(reply: ReportReply, by: readonly string[]): string {
  const { columns, rows } = flatReport(reply, by);
  return stringify([columns.map(({ title }) => title), ...rows]);
}

function tableOf(reply: ReportReply, by: readonly string[]): string {
  if (reply.rows.length === 0) return 'Nothing was used.';
  const { columns, rows } = flatReport(reply, by);
  return textTable(columns, rows);
}
