import { askingText, totalOf, type Delay, type HoldPlaced } from '@exchequer/account';
import type { AuthorizationReply } from '@exchequer/contracts';
import { formatDelay } from '@exchequer/kernel';
import { amountsOf } from './wire.js';

type Heed = Pick<AuthorizationReply, 'model' | 'insteadOf' | 'retryAfterMs' | 'delayedBy' | 'message'>;

/** What a call that passed is to heed: a delay to keep, a cheaper model to use, and who asks for it. */
export function heedOf(placed: HoldPlaced): Heed {
  if (placed.delay === undefined && placed.insteadOf === undefined) return {};
  const sentences = [...cheaperSentence(placed), ...delaySentence(placed)];
  return { ...cheaperOf(placed), ...delayOf(placed), message: sentences.join(' ') };
}

function cheaperOf({ insteadOf, particulars }: HoldPlaced): Heed {
  if (insteadOf === undefined || particulars?.model === undefined) return {};
  const { lines, ...asked } = insteadOf;
  return { model: particulars.model, insteadOf: { ...asked, amounts: amountsOf(totalOf(lines)) } };
}

const cheaperSentence = ({ insteadOf, particulars }: HoldPlaced): readonly string[] =>
  insteadOf === undefined
    ? []
    : [
        `Use ${particulars?.model ?? 'a cheaper model'} in place of ${insteadOf.model}: ${askingText(insteadOf)} does not let that pass.`,
      ];

const delayOf = ({ delay }: HoldPlaced): Heed =>
  delay === undefined ? {} : { retryAfterMs: delay.ms, delayedBy: askedBy(delay) };

const askedBy = ({ node, limit, rate }: Delay): NonNullable<Heed['delayedBy']> => ({
  node,
  ...(limit !== undefined && { limit }),
  ...(rate !== undefined && { rate }),
});

const delaySentence = ({ delay }: HoldPlaced): readonly string[] =>
  delay === undefined ? [] : [`Wait ${formatDelay(delay.ms)} before the call: ${askingText(delay)} slows it down.`];
