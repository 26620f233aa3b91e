import type { Fault } from '@exchequer/ledger';
import { counted, countText } from '../output/money-text.js';
import { textTable } from '../output/text-table.js';
import type { StreamProof } from './prove-ledger.js';
import type { Reconciled } from './reconcile-accounts.js';

/** What `ledger verify` says in the end. */
export interface Verdict {
  /** Nothing is wrong with the ledger, and ClickHouse, where it was compared, shows the same. */
  readonly whole: boolean;
  readonly ledger: string;
  readonly streams: readonly StreamProof[];
  readonly clickhouse: 'equal' | 'different' | 'not-compared' | 'skipped';
  readonly whyNotCompared?: string;
  readonly accounts: readonly Reconciled[];
  readonly faultCount: number;
  /** The first of them, those of the streams before those of ClickHouse. */
  readonly faults: readonly Fault[];
}

export function verdictOf(
  ledger: string,
  streams: readonly StreamProof[],
  reconciled: readonly Reconciled[] | 'skipped',
): Verdict {
  const accounts = reconciled === 'skipped' ? [] : reconciled;
  const ofClickHouse = accounts.flatMap((account) =>
    account.state === 'different'
      ? account.differences.map((reason) => ({ address: `ClickHouse of ${account.account}`, reason }))
      : [],
  );
  const faults = [...streams.flatMap((stream) => stream.faults), ...ofClickHouse];
  const faultCount = streams.reduce((sum, stream) => sum + stream.faultCount, 0) + ofClickHouse.length;
  const unanswered = accounts.find((account) => account.state === 'not-compared');
  return {
    whole: faultCount === 0,
    ledger,
    streams,
    clickhouse: reconciled === 'skipped' ? 'skipped' : stateOf(ofClickHouse.length, unanswered),
    ...(unanswered !== undefined && { whyNotCompared: unanswered.reason }),
    accounts,
    faultCount,
    faults,
  };
}

function stateOf(differences: number, unanswered: Reconciled | undefined): Verdict['clickhouse'] {
  if (differences > 0) return 'different';
  return unanswered === undefined ? 'equal' : 'not-compared';
}

/** A line for each stream, and the verdict in a sentence. */
export function verdictText(verdict: Verdict): string {
  const { streams, accounts } = verdict;
  const clickHouse = new Map(accounts.map(({ account, state }) => [account, state]));
  const right = (title: string) => ({ title, align: 'right' as const });
  const table = textTable(
    [
      { title: 'stream' },
      right('entries'),
      right('facts'),
      { title: 'chain' },
      { title: 'anchored' },
      { title: 'invariants' },
      { title: 'ClickHouse' },
    ],
    streams.map((stream) => [
      stream.stream,
      countText(stream.entries),
      countText(stream.facts),
      stream.chain,
      stream.anchored === null ? '–' : `up to @${stream.anchored.slice(stream.anchored.lastIndexOf('@') + 1)}`,
      stream.invariants === 'none' ? '–' : stream.invariants.replace('-', ' '),
      stream.account === undefined ? '–' : clickHouseText(clickHouse.get(stream.account)),
    ]),
  );
  return `${table}\n${sentence(verdict)}`;
}

const clickHouseText = (state: Reconciled['state'] | undefined): string => (state ?? '–').replace('-', ' ');

function sentence({ whole, ledger, streams, faultCount, clickhouse }: Verdict): string {
  const count = streams.reduce((sum, stream) => sum + stream.entries, 0);
  const entries = counted(count, 'entry', 'entries');
  const shown = {
    equal: ', and ClickHouse shows the same',
    skipped: '; ClickHouse was skipped',
    different: '',
    'not-compared': '',
  };
  return whole
    ? `${ledger} is whole: ${entries} in ${counted(streams.length, 'stream')}${shown[clickhouse]}.`
    : `${ledger} has ${counted(faultCount, 'fault')} in ${entries}.`;
}
