import type { Capture } from '@exchequer/account';
import { captureSchema, parseInstant, type CaptureBody } from '@exchequer/contracts';
import { holdId } from '@exchequer/kernel';
import { refusalReply } from '../edge/refusal-reply.js';
import { linesOf } from '../edge/wire.js';
import { particularsOf, priceUse, type PricedUse } from '../pricing/price-use.js';
import { isProblem, PRICE_MISSING, type CommandMethod } from './method.js';
import { settlementReply } from './settlement-reply.js';

/** Ends a hold with what the call really cost: in quantities, in amounts, or just as it was held. */
export const captureMethod: CommandMethod<CaptureBody, undefined> = {
  is: 'command',
  name: 'capture',
  schema: captureSchema,
  idOf: (body) => body.id,
  prepare: (body, { at, prices }, last) => {
    const usedAt = body.time === undefined ? undefined : parseInstant(body.time);
    let priced: PricedUse | undefined;
    if (body.use !== undefined) {
      const found = priceUse(body.use, usedAt ?? at, prices, last);
      if (found === PRICE_MISSING || isProblem(found)) return found;
      priced = found;
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
    return { command, asked: undefined };
  },
  replier: { accepted: settlementReply, refused: ({ refusal }) => refusalReply(refusal) },
};
