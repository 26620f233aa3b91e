import type { Exchequer } from '@exchequer/client';
import { SUBJECTS, type ReportBody, type ReportReply, type ReportRow } from '@exchequer/contracts';
import { formatAmount } from '@exchequer/kernel';
import { addAmounts, amountsOf, type AmountSums } from '../output/amount-sums.js';

/** Calls, tokens and money of one source of usage. */
export interface SourceSums {
  readonly calls: number;
  readonly contextTokens: bigint;
  readonly generatedTokens: bigint;
  /** Nano-units by currency; without those of which there is nothing. */
  readonly amounts: ReadonlyMap<string, bigint>;
}

export interface Comparison {
  readonly agrees: boolean;
  readonly calls: number;
  readonly contextTokens: string;
  readonly generatedTokens: string;
  readonly amounts: Readonly<Record<string, string>>;
  /** What differs, as a clause for each. */
  readonly differences: readonly string[];
}

/**
 * Waits until ClickHouse has everything that the ledger has now, and compares what it says of a source of usage.
 *
 * @throws ExchequerError when `reporting` does not answer, or is too far behind.
 */
export async function compareWithAnalytics(client: Exchequer, source: string, ledger: SourceSums): Promise<Comparison> {
  const body: ReportBody = { by: ['model'], where: [{ dimension: 'source', value: source }], until: 'now' };
  const { rows } = await client.call<ReportReply>(SUBJECTS.reporting('report', client.account), body);
  return compare(sumsOf(rows), ledger);
}

/** The sums of a report's rows. */
export function sumsOf(rows: readonly ReportRow[]): SourceSums {
  let calls = 0;
  let contextTokens = 0n;
  let generatedTokens = 0n;
  const amounts: AmountSums = new Map();
  for (const row of rows) {
    calls += row.calls;
    contextTokens += BigInt(row.meters['input_tokens'] ?? '0');
    generatedTokens += BigInt(row.meters['output_tokens'] ?? '0');
    addAmounts(amounts, row.amounts);
  }
  return { calls, contextTokens, generatedTokens, amounts };
}

export function compare(clickHouse: SourceSums, ledger: SourceSums): Comparison {
  const differences: string[] = [];
  const check = (what: string, theirs: string, ours: string): void => {
    if (theirs !== ours) differences.push(`${theirs} ${what} in ClickHouse and ${ours} in the ledger`);
  };
  check('calls', String(clickHouse.calls), String(ledger.calls));
  check('context tokens', String(clickHouse.contextTokens), String(ledger.contextTokens));
  check('generated tokens', String(clickHouse.generatedTokens), String(ledger.generatedTokens));
  for (const currency of new Set([...clickHouse.amounts.keys(), ...ledger.amounts.keys()]))
    check(
      currency,
      formatAmount(clickHouse.amounts.get(currency) ?? 0n),
      formatAmount(ledger.amounts.get(currency) ?? 0n),
    );
  return {
    agrees: differences.length === 0,
    calls: clickHouse.calls,
    contextTokens: String(clickHouse.contextTokens),
    generatedTokens: String(clickHouse.generatedTokens),
    amounts: amountsOf(clickHouse.amounts),
    differences,
  };
}
