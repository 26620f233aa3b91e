import { DEFAULT_PROJECT } from '@exchequer/account';
import type { AuthorizeBody } from '@exchequer/contracts';
import { nodeId } from '@exchequer/kernel';
import { estimate, type EstimatedUse } from '@exchequer/rating';
import type { RefusalRow } from '@exchequer/service-enforcement/inside';
import { heldPrice, kindOf, type Before } from './expected-price.js';
import type { PriceWitness } from './price-witness.js';
import { describe, isSame, linesOf, type Told } from './told-price.js';

/** Refusals that the same call with another model may not meet. */
const MAY_DIFFER: ReadonlySet<string | undefined> = new Set([
  'NotEntitled',
  'RateLimited',
  'LimitReached',
  'InsufficientCredits',
]);

/** A refused call: who asked for what, and the account as it stood. */
export interface Refused {
  readonly account: string;
  readonly id: string;
  readonly body: AuthorizeBody;
  readonly before: Before;
}

/**
 * What is wrong with the amounts that a call was refused at, by what is kept of it: they are what the cards make of it, and so
 * are those of the other models of its kind, of which none is left out that has a price.
 */
export function faultsOfRefusal(
  prices: PriceWitness,
  { account, id, body, before }: Refused,
  { lines, card, code, context: { provisional, market, candidates = [] } = {} }: RefusalRow,
): readonly string[] {
  const { use, payer = DEFAULT_PROJECT, credentialType } = body;
  if (use === undefined) return [];
  const faults: string[] = [];
  const of = { account, id };
  const paying = { payer: before.state.nodes.get(nodeId(payer)), credentialType };
  const isPriced = (used: EstimatedUse, told: Told): boolean =>
    prices.maySay(of, told.provisional !== undefined, ({ atMs }, book) =>
      isSame(heldPrice(used, atMs, book, before, paying), told),
    );
  const told: Told = {
    lines: linesOf(lines),
    particulars: card === undefined ? {} : { card },
    ...(market !== undefined && { market: linesOf(market) }),
    ...(provisional !== undefined && { provisional }),
  };
  prices.count('refused', told);
  if (!isPriced(use, told)) faults.push(`${id} was refused at ${describe(told)}, which no price list makes`);
  const { meters, serviceTier } = use;
  const withModel = (model: string): EstimatedUse => ({ model, meters, serviceTier });
  for (const model of MAY_DIFFER.has(code) ? kindOf(before, use.model) : []) {
    if (model === use.model || candidates.some((candidate) => candidate.model === model)) continue;
    const mayHaveNone = prices.maySay(
      of,
      false,
      ({ atMs }, book) => estimate(withModel(model), atMs, book).kind === 'unpriced',
    );
    if (!mayHaveNone) faults.push(`${id} was refused, and ${model} was not looked at`);
  }
  for (const { model, lines: theirs } of candidates) {
    const other: Told = { lines: linesOf(theirs), isAllThatIsKept: true };
    prices.count('offered');
    if (!isPriced(withModel(model), other))
      faults.push(`${id} was offered ${model} at ${describe(other)}, which no price list makes`);
  }
  return faults;
}
