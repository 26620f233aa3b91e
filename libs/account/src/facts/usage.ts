import type { CurrencyId, HoldId, Instant, NodeId } from '@exchequer/kernel';

/** How the amount of a hold was come by, where it is not the most that the call can cost. */
export interface Estimated {
  readonly by: 'fixed' | 'quantile';
  readonly quantile?: number;
  /** The length that was taken for the output, and how many settled calls say so. */
  readonly outputTokens?: number;
  readonly calls?: number;
}

/** What is told along with usage, for reports. Of rules only scopes, waits for an outcome and overage look at it. */
export interface Particulars {
  readonly model?: string;
  readonly provider?: string;
  readonly serviceTier?: string;
  /** Quantities by meter; decimals as strings. */
  readonly meters?: Readonly<Record<string, number | string>>;
  /** The rate card that priced it. */
  readonly card?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly taskType?: string;
  readonly outcome?: string;
  /** The task that it was done for: what is told of its outcome speaks of all that names it. */
  readonly taskId?: string;
  readonly credentialType?: string;
  readonly estimate?: Estimated;
  /** It may be paid by overage that is for critical work only. */
  readonly critical?: true;
}

/** Which usage event a charge comes from, and when it was used. */
export interface UsageOrigin {
  readonly source: string;
  readonly id: string;
}

/** Usage without a price: kept apart, not charged, never zero. */
export interface UsageUnpriced {
  readonly type: 'UsageUnpriced';
  readonly payer: NodeId;
  readonly nodes: readonly NodeId[];
  readonly openers?: readonly NodeId[];
  readonly hold?: HoldId;
  readonly usedAt?: Instant;
  readonly usage?: UsageOrigin;
  readonly particulars?: Particulars;
  readonly reason: string;
}

/** The price of one unit: an exact decimal, as text, of whole units of a currency. */
export interface StatedPrice {
  readonly price: string;
  readonly currency: CurrencyId;
}

/** What usage without a price is held and charged at, until its price comes. */
export interface StatedPrices {
  /** For one unit of a meter. */
  readonly meters: Readonly<Record<string, StatedPrice>>;
  /** For each call, whatever its meters. */
  readonly request?: StatedPrice;
}

export interface StatedPricesSet {
  readonly type: 'StatedPricesSet';
  /** Absent: there are none, and usage without a price is kept apart. */
  readonly prices?: StatedPrices;
}

/**
 * What is charged in one currency of a call with the caller's own key: nothing, its whole market cost, a share of that, or so
 * much for each call. Share and amount are decimals as texts.
 */
export type OwnKeyCharge = 'waived' | 'charged' | { readonly share: string } | { readonly fixed: string };

/** By currency; in one that is not named the market cost is charged. */
export type OwnKeyPolicy = Readonly<Record<string, OwnKeyCharge>>;

export interface OwnKeySet {
  readonly type: 'OwnKeySet';
  readonly node: NodeId;
  /** Absent: as the parent does. */
  readonly policy?: OwnKeyPolicy;
}
