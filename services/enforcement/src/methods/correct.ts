import type { Correct } from '@exchequer/account';
import {
  correctSchema,
  problem,
  type CorrectBody,
  type CorrectionReply,
  type Problem,
  type Use,
} from '@exchequer/contracts';
import { formatPosition, parsePosition } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { amountsOf, instant, linesOf } from '../edge/wire.js';
import type { Accepted } from '../host/decided.js';
import type { ChargeLookup, FoundCharge } from '../host/find-charge.js';
import { asCharged, type Correcting } from '../pricing/as-charged.js';
import { particularsOf, priceUse } from '../pricing/price-use.js';
import { correctedReply } from './corrected-reply.js';
import { PRICE_MISSING, type CommandMethod, type Preparing } from './method.js';
import { usageCommandId } from './record.js';

/** Makes good a charge that was wrong: gives some back, or says what it really was. */
export const correctMethod: CommandMethod<CorrectBody, Correcting> = {
  is: 'command',
  name: 'correct',
  schema: correctSchema,
  idOf: (body) => body.id,
  prepare: (body, context, last) => {
    // Which price it takes is known once the charge is: the cards are looked at once more before.
    if (body.use !== undefined && !last) return PRICE_MISSING;
    const lookup = lookupOf(context.account, body);
    if (lookup === undefined) return problem('Malformed', 'of: is of another account.');
    const asked: Correcting = { charge: undefined, command: undefined };
    const complete = (charge: FoundCharge | undefined): Correct | Problem => {
      asked.charge = charge;
      const command = commandOf(body, charge, context);
      if ('type' in command) asked.command = command;
      return command;
    };
    return { command: nothingYet(body), asked, charge: { lookup, complete } };
  },
  replier: { atDecision: asCharged, accepted: correctionReply, refused: ({ refusal }) => refusalReply(refusal) },
};

function lookupOf(account: string, { of, usage }: CorrectBody): ChargeLookup | undefined {
  if (usage !== undefined) return { by: 'usage', commandId: usageCommandId(usage.source, usage.id) };
  const address = parsePosition(account, of ?? '');
  return address && { by: 'address', address };
}

/** How a request names its charge, for people. */
const nameOf = ({ of, usage }: CorrectBody): string => of ?? `${usage?.source ?? ''} ${usage?.id ?? ''}`;

const nothingYet = (body: CorrectBody): Correct => ({ type: 'correct', of: nameOf(body), to: { refund: [] } });

function commandOf(body: CorrectBody, charge: FoundCharge | undefined, context: Preparing): Correct | Problem {
  if (charge === undefined) return nothingYet(body);
  const { of, fact, bookedAt } = charge;
  const shared = {
    type: 'correct' as const,
    of,
    original: { fact, bookedAt },
    ...(body.reason !== undefined && { reason: body.reason }),
  };
  if (body.refund !== undefined) return { ...shared, to: { refund: linesOf(body.refund) } };
  if (body.use === undefined) return { ...shared, to: { lines: linesOf(body.amounts ?? {}) } };
  const { model, provider, serviceTier } = fact.particulars ?? {};
  if (model === undefined)
    return problem('Malformed', 'use: the charge is not for a model; state "amounts" or "refund" instead.');
  // A service tier was checked when the charge was priced.
  const use = { model, provider, serviceTier, meters: body.use.meters } as Use;
  const priced = priceUse(use, fact.usedAt ?? bookedAt, context.prices, true);
  if (priced === PRICE_MISSING) throw new Error('the last look at the prices never asks for another');
  if ('problem' in priced) return priced.problem;
  const meters = particularsOf({ use }, undefined)?.meters;
  return {
    ...shared,
    to: { lines: priced.lines },
    particulars: { card: priced.card, ...(meters !== undefined && { meters }) },
  };
}

function correctionReply(decided: Accepted): CorrectionReply {
  const { facts, first, account } = decided;
  const index = facts.findIndex((one) => one.type === 'ChargeCorrected');
  const fact = facts[index];
  const stamp = {
    decidedAt: instant(decided.decidedAt),
    position: formatPosition(account, { revision: first.revision, index: first.index + Math.max(index, 0) }),
    ...(decided.repeated && { repeated: true as const }),
  };
  if (fact?.type === 'ChargeCorrected')
    return { of: fact.of, outcome: 'corrected', ...correctedReply(decided.state, fact), ...stamp };
  const [unchanged] = facts;
  if (unchanged?.type !== 'NothingChanged') throw new Error('broken invariant: a correction came to something else');
  const { of = '', amounts = [] } = unchanged;
  return { of, outcome: 'unchanged', amounts: amountsOf(amounts), refunded: {}, sources: [], ...stamp };
}
