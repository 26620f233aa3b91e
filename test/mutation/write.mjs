/**
 * `npm run mutate:write`: writes the figures and the survivors of the last `npm run mutate` into MUTANTS.md, where it was a run of
 * the whole account with all specs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import config from '../../stryker.config.mjs';
import { withoutReason, written } from './document.mjs';
import { DOCUMENT, RUN_FILE } from './reporter.mjs';

const { run, ...report } = JSON.parse(readFileSync(RUN_FILE, 'utf8'));
const isWhole = JSON.stringify(report.config.mutate) === JSON.stringify(config.mutate) && run.specs === undefined;
if (isWhole) {
  const document = readFileSync(DOCUMENT, 'utf8');
  writeFileSync(DOCUMENT, written(report, run, document));
  process.stdout.write(`${String(withoutReason(report, document).length)} survivors have no reason yet\n`);
} else {
  process.stderr.write(
    'The last run was of a part of the account, or with a part of its specs; nothing was written.\n',
  );
  process.exitCode = 1;
}
