import type { ReconcileReply } from '@exchequer/contracts';
import { ExchequerError } from '@exchequer/client';

/** Whether ClickHouse shows what an account's ledger says. */
export type Reconciled =
  | { readonly account: string; readonly state: 'equal'; readonly position: string | null }
  | {
      readonly account: string;
      readonly state: 'different';
      readonly position: string | null;
      readonly differences: readonly string[];
    }
  | { readonly account: string; readonly state: 'not-compared'; readonly reason: string };

/** Asks for every account; one that does not answer is said to, and the next is asked. */
export async function reconcileAccounts(
  accounts: readonly string[],
  ask: (account: string) => Promise<ReconcileReply>,
): Promise<readonly Reconciled[]> {
  const outcomes: Reconciled[] = [];
  for (const account of accounts) outcomes.push(await reconcile(account, ask));
  return outcomes;
}

async function reconcile(account: string, ask: (account: string) => Promise<ReconcileReply>): Promise<Reconciled> {
  try {
    const { equal, sums, position } = await ask(account);
    if (equal) return { account, state: 'equal', position };
    const differences = sums
      .filter((sum) => !sum.equal)
      .map(
        ({ sum, of, ledger, clickhouse }) =>
          `${[sum, of].join(' ').trim()} is ${clickhouse} in ClickHouse and ${ledger} in the ledger`,
      );
    return { account, state: 'different', position, differences };
  } catch (fault) {
    if (!(fault instanceof ExchequerError)) throw fault;
    return { account, state: 'not-compared', reason: fault.message };
  }
}
