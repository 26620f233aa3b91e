import {
  isRefusal,
  limitLines,
  limitsOf,
  resolveChain,
  type AccountState,
  type HoldPlaced,
  type Moment,
} from '@exchequer/account';
import { quoteSchema, type AuthorizationReply, type QuoteBody } from '@exchequer/contracts';
import { formatPosition } from '@exchequer/replica';
import { heedOf } from '../edge/heed.js';
import { refusalReply } from '../edge/refusal-reply.js';
import { amountsOf, bindingOf, instant, limitReply, sourcesOf, tightestOf } from '../edge/wire.js';
import type { Asking } from '../host/decided.js';
import { refusal, type Reply } from '../host/work.js';
import { asDecided } from '../methods/as-decided.js';
import { deniedReply, verdictOf } from '../methods/authorize.js';
import { withCandidates } from '../methods/offer-models.js';
import { PRICE_MISSING, type QueryMethod } from '../methods/method.js';
import { prepareAuthorize, type AuthorizeAsked } from '../methods/prepare-authorize.js';
import { decideRated, type RatedDecision } from '../rates/decide-rated.js';
import { RateCounts } from '../rates/rate-counts.js';

/** What an authorization would be now: its price, its sources, every limit. Takes nothing. */
export const quoteMethod: QueryMethod<QuoteBody, AuthorizeAsked> = {
  is: 'query',
  name: 'quote',
  schema: quoteSchema,
  prepare: (body, context, last) => {
    const prepared = prepareAuthorize(body, context, last);
    return prepared === PRICE_MISSING ? prepared : prepared.asked;
  },
  answer: quoteReply,
};

function quoteReply(given: AuthorizeAsked, glimpse: Asking): Reply {
  const made = asDecided(given, glimpse);
  if (made !== undefined && 'problem' in made) return refusal(made.problem);
  const asked = made?.asked ?? given;
  const { account, state, moment, last, rates } = glimpse;
  const { decision, command } = decideWithOthers(asked, glimpse, rates ?? new RateCounts());
  if (isRefusal(decision))
    return deniedReply({ ...glimpse, is: 'refused', command, refusal: decision }, asked) ?? refusalReply(decision);
  const placed = decision.find((fact): fact is HoldPlaced => fact.type === 'HoldPlaced');
  if (placed === undefined) throw new Error('broken invariant: an authorization placed no hold');
  const quoted: AuthorizationReply = {
    decision: verdictOf(placed),
    amounts: amountsOf(placed.amounts),
    sources: sourcesOf(state, placed.shares, placed.owed),
    chain:
      asked.body.explain === 'full'
        ? chainNow(state, asked, moment)
        : placed.tightest === undefined
          ? []
          : [tightestOf(placed.tightest)],
    ...heedOf(placed),
    binding: placed.binding === undefined ? null : bindingOf(placed.binding),
    ...(placed.observed !== undefined && { observed: placed.observed }),
    ...(placed.spilled !== undefined && { spilled: placed.spilled }),
    ...(placed.particulars?.card !== undefined && { card: placed.particulars.card }),
    ...(placed.particulars?.estimate !== undefined && { estimate: placed.particulars.estimate }),
    ...(placed.market !== undefined && { marketCost: amountsOf(placed.market) }),
    ...(placed.provisional !== undefined && { unpriced: true }),
    decidedAt: instant(moment.at),
    position: formatPosition(account, last),
  };
  return quoted;
}

function decideWithOthers(asked: AuthorizeAsked, glimpse: Asking, rates: RateCounts): RatedDecision {
  const { state, moment } = glimpse;
  const rated = decideRated(state, asked.command, rates, moment);
  const { command, decision } = rated;
  const offered = isRefusal(decision) ? withCandidates(command, decision, asked, glimpse) : undefined;
  return offered === undefined ? rated : decideRated(state, offered, rates, moment);
}

/** Every limit as it stands: nothing is taken. */
function chainNow(state: AccountState, { command }: AuthorizeAsked, moment: Moment) {
  const chain = resolveChain(state, command.payer, command.nodes);
  return isRefusal(chain) ? [] : limitLines(limitsOf(state, chain), moment).map(limitReply);
}
