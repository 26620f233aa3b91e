import { estimateOf, ownKeyOf, totalOf, type Bag, type Line, type NodeState } from '@exchequer/account';
import { OWN_KEY } from '@exchequer/contracts';
import {
  chargedOfOwnKey,
  estimate,
  rate,
  rateStated,
  type EstimatedUse,
  type PriceBook,
  type Use,
} from '@exchequer/rating';
import type { Replica } from '@exchequer/replica';

/** The account just before something is booked. */
export type Before = Pick<Replica, 'state' | 'learned'>;

/** What something must cost: by meter, before anything is charged less of it because it is only a part. */
export interface Expected {
  readonly lines: readonly Line[];
  readonly card?: string;
  readonly isProvisional: boolean;
  readonly market?: Bag;
  /** The same by currency, where it is not told how that is divided among the meters. */
  readonly isUndivided?: boolean;
}

/** Who pays, and whose key is used. */
export interface Paying {
  readonly payer: NodeState | undefined;
  readonly credentialType: string | undefined;
}

/** What was used costs, at the prices of a book; undefined where there is no price, not even a stated one. */
export function usedPrice(use: Use, at: number, book: PriceBook, before: Before, paying: Paying): Expected | undefined {
  const rating = rate(use, at, book);
  if (rating.kind === 'unpriced') return stated(use, before, paying);
  return charged({ lines: rating.lines, card: rating.card, isProvisional: false }, paying);
}

/** What a call is held for that is to use a model: the most it can cost, or less by the payer's policy. */
export function heldPrice(
  use: EstimatedUse,
  at: number,
  book: PriceBook,
  before: Before,
  paying: Paying,
): Expected | undefined {
  const most = estimate(use, at, book);
  if (most.kind === 'unpriced') return stated(use, before, paying);
  const price = { lines: most.lines, card: most.card, isProvisional: false };
  const policy = paying.payer && estimateOf(paying.payer);
  const hasMaximum = Object.values(use.meters).some((quantity) => typeof quantity === 'object');
  if (policy === undefined || policy.by === 'max' || !hasMaximum) return charged(price, paying);
  if (policy.by === 'fixed') {
    const lines = totalOf(most.lines).map((money) => {
      const fixed = policy.amounts.find(({ currency }) => currency === money.currency);
      return fixed !== undefined && fixed.amount < money.amount ? fixed : money;
    });
    return charged({ ...price, lines, isUndivided: true }, paying);
  }
  const seen = before.learned.quantile(paying.payer?.id ?? '', use.model, policy.quantile);
  const output = use.meters['output_tokens'];
  if (seen === undefined || typeof output !== 'object' || Number(output.max) <= seen.outputTokens)
    return charged(price, paying);
  const likely = estimate({ ...use, meters: { ...use.meters, output_tokens: { max: seen.outputTokens } } }, at, book);
  if (likely.kind === 'unpriced') throw new Error('a shorter output has no price where a longer one has');
  return charged({ ...price, lines: sumOf(likely.lines) > sumOf(most.lines) ? most.lines : likely.lines }, paying);
}

/** As {@link Expected}, of what is charged where the caller's own key is used. */
export function charged(price: Expected, { payer, credentialType }: Paying): Expected {
  const policy = credentialType === OWN_KEY && payer !== undefined ? ownKeyOf(payer) : undefined;
  if (policy === undefined) return price;
  return { ...price, lines: chargedOfOwnKey(price.lines, policy), market: totalOf(price.lines) };
}

function stated(use: EstimatedUse, { state }: Before, paying: Paying): Expected | undefined {
  const rating = state.statedPrices && rateStated(use, state.statedPrices);
  if (rating === undefined || rating.kind === 'unpriced') return undefined;
  return charged({ lines: rating.lines, isProvisional: true }, paying);
}

const sumOf = (lines: readonly Line[]): bigint => lines.reduce((sum, { amount }) => sum + amount, 0n);

/** The models of the kind that a model is of, the cheapest first. */
export const kindOf = ({ state }: Before, model: string): readonly string[] =>
  [...state.modelKinds.values()].find((models) => models.includes(model)) ?? [];
