import type { LimitConduct, LimitPause, Threshold } from '@exchequer/account';
import type { LimitPauseBody, RuleLimitBody, ThresholdBody } from '@exchequer/contracts';
import { formatAmount, parseAmount } from '@exchequer/kernel';

/** What a limit tells of its own filling, and whether it pauses its node. */
export const thresholdsOf = ({
  thresholds,
  pauses,
}: Pick<RuleLimitBody, 'thresholds' | 'pauses'>): Pick<LimitConduct, 'thresholds' | 'pauses'> => ({
  ...(thresholds !== undefined && { thresholds: thresholds.map(thresholdOf) }),
  ...(pauses !== undefined && { pauses: pauseOf(pauses) }),
});

const thresholdOf = (body: ThresholdBody): Threshold => {
  if ('share' in body) return { share: formatAmount(parseAmount(body.share)) };
  return 'used' in body ? { used: parseAmount(body.used) } : { left: parseAmount(body.left) };
};

const pauseOf = ({ at, below, resume }: LimitPauseBody): LimitPause => ({
  at: thresholdOf(at),
  ...(below === true && { below }),
  ...(resume === 'at-reset' && { resume }),
});
