import type { Ratio } from '@exchequer/kernel';
import { amountIn, lessOf, scaleLines } from '../bag.js';
import type { Charge, HoldCaptured } from '../facts.js';
import type { Scoped } from './scope.js';

/** What of a charge limits look at. */
type Counted = Pick<Charge, 'amounts' | 'lines' | 'particulars' | 'uncollected' | 'drawn' | 'owed'> &
  Partial<Pick<HoldCaptured, 'spent'>>;

/** What limits count of a charge: all of it but what was written off. Where a part was, lines shrink in proportion. */
export function countedCost(charge: Counted, lots: Scoped['lots']): Scoped {
  const { amounts, lines, particulars, uncollected } = charge;
  if (uncollected === undefined) return { amounts, lines, particulars, payment: charge, lots };
  const counted = lessOf(amounts, uncollected);
  const countedLines = lines?.flatMap((line) => {
    const ratio: Ratio = { part: amountIn(counted, line.currency), whole: amountIn(amounts, line.currency) };
    return ratio.whole === 0n ? [] : scaleLines([line], ratio);
  });
  return { amounts: counted, lines: countedLines, particulars, payment: charge, lots };
}
