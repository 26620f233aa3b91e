import type { AmountsMap, AuthorizationReply, BindingReply, UsageReply } from '@exchequer/contracts';
import { formatAmount } from '@exchequer/kernel';
import { addAmounts, type AmountSums } from '../output/amount-sums.js';
import type { SourceSums } from './compare-analytics.js';
import type { BrokenRow, TraceRow } from './trace-row.js';

/** Of a model, or of all. */
interface Sums {
  calls: number;
  contextTokens: number;
  generatedTokens: number;
  readonly amounts: AmountSums;
}

/** Refusals for one reason: a limit in one of its windows, or the funds of a node. */
export interface RefusalGroup {
  readonly code: string;
  readonly node?: string;
  readonly limit?: string;
  readonly currency?: string;
  /** When the limit's window ends; absent where nothing resets by itself. */
  readonly resetsAt?: string;
  count: number;
  /** From 1. */
  readonly firstRow: number;
}

/** Rows that no service takes, by reason. */
export interface RejectionGroup {
  readonly code: string;
  readonly message: string;
  count: number;
  /** From 1. */
  readonly firstRow: number;
}

/** How a row's settlement relates to this play. */
export type Settling = 'now' | 'before';

const newSums = (): Sums => ({ calls: 0, contextTokens: 0, generatedTokens: 0, amounts: new Map() });

/** What became of the rows of a play. */
export class Tally {
  events = 0;
  allowed = 0;
  duplicates = 0;
  unpriced = 0;
  refused = 0;
  firstRefusedRow: number | undefined;
  readonly broken: BrokenRow[] = [];
  /** Settled by this play. */
  private readonly now = newSums();
  /** Settled by this play or an earlier one of the same: what ClickHouse has of its source. */
  private readonly ever = newSums();
  private readonly models = new Map<string, Sums>();
  private readonly refusalGroups = new Map<string, RefusalGroup>();
  private readonly rejectionGroups = new Map<string, RejectionGroup>();

  get rejections(): readonly RejectionGroup[] {
    return [...this.rejectionGroups.values()];
  }

  settled(row: TraceRow, model: string, reply: UsageReply, when: Settling): void {
    add(this.ever, row, reply.amounts);
    if (when === 'before') {
      this.duplicates += 1;
      return;
    }
    if (reply.status === 'unpriced') {
      this.unpriced += 1;
      return;
    }
    if (reply.unpriced === true) this.unpriced += 1;
    add(this.now, row, reply.amounts);
    const sums = this.models.get(model) ?? newSums();
    this.models.set(model, sums);
    add(sums, row, reply.amounts);
  }

  denied({ index }: TraceRow, { code = 'InsufficientCredits', binding, resetsAt }: AuthorizationReply): void {
    this.refused += 1;
    this.firstRefusedRow = Math.min(this.firstRefusedRow ?? index + 1, index + 1);
    const bound = boundBy(binding);
    const key = JSON.stringify([code, bound.node, bound.limit, bound.currency, resetsAt]);
    const group = this.refusalGroups.get(key);
    if (group !== undefined) group.count += 1;
    else
      this.refusalGroups.set(key, {
        code,
        ...bound,
        ...(resetsAt !== undefined && { resetsAt }),
        count: 1,
        firstRow: index + 1,
      });
  }

  rejected({ index }: TraceRow, code: string, message: string): void {
    const key = `${code} ${message}`;
    const group = this.rejectionGroups.get(key);
    if (group !== undefined) group.count += 1;
    else this.rejectionGroups.set(key, { code, message, count: 1, firstRow: index + 1 });
  }

  /** What the ledger has of the play's source, by this play and earlier ones of the same. */
  sumsEver(): SourceSums {
    const { calls, contextTokens, generatedTokens, amounts } = this.ever;
    return { calls, contextTokens: BigInt(contextTokens), generatedTokens: BigInt(generatedTokens), amounts };
  }

  /** The sums as `replay --json` prints them. */
  document(seconds: number, authorize: boolean): PlayDocument {
    const byModel = [...this.models].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      events: this.events,
      settled: this.now.calls,
      duplicates: this.duplicates,
      unpriced: this.unpriced,
      ...(authorize && { allowed: this.allowed, refused: this.refused }),
      ...(this.firstRefusedRow !== undefined && { firstRefusedRow: this.firstRefusedRow }),
      contextTokens: this.now.contextTokens,
      generatedTokens: this.now.generatedTokens,
      ...moneyOf(this.now),
      seconds: Math.round(seconds * 1_000) / 1_000,
      byModel: Object.fromEntries(byModel.map(([model, sums]) => [model, sumsDocument(sums)])),
      ...(this.refusalGroups.size > 0 && { refusals: [...this.refusalGroups.values()] }),
      ...(this.rejectionGroups.size > 0 && { rejected: this.rejections }),
      ...(this.broken.length > 0 && { broken: this.broken }),
    };
  }
}

interface SumsDocument {
  readonly calls: number;
  readonly contextTokens: number;
  readonly generatedTokens: number;
  /** With all nine digits, as an invoice has them. */
  readonly usd: string;
  /** What was spent in other currencies. */
  readonly amounts?: AmountsMap;
}

export interface PlayDocument extends Omit<SumsDocument, 'calls'> {
  readonly events: number;
  readonly settled: number;
  readonly duplicates: number;
  /** Without a price: kept apart, or settled at stated prices. */
  readonly unpriced: number;
  readonly allowed?: number;
  readonly refused?: number;
  /** From 1. */
  readonly firstRefusedRow?: number;
  readonly seconds: number;
  readonly byModel: Readonly<Record<string, SumsDocument>>;
  readonly refusals?: readonly RefusalGroup[];
  readonly rejected?: readonly RejectionGroup[];
  readonly broken?: readonly BrokenRow[];
}

function add(sums: Sums, { contextTokens, generatedTokens }: TraceRow, amounts: AmountsMap): void {
  sums.calls += 1;
  sums.contextTokens += contextTokens;
  sums.generatedTokens += generatedTokens;
  addAmounts(sums.amounts, amounts);
}

const sumsDocument = (sums: Sums): SumsDocument => ({
  calls: sums.calls,
  contextTokens: sums.contextTokens,
  generatedTokens: sums.generatedTokens,
  ...moneyOf(sums),
});

function moneyOf({ amounts }: Sums): Pick<SumsDocument, 'usd' | 'amounts'> {
  const others = [...amounts].filter(([currency]) => currency !== 'usd');
  return {
    usd: nineDigits(amounts.get('usd') ?? 0n),
    ...(others.length > 0 && {
      amounts: Object.fromEntries(others.map(([currency, amount]) => [currency, formatAmount(amount)])),
    }),
  };
}

/** `5.807479500`. */
export function nineDigits(nanoUnits: bigint): string {
  const [whole = '0', fraction = ''] = formatAmount(nanoUnits).split('.');
  return `${whole}.${fraction.padEnd(9, '0')}`;
}

const boundBy = (binding: BindingReply | null | undefined): Pick<RefusalGroup, 'node' | 'limit' | 'currency'> =>
  binding == null
    ? {}
    : {
        node: binding.node,
        ...('limit' in binding && { limit: binding.limit }),
        ...('currency' in binding && { currency: binding.currency }),
      };
