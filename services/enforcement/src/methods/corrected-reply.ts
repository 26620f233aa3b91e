import type { AccountState, ChargeCorrected, Renewal } from '@exchequer/account';
import type { CorrectedReply, RenewedReply } from '@exchequer/contracts';
import { amountsOf, instant, sourcesOf, sumOf } from '../edge/wire.js';
import { reservedIn } from './settlement-reply.js';

/** What a correction changed of its charge. @param state at any time after it: what is told of lots never changes. */
export function correctedReply(state: AccountState, fact: ChargeCorrected): CorrectedReply {
  const { amounts, returned, renewed = [], broken = [], forgiven = [], owed = [], beyondOverage } = fact;
  const drawn = [...reservedIn(fact), ...(fact.drawn ?? [])];
  const refunded = sumOf(state, [...returned, ...renewed], forgiven);
  const charged = sumOf(state, drawn, owed);
  return {
    amounts: amountsOf(amounts),
    refunded: amountsOf(refunded),
    ...(renewed.length > 0 && { renewed: renewedReplies(state, renewed) }),
    ...(broken.length > 0 && { breakage: amountsOf(sumOf(state, broken)) }),
    ...(charged.length > 0 && { charged: amountsOf(charged) }),
    ...(beyondOverage !== undefined && { beyondOverage: amountsOf(beyondOverage) }),
    sources: [...sourcesOf(state, [...returned, ...renewed, ...broken], forgiven), ...sourcesOf(state, drawn, owed)],
  };
}

/** Each new lot once, with all that it got. */
function renewedReplies(state: AccountState, renewed: readonly Renewal[]): readonly RenewedReply[] {
  const lots = new Map(renewed.map((part) => [part.toLot, part]));
  return Array.from(lots.values(), ({ toLot, toNode, expiresAt }) => ({
    lot: toLot,
    node: toNode,
    amounts: amountsOf(
      sumOf(
        state,
        renewed.filter((part) => part.toLot === toLot),
      ),
    ),
    expiresAt: instant(expiresAt),
  }));
}
