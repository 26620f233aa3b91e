import type { CreditsDrawn, HoldCaptured, OutcomeAwaited } from '@exchequer/account';
import { WHOLE_OUTPUT_NAMES, type LearnedOutput } from '@exchequer/rating';

/**
 * What a settled call says of the output of its payer and model. One that was settled as it was held, without quantities,
 * counts with its maximum: nothing shorter is known of it.
 */
export function learnFrom(
  learned: LearnedOutput,
  { payer, particulars }: HoldCaptured | CreditsDrawn | OutcomeAwaited,
): void {
  const { model, meters } = particulars ?? {};
  if (model === undefined || meters === undefined) return;
  for (const name of WHOLE_OUTPUT_NAMES) {
    const quantity = meters[name];
    if (quantity !== undefined) learned.learn(payer, model, Number(quantity));
  }
}
