import { limitLines, limitsOf, resolveChain, isRefusal, type HoldPlaced, type Refusal } from '@exchequer/account';
import {
  authorizeSchema,
  type AlternativeReply,
  type AuthorizationReply,
  type AuthorizeBody,
  type LimitReply,
} from '@exchequer/contracts';
import { formatPosition } from '@exchequer/replica';
import { heedOf } from '../edge/heed.js';
import { refusalReply } from '../edge/refusal-reply.js';
import { amountsOf, bindingOf, instant, limitReply, sourcesOf, tightestOf } from '../edge/wire.js';
import type { Accepted, Glimpse, Refused } from '../host/decided.js';
import { contextOf, storedLines } from '../refusals/refusal-context.js';
import type { RefusalRow } from '../refusals/refusal-row.js';
import { asDecided } from './as-decided.js';
import { nextDecisionId } from './decision-id.js';
import type { CommandMethod } from './method.js';
import { withCandidates } from './offer-models.js';
import { prepareAuthorize, type AuthorizeAsked } from './prepare-authorize.js';

export const authorizeMethod: CommandMethod<AuthorizeBody, AuthorizeAsked> = {
  is: 'command',
  name: 'authorize',
  schema: authorizeSchema,
  idOf: (body) => body.id,
  prepare: prepareAuthorize,
  replier: { atDecision: asDecided, onRefusal: withCandidates, accepted: acceptedReply, refused: deniedAndKept },
};

export function acceptedReply(decided: Accepted, { body }: AuthorizeAsked): AuthorizationReply {
  const { state, facts, first, account } = decided;
  const index = facts.findIndex((fact) => fact.type === 'HoldPlaced');
  const placed = facts[index];
  if (placed?.type !== 'HoldPlaced') throw new Error('broken invariant: an authorization placed no hold');
  const isFull = body.explain === 'full';
  return {
    decision: verdictOf(placed),
    hold: { id: placed.hold, expiresAt: instant(placed.expiresAt) },
    amounts: amountsOf(placed.amounts),
    sources: sourcesOf(state, placed.shares, placed.owed),
    chain: isFull && !decided.repeated ? wholeChain(decided, placed) : briefChain(placed),
    ...(placed.binding !== undefined ? { binding: bindingOf(placed.binding) } : isFull && { binding: null }),
    ...(placed.observed !== undefined && { observed: placed.observed }),
    ...(placed.spilled !== undefined && { spilled: placed.spilled }),
    ...(isFull && { retryAfterMs: null, alternatives: [] }),
    ...heedOf(placed),
    ...(placed.particulars?.card !== undefined && { card: placed.particulars.card }),
    ...(placed.particulars?.estimate !== undefined && { estimate: placed.particulars.estimate }),
    ...(placed.market !== undefined && { marketCost: amountsOf(placed.market) }),
    ...(placed.provisional !== undefined && { unpriced: true }),
    decidedAt: instant(decided.decidedAt),
    position: formatPosition(account, { revision: first.revision, index: first.index + index }),
    ...(decided.repeated && { repeated: true }),
  };
}

/** Credits are held in all three cases. A delay to keep is told before that it is only a part: amounts say that as well. */
export function verdictOf({ asked, delay }: HoldPlaced): 'allowed' | 'partial' | 'throttled' {
  if (delay !== undefined) return 'throttled';
  return asked === undefined ? 'allowed' : 'partial';
}

const briefChain = ({ tightest }: HoldPlaced): readonly LimitReply[] =>
  tightest === undefined ? [] : [tightestOf(tightest)];

function wholeChain({ state, moment }: Glimpse, placed: HoldPlaced): readonly LimitReply[] {
  const chain = state.holds.get(placed.hold)?.chain;
  return chain === undefined ? briefChain(placed) : limitLines(limitsOf(state, chain), moment).map(limitReply);
}

/** Gives a refusal that will be kept its name, to be explained by. */
export const named = (denied: AuthorizationReply, { moment }: Pick<Refused, 'moment'>) => ({
  ...denied,
  decisionId: nextDecisionId(moment.at),
});

/** A refusal by a rule, by a limit or for want of funds is an answer; anything else is an error. */
export function deniedReply(decided: Refused, { body, command }: AuthorizeAsked): AuthorizationReply | undefined {
  const { refusal, state, moment, account, last } = decided;
  const binding = refusal.binding === undefined ? refusal.rule : bindingOf(refusal.binding);
  if (refusal.asked === undefined || binding === undefined) return undefined;
  const chain = body.explain === 'full' ? resolveChain(state, command.payer, command.nodes) : undefined;
  const resetsAt = refusal.resetsAt;
  return {
    decision: 'denied',
    code: refusal.code,
    message: refusal.message,
    amounts: amountsOf(refusal.asked),
    binding,
    ...(chain !== undefined &&
      !isRefusal(chain) && { chain: limitLines(limitsOf(state, chain), moment).map(limitReply) }),
    retryAfterMs: resetsAt === undefined ? null : resetsAt - moment.at,
    ...(resetsAt !== undefined && { resetsAt: instant(resetsAt) }),
    alternatives: alternativesTo(refusal),
    ...(command.particulars?.card !== undefined && { card: command.particulars.card }),
    ...(command.particulars?.estimate !== undefined && { estimate: command.particulars.estimate }),
    ...(command.market !== undefined && { marketCost: amountsOf(command.market) }),
    ...(command.provisional !== undefined && { unpriced: true }),
    decidedAt: instant(moment.at),
    position: formatPosition(account, last),
  };
}

/** Less of the same first, then other models in the order of the policy. */
const alternativesTo = ({ wouldPass, otherModels = [] }: Refusal): readonly AlternativeReply[] => [
  ...(wouldPass === undefined ? [] : [{ kind: 'smaller-amount' as const, amounts: amountsOf(wouldPass) }]),
  ...otherModels.map(({ model, amounts }) => ({ kind: 'model' as const, model, amounts: amountsOf(amounts) })),
];

function deniedAndKept(decided: Refused, asked: AuthorizeAsked, rows: RefusalRow[]) {
  const reply = deniedReply(decided, asked);
  if (reply === undefined) return refusalReply(decided.refusal);
  const denied = named(reply, decided);
  const { command, body } = asked;
  rows.push({
    ...denied,
    payer: command.payer,
    model: command.particulars?.model,
    request: body,
    lines: storedLines(command.lines),
    context: decided.command.type === 'authorize' ? contextOf(decided.command) : {},
  });
  return denied;
}
