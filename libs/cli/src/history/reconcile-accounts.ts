import type { ReconciledGroup, ReconcileReply } from '@exchequer/contracts';
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
    const { equal, sums, groups, differentGroups, position } = await ask(account);
    if (equal) return { account, state: 'equal', position };
    const totals = sums
      .filter((sum) => !sum.equal)
      .map(
        ({ sum, of, ledger, clickhouse }) =>
          `${[sum, of].join(' ').trim()} is ${clickhouse} in ClickHouse and ${ledger} in the ledger`,
      );
    const differences = [...totals, ...groups.map(groupText), ...beyond(differentGroups, groups.length)];
    return { account, state: 'different', position, differences };
  } catch (fault) {
    if (!(fault instanceof ExchequerError)) throw fault;
    return { account, state: 'not-compared', reason: fault.message };
  }
}

function groupText({ sum, of, hour, payer, model, ledger, clickhouse }: ReconciledGroup): string {
  const what = sum === 'charged' ? `charged of ${of}` : [sum, of].join(' ').trim();
  const whose = `${model === '' ? 'no model' : model}, ${payer}, ${hour}`;
  return `${what} for ${whose} is ${clickhouse} in ClickHouse and ${ledger} in the ledger`;
}

const beyond = (found: number, named: number): readonly string[] =>
  found > named
    ? [`at least ${String(found)} groups of hour, payer and model differ; the first ${String(named)} are named`]
    : [];
