import { SUBJECTS, type ReconcileReply } from '@exchequer/contracts';
import { progressOn } from '../output/progress.js';
import { EXIT } from '../shell/exit-status.js';
import { failureOf, Refused } from '../shell/faults.js';
import { accountOf, example, type CommandGroup, type GlobalOptions } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import type { Reconciled } from '../history/reconcile-accounts.js';
import type { StreamProof } from '../history/prove-ledger.js';

/** `reporting` sums both up, and first waits until ClickHouse has everything. */
const RECONCILE_BOUNDS = { giveUpAfterMs: 30_000, answerWithinMs: 25_000 };

/** `exchequer ledger verify`. */
export function addLedgerVerify(ledger: CommandGroup, shell: Shell): void {
  ledger
    .command('verify')
    .description(
      'prove the ledger of the settings: hash chain, anchors, invariants, and that ClickHouse shows the same',
    )
    .option('--no-analytics', 'do not compare with ClickHouse')
    .addHelpText(
      'after',
      example('exchequer ledger verify', 'exchequer ledger verify --account acme --no-analytics --json'),
    )
    .action(async (_options, command) => {
      const options = command.optsWithGlobals();
      const onlyAccount = options.account === undefined ? undefined : accountOf(options);
      const { proveLedger } = await import('../history/prove-ledger.js');
      const { withSettledLedger } = await import('../history/open-settled-ledger.js');
      const { verdictOf, verdictText } = await import('../history/verdict.js');
      const progress = progressOn(shell.err);
      try {
        const { address, proofs } = await withSettledLedger(async (settled) => ({
          address: settled.address,
          proofs: await proveLedger(settled.ledger, onlyAccount, progress),
        }));
        if (onlyAccount !== undefined && !proofs.some(({ account }) => account === onlyAccount))
          throw new Refused('UnknownAccount', `${address} has no account ${onlyAccount}, so that nothing was proved.`);
        progress.show(0, undefined, 'comparing with ClickHouse');
        const reconciled = options.analytics ? await reconcile(options, proofs) : 'skipped';
        progress.end();
        const verdict = verdictOf(address, proofs, reconciled);
        shell.answer(verdict, () => verdictText(verdict));
        for (const { address: where, reason } of verdict.faults) shell.note(`${where}: ${reason}`);
        if (verdict.faultCount > 0) shell.end(EXIT.refused);
        if (verdict.clickhouse === 'not-compared') {
          shell.note(`ClickHouse was not compared: ${verdict.whyNotCompared ?? 'it did not answer'}`);
          shell.end(EXIT.unavailable);
        }
      } finally {
        progress.end();
      }
    });
}

/** Accounts whose own stream is damaged are not asked for: there is nothing to compare with. */
async function reconcile(options: GlobalOptions, proofs: readonly StreamProof[]): Promise<readonly Reconciled[]> {
  const accounts = proofs.flatMap(({ account, faultCount }) =>
    account === undefined ? [] : [{ account, faultCount }],
  );
  const damaged = accounts.filter(({ faultCount }) => faultCount > 0).map(({ account }) => account);
  const sound = accounts.filter(({ faultCount }) => faultCount === 0).map(({ account }) => account);
  const compared = sound.length === 0 ? [] : await askFor(options, sound);
  return [...compared, ...notCompared(damaged, 'its stream is damaged')];
}

async function askFor(options: GlobalOptions, accounts: readonly string[]): Promise<readonly Reconciled[]> {
  const { reconcileAccounts } = await import('../history/reconcile-accounts.js');
  try {
    return await withAccount(
      options,
      (client) =>
        reconcileAccounts(accounts, (account) =>
          client.call<ReconcileReply>(SUBJECTS.reporting('reconcile', account), { until: 'now' }),
        ),
      { bounds: RECONCILE_BOUNDS },
    );
  } catch (fault) {
    // Without NATS there is nobody to ask; what the ledger itself proves still counts.
    return notCompared(accounts, failureOf(fault).problem.message);
  }
}

const notCompared = (accounts: readonly string[], reason: string): readonly Reconciled[] =>
  accounts.map((account) => ({ account, state: 'not-compared', reason }));
