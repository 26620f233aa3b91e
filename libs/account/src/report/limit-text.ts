import { formatAmount, formatLength, formatWindow, parseAmount } from '@exchequer/kernel';
import type { LimitConduct, LimitPause, LimitRule, Threshold } from '../facts.js';

/** All that a limit is, but its name: `5 usd, day UTC, models gpt-4o, alert, tells of 50%`. */
export const limitText = (limit: Omit<LimitRule, 'name'>): string =>
  [
    `${formatAmount(limit.amount)} ${limit.currency}`,
    formatWindow(limit.window),
    ...countedText(limit),
    ...conductText(limit),
  ].join(', ');

/** The limits of a set, each with its name. */
export const limitsText = (limits: readonly LimitRule[]): string =>
  limits.length === 0 ? 'no limits' : limits.map((limit) => `${limit.name} ${limitText(limit)}`).join('; ');

/** What a limit counts, and how it is released, where that is not everything at once. */
function countedText({ scope = {}, pace }: Pick<LimitRule, 'scope' | 'pace'>): readonly string[] {
  const { tags = {}, ...named } = scope;
  const lists: readonly (readonly [string, readonly string[]])[] = [...Object.entries(named), ...Object.entries(tags)];
  return [
    ...lists.map(([of, names]) => `${of} ${names.join(' ')}`),
    ...(pace === undefined ? [] : [`released evenly, ${formatLength(pace.aheadMs)} ahead`]),
  ];
}

/** What a limit does beside refusing what goes beyond it. */
const conductText = ({
  mode,
  throttle,
  then,
  slowMs,
  blocks,
  thresholds = [],
  pauses,
}: LimitConduct): readonly string[] => [
  ...(mode === undefined ? [] : [mode]),
  ...(throttle === undefined
    ? []
    : [
        `slower from ${thresholdText({ share: throttle.fromShare })} of it on, by up to ${formatLength(throttle.delayMs)}`,
      ]),
  ...(then === undefined ? [] : [`then ${then}${slowMs === undefined ? '' : ` by ${formatLength(slowMs)}`}`]),
  ...(blocks === undefined ? [] : [`blocks ${blocks}`]),
  ...(thresholds.length === 0 ? [] : [`tells of ${thresholds.map(thresholdText).join(', ')}`]),
  ...(pauses === undefined ? [] : [pauseText(pauses)]),
];

const pauseText = ({ at, below, resume }: LimitPause): string =>
  `pauses at ${thresholdText(at)}${below === true ? ' with all below' : ''}${resume === undefined ? '' : ' until it resets'}`;

/** `50%`, `5 used`, `1 left`. */
export function thresholdText(threshold: Threshold): string {
  if ('share' in threshold) return `${formatAmount(parseAmount(threshold.share) * 100n)}%`;
  return 'used' in threshold ? `${formatAmount(threshold.used)} used` : `${formatAmount(threshold.left)} left`;
}

/** As {@link conductText}, in words also where there is nothing beside. */
export const textOfConduct = (conduct: LimitConduct): string => {
  const parts = conductText(conduct);
  return parts.length === 0 ? 'refuses' : parts.join(', ');
};
