/**
 * Ends a run of the mutation tester with the score of each folder and the survivors that MUTANTS.md gives no reason for, and
 * keeps the run in reports/mutation.json for `npm run mutate:write`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { withoutReason } from './document.mjs';
import { EXAMPLES_PART } from './examples-part.mjs';
import { figuresOf, scoreOf, sumOf } from './survivors.mjs';

export const RUN_FILE = new URL('../../reports/mutation.json', import.meta.url);
export const DOCUMENT = new URL('../../libs/account/MUTANTS.md', import.meta.url);

class SurvivorsReporter {
  began = Date.now();
  commit = commitNow();

  onMutationTestReportReady(report) {
    const run = {
      commit: this.commit,
      minutes: Math.ceil((Date.now() - this.began) / 60_000),
      examplesPart: EXAMPLES_PART,
      commands: Number(process.env['DIFFERENTIAL_COMMANDS']),
      specs: process.env['MUTATION_SPECS'],
    };
    mkdirSync(new URL('.', RUN_FILE), { recursive: true });
    writeFileSync(RUN_FILE, JSON.stringify({ ...report, run }));
    process.stdout.write(textOf(report, readFileSync(DOCUMENT, 'utf8')));
  }
}

function textOf(report, document) {
  const open = withoutReason(report, document);
  const figures = figuresOf(report);
  const lines = [...figures, sumOf(figures)].map(
    (one) =>
      `${one.folder.padEnd(12)} ${String(one.seen).padStart(5)} of ${String(one.mutants).padStart(5)}  ${scoreOf(one)}`,
  );
  const survivors = open.map(({ file, at, line, mutation }) => `${file}:${String(at)}  ${line}\n    ${mutation}`);
  return ['', ...lines, '', `${String(open.length)} survived without a reason in MUTANTS.md`, ...survivors, ''].join(
    '\n',
  );
}

/** The commit of the checkout, marked where it was changed since. */
function commitNow() {
  try {
    const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'libs') === '' ? '' : ', changed'}`;
  } catch {
    return 'unknown';
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'survivors', SurvivorsReporter)];
