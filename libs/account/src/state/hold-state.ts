import type { DueEntry, HoldId, Instant } from '@exchequer/kernel';
import type { Bag, Line } from '../bag.js';
import type { Owed, Particulars, Share } from '../facts.js';
import type { Chain } from '../tree/chain.js';
import { DUE_RANK } from './lot-state.js';

/** Credits set aside for one approved call. */
export class HoldState implements DueEntry {
  slot = -1;
  dueAt: Instant;
  /** How it was priced, where that was not by a card alone: one field for what few of very many holds have. */
  private readonly priced: { readonly provisional: string | undefined; readonly market: Bag | undefined } | undefined;

  constructor(
    readonly id: HoldId,
    /** Number of the hold in its account, from 1. */
    readonly order: number,
    /** The chain as it was when the hold was placed: moving a node changes no hold. */
    readonly chain: Chain,
    readonly placedAt: Instant,
    expiresAt: Instant,
    readonly amounts: Bag,
    readonly lines: readonly Line[] | undefined,
    readonly shares: readonly Share[],
    readonly owed: readonly Owed[] | undefined,
    readonly particulars: Particulars | undefined,
    provisional: string | undefined,
    market: Bag | undefined,
  ) {
    this.dueAt = expiresAt;
    this.priced = provisional === undefined && market === undefined ? undefined : { provisional, market };
  }

  /** Why it is at stated prices, if it is. */
  get provisional(): string | undefined {
    return this.priced?.provisional;
  }

  /** What it would cost at market prices, where the caller's own key is used. */
  get market(): Bag | undefined {
    return this.priced?.market;
  }

  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a field would be in each of very many holds
  get kind(): 'hold' {
    return 'hold';
  }

  get rank(): number {
    return DUE_RANK.hold;
  }
}

/** A hold that expired or was voided: usage may still arrive for it. Kept 35 days. */
export interface LapsedHold {
  readonly id: HoldId;
  readonly chain: Chain;
  readonly placedAt: Instant;
  readonly endedAt: Instant;
  readonly amounts: Bag;
  readonly lines: readonly Line[] | undefined;
  readonly particulars: Particulars | undefined;
  readonly provisional: string | undefined;
  readonly market: Bag | undefined;
}
