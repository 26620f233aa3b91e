import type { Capture } from '@exchequer/account';
import { captureSchema, parseInstant, type CaptureBody } from '@exchequer/contracts';
import { holdId, type Instant } from '@exchequer/kernel';
import type { Replica } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { linesOf } from '../edge/wire.js';
import { atStatedPrices, type NoPrice } from '../pricing/at-stated-prices.js';
import { usedWithOwnKey } from '../pricing/own-key.js';
import { particularsOf, priceUse, type PricedUse } from '../pricing/price-use.js';
import { PRICE_MISSING, type CommandMethod } from './method.js';
import { settlementReply } from './settlement-reply.js';

interface CaptureAsked {
  readonly command: Capture;
  /** Where no card prices what was used. */
  readonly noPrice?: NoPrice;
}

/** Ends a hold with what the call really cost: in quantities, in amounts, or just as it was held. */
export const captureMethod: CommandMethod<CaptureBody, CaptureAsked> = {
  is: 'command',
  name: 'capture',
  schema: captureSchema,
  idOf: (body) => body.id,
  prepare: (body, { at, prices }, last) => {
    const usedAt = body.time === undefined ? undefined : parseInstant(body.time);
    let priced: PricedUse | undefined;
    let noPrice: NoPrice | undefined;
    if (body.use !== undefined) {
      const found = priceUse(body.use, usedAt ?? at, prices, last);
      if (found === PRICE_MISSING) return found;
      if ('problem' in found) noPrice = found;
      else priced = found;
    }
    const lines = priced?.lines ?? (body.amounts === undefined ? undefined : linesOf(body.amounts));
    const particulars = particularsOf(body, priced?.card);
    const command: Capture = {
      type: 'capture',
      hold: holdId(body.hold),
      ...(lines !== undefined && { lines }),
      ...(usedAt !== undefined && { usedAt }),
      ...(particulars !== undefined && { particulars }),
    };
    return { command, asked: noPrice === undefined ? { command } : { command, noPrice } };
  },
  replier: { atDecision: asSettled, accepted: settlementReply, refused: ({ refusal }) => refusalReply(refusal) },
};

/** The capture at the account's stated prices where no card has one; of what was used with an own key, what is charged. */
function asSettled(asked: CaptureAsked, { state }: Pick<Replica, 'state'>, at: Instant) {
  const { noPrice } = asked;
  const stated = noPrice && atStatedPrices(state, noPrice);
  if (noPrice !== undefined && stated === undefined) return noPrice;
  const command = stated === undefined ? asked.command : { ...asked.command, ...stated };
  const charged = usedWithOwnKey(state, command, at);
  return stated === undefined && charged === undefined ? undefined : { command: { ...command, ...charged }, asked };
}
