import { isSmallerRatio, WHOLE, type Ratio } from '@exchequer/kernel';
import type { Binding } from '../facts.js';
import { shortOf, spendableOn } from '../lots/plan-draw.js';
import { isCritical } from '../overage/plan-overage.js';
import { poolBinding } from '../pools/pool-binding.js';
import type { PoolCut } from '../pools/pool-room.js';
import { openSessionAt } from '../sessions/open-sessions.js';
import { leftIn } from '../sessions/reserve.js';
import type { Asked } from './asked.js';

/** How much of a request the funds cover. */
export interface FundsVerdict {
  readonly ratio: Ratio;
  readonly binding: Binding | undefined;
  /** The pool rule that keeps the funding path from covering more. */
  readonly cut: PoolCut | undefined;
}

/** What part of the amounts the funding path covers, and the currency that covers least. */
export function fundsVerdict({ state, chain, request, moment: { at } }: Asked): FundsVerdict {
  const { amounts, particulars } = request;
  const critical = isCritical(particulars);
  let ratio: Ratio = WHOLE;
  let binding: Binding | undefined;
  let cut: PoolCut | undefined;
  for (const { currency, amount } of amounts) {
    const session = openSessionAt(chain.payer);
    const available =
      session === undefined ? spendableOn(chain, currency, at, critical) : leftIn(state, session, currency);
    const covered: Ratio = { part: available, whole: amount };
    if (!isSmallerRatio(covered, ratio)) continue;
    ratio = covered;
    cut =
      session === undefined && chain.pools !== undefined
        ? shortOf(chain, currency, amount, at, critical).cut
        : undefined;
    binding =
      cut === undefined
        ? { node: chain.payer.id, currency, remaining: available }
        : poolBinding(cut, currency, available, at);
  }
  return { ratio, binding, cut };
}
