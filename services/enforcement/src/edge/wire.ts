import {
  owedInAll,
  totalOf,
  type AccountState,
  type Bag,
  type LimitLine,
  type Owed,
  type Share,
} from '@exchequer/account';
import type {
  AmountBindingReply,
  AmountsMap,
  LimitReply,
  PausedReply,
  PoolReply,
  SourceReply,
  ThresholdReply,
} from '@exchequer/contracts';
import { currencyId, formatAmount, parseAmount } from '@exchequer/kernel';
import type { Binding, Line, PauseState, PoolLine, ThresholdLine, Tightest } from '@exchequer/account';

/** Replies of one group name few instants, again and again: so many texts are kept. */
const INSTANTS_KEPT = 4;
const instantsKept: { readonly at: number; readonly text: string }[] = [];
let nextKept = 0;

export function instant(at: number): string {
  for (const kept of instantsKept) if (kept.at === at) return kept.text;
  const text = new Date(at).toISOString();
  instantsKept[nextKept] = { at, text };
  nextKept = (nextKept + 1) % INSTANTS_KEPT;
  return text;
}

/** Amounts by currency, as decimal strings of whole units. */
export function amountsOf(bag: Bag): AmountsMap {
  const amounts: Record<string, string> = {};
  for (const money of bag) amounts[money.currency] = formatAmount(money.amount);
  return amounts;
}

/** Lines of amounts that were stated directly, without a meter. */
export function linesOf(amounts: AmountsMap): readonly Line[] {
  const lines: Line[] = [];
  for (const currency in amounts)
    lines.push({ currency: currencyId(currency), amount: parseAmount(amounts[currency] ?? '0') });
  return lines;
}

/** Where amounts came from: parts of lots, then overage. */
export function sourcesOf(
  state: AccountState,
  shares: readonly Share[],
  owed: readonly Owed[] | undefined,
): readonly SourceReply[] {
  const sources: SourceReply[] = [];
  for (const share of shares) {
    const lot = state.lots.get(share.lot);
    if (lot === undefined) continue;
    const { currency, layer } = lot.grant;
    sources.push({ node: lot.node.id, lot: share.lot, layer, currency, amount: formatAmount(share.amount) });
  }
  for (const one of owed ?? [])
    sources.push({
      node: one.node,
      layer: 'overage',
      currency: one.currency,
      amount: formatAmount(one.amount),
      ...(one.surcharge !== undefined && { surcharge: formatAmount(one.surcharge) }),
    });
  return sources;
}

export const bindingOf = (binding: Binding): AmountBindingReply => ({
  kind: binding.limit === undefined ? 'funds' : 'limit',
  node: binding.node,
  ...(binding.limit !== undefined && { limit: binding.limit }),
  currency: binding.currency,
  remaining: formatAmount(binding.remaining),
  ...(binding.resetsAt !== undefined && { resetsAt: instant(binding.resetsAt) }),
  ...(binding.rule !== undefined && { rule: binding.rule }),
  ...(binding.pool !== undefined && { pool: binding.pool }),
});

export const tightestOf = (tightest: Tightest): LimitReply => ({
  node: tightest.node,
  limit: tightest.limit,
  currency: tightest.currency,
  remaining: formatAmount(tightest.remaining),
  ...(tightest.resetsAt !== undefined && { resetsAt: instant(tightest.resetsAt) }),
  ...(tightest.rule !== undefined && { rule: tightest.rule }),
});

export const limitReply = (line: LimitLine): LimitReply => ({
  node: line.node,
  limit: line.limit,
  currency: line.currency,
  mode: line.conduct.mode ?? 'hard',
  ...(line.conduct.then !== undefined && { then: line.conduct.then }),
  amount: formatAmount(line.amount),
  used: formatAmount(line.used),
  held: formatAmount(line.held),
  ...(line.released !== undefined && { released: formatAmount(line.released) }),
  remaining: formatAmount(line.remaining),
  ...(line.overrun > 0n && { overrun: formatAmount(line.overrun) }),
  ...(line.thresholds !== undefined && { thresholds: line.thresholds.map(thresholdReply) }),
  ...(line.resetsAt !== undefined && { resetsAt: instant(line.resetsAt) }),
  rule: line.rule,
});

export const poolReply = ({ currency, reserve, borrowMax, lendMax, ...used }: PoolLine): PoolReply => ({
  currency,
  ...(reserve !== undefined && { reserve: formatAmount(reserve) }),
  ...(borrowMax !== undefined && { borrowMax: formatAmount(borrowMax) }),
  ...(lendMax !== undefined && { lendMax: formatAmount(lendMax) }),
  borrowed: formatAmount(used.borrowed),
  lent: formatAmount(used.lent),
  ...(used.kept !== undefined && { kept: formatAmount(used.kept) }),
  ...(used.resetsAt !== undefined && { resetsAt: instant(used.resetsAt) }),
});

const thresholdReply = ({ threshold, crossed }: ThresholdLine): ThresholdReply => ({
  ...('share' in threshold && { share: threshold.share }),
  ...('used' in threshold && { used: formatAmount(threshold.used) }),
  ...('left' in threshold && { left: formatAmount(threshold.left) }),
  crossed,
});

export const pausedReply = ({ by, actor, reason, since, resumption }: PauseState): PausedReply => ({
  by,
  ...(actor !== undefined && { actor }),
  ...(reason !== undefined && { reason }),
  since: instant(since),
  ...(resumption !== undefined && { resumesAt: instant(resumption.dueAt) }),
});

/** What is owed by parts of overage, with their surcharges, by currency. */
export const debtOf = (owed: readonly Owed[]): Bag =>
  totalOf(owed.map((one) => ({ currency: one.currency, amount: owedInAll(one) })));

/** The sum of parts of lots, and of what overage pays, by currency. */
export const sumOf = (state: AccountState, shares: readonly Share[], owed: readonly Owed[] = []): Bag =>
  totalOf([
    ...shares.flatMap(({ lot, amount }) => {
      const currency = state.lots.get(lot)?.grant.currency;
      return currency === undefined ? [] : [{ currency, amount }];
    }),
    ...owed,
  ]);
