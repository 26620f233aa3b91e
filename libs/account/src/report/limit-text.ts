import { formatLength } from '@exchequer/kernel';
import type { LimitConduct, LimitSet } from '../facts.js';

/** What a limit counts, and how it is released, where that is not everything at once. */
export function countedText({ scope = {}, pace }: LimitSet): readonly string[] {
  const { tags = {}, ...named } = scope;
  const lists: readonly (readonly [string, readonly string[]])[] = [...Object.entries(named), ...Object.entries(tags)];
  return [
    ...lists.map(([of, names]) => `${of} ${names.join(' ')}`),
    ...(pace === undefined ? [] : [`released evenly, ${formatLength(pace.aheadMs)} ahead`]),
  ];
}

/** What a limit does beside refusing what goes beyond it. */
export const conductText = ({ mode, throttle, then, slowMs, blocks }: LimitConduct): readonly string[] => [
  ...(mode === undefined ? [] : [mode]),
  ...(throttle === undefined
    ? []
    : [`slower from ${throttle.fromShare} of it on, by up to ${formatLength(throttle.delayMs)}`]),
  ...(then === undefined ? [] : [`then ${then}${slowMs === undefined ? '' : ` by ${formatLength(slowMs)}`}`]),
  ...(blocks === undefined ? [] : [`blocks ${blocks}`]),
];

/** As {@link conductText}, in words also where there is nothing beside. */
export const textOfConduct = (conduct: LimitConduct): string => {
  const parts = conductText(conduct);
  return parts.length === 0 ? 'refuses' : parts.join(', ');
};
