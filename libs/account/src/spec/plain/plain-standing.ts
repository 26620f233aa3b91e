import type { ChargeCorrected, CreditsDrawn, HoldCaptured } from '../../facts.js';
import type { PlainAccount, PlainStanding } from './plain-account.js';

/** What a charge came to when it was booked. */
export const firstStanding = (fact: HoldCaptured | CreditsDrawn): PlainStanding => ({
  amounts: fact.amounts,
  lines: fact.lines,
  particulars: fact.particulars,
  uncollected: fact.uncollected ?? [],
  paid: [
    ...(fact.type === 'HoldCaptured' ? fact.spent : []),
    ...(fact.reserves ?? []).flatMap(({ shares }) => shares),
    ...(fact.drawn ?? []),
  ],
  owing: fact.owed ?? [],
  market: fact.market,
});

/** A corrected charge comes to what its correction says. */
export function afterCorrection(account: PlainAccount, fact: ChargeCorrected): void {
  const { of, amounts, lines, particulars, uncollected = [], paid, owing = [], market } = fact;
  const standing = { amounts, lines, particulars, uncollected, paid, owing, market };
  const known = account.corrected.find((one) => one.of === of);
  if (known === undefined) account.corrected.push({ of, standing });
  else known.standing = standing;
}
