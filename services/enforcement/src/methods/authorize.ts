import {
  limitLines,
  limitsOf,
  resolveChain,
  isRefusal,
  type Authorize,
  type HoldPlaced,
  type Line,
  type Particulars,
} from '@exchequer/account';
import {
  authorizeSchema,
  DEFAULT_HOLD_FOR,
  parseDuration,
  type AuthorizationReply,
  type AuthorizeBody,
  type LimitReply,
  type QuoteBody,
} from '@exchequer/contracts';
import { nodeId } from '@exchequer/kernel';
import { formatPosition } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { amountsOf, bindingOf, instant, limitReply, linesOf, sourcesOf, tightestOf } from '../edge/wire.js';
import type { Accepted, Glimpse, Refused } from '../host/decided.js';
import { particularsOf, priceEstimate } from '../pricing/price-use.js';
import type { RefusalRow } from '../refusals/refusal-row.js';
import { nextDecisionId } from './decision-id.js';
import { estimated } from './estimate-hold.js';
import { isProblem, PRICE_MISSING, type CommandMethod, type Prepared, type Preparing } from './method.js';

/** What the reply to an authorization needs of its request. */
export interface AuthorizeAsked {
  readonly body: Pick<QuoteBody, 'explain' | 'use'>;
  readonly command: Authorize;
  /** What it was priced with; absent when it is decided again, at the prices of its day. */
  readonly context?: Preparing;
}

export const authorizeMethod: CommandMethod<AuthorizeBody, AuthorizeAsked> = {
  is: 'command',
  name: 'authorize',
  schema: authorizeSchema,
  idOf: (body) => body.id,
  prepare: prepareAuthorize,
  replier: { atDecision: estimated, accepted: acceptedReply, refused: deniedAndKept },
};

export function prepareAuthorize(
  body: AuthorizeBody | QuoteBody,
  context: Preparing,
  last: boolean,
): Prepared<AuthorizeAsked> | Exclude<ReturnType<typeof priceEstimate>, { lines: unknown }> {
  let lines: readonly Line[];
  let card: string | undefined;
  if (body.use === undefined) lines = linesOf(body.amounts ?? {});
  else {
    const priced = priceEstimate(body.use, context.at, context.prices, last);
    if (priced === PRICE_MISSING || isProblem(priced)) return priced;
    ({ lines, card } = priced);
  }
  const command = commandOf(body, lines, particularsOf(body, card));
  return { command, asked: { body, command, context } };
}

/** The command that a request with known prices makes. */
export const commandOf = (
  body: AuthorizeBody | QuoteBody,
  lines: readonly Line[],
  particulars: Particulars | undefined,
): Authorize => ({
  type: 'authorize',
  ...(body.payer !== undefined && { payer: nodeId(body.payer) }),
  nodes: body.nodes === undefined ? NO_NODES : body.nodes.map(nodeId),
  lines,
  accept: body.accept ?? 'full',
  holdForMs: parseDuration(body.holdFor ?? DEFAULT_HOLD_FOR),
  ...(particulars !== undefined && { particulars }),
});

const NO_NODES: Authorize['nodes'] = [];

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
    ...delayOf(placed),
    ...(placed.particulars?.card !== undefined && { card: placed.particulars.card }),
    ...(placed.particulars?.estimate !== undefined && { estimate: placed.particulars.estimate }),
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

/** The delay to keep before the call, and who asks for it. */
export const delayOf = ({ delay }: HoldPlaced): Partial<AuthorizationReply> =>
  delay === undefined
    ? {}
    : {
        retryAfterMs: delay.ms,
        delayedBy: { node: delay.node, limit: delay.limit },
        message: `Wait ${String(delay.ms)} ms before the call: the limit ${delay.limit} of ${delay.node} slows it down.`,
      };

const briefChain = ({ tightest }: HoldPlaced): readonly LimitReply[] =>
  tightest === undefined ? [] : [tightestOf(tightest)];

function wholeChain({ state, moment }: Glimpse, placed: HoldPlaced): readonly LimitReply[] {
  const chain = state.holds.get(placed.hold)?.chain;
  return chain === undefined ? briefChain(placed) : limitLines(limitsOf(state, chain), moment).map(limitReply);
}

/** A refusal that is an answer: it has a name, to be explained by. */
export type DeniedReply = AuthorizationReply & { readonly decisionId: string };

/** A refusal by a rule, by a limit or for want of funds is an answer; anything else is an error. */
export function deniedReply(decided: Refused, { body, command }: AuthorizeAsked): DeniedReply | undefined {
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
    alternatives:
      refusal.wouldPass === undefined ? [] : [{ kind: 'smaller-amount', amounts: amountsOf(refusal.wouldPass) }],
    decisionId: nextDecisionId(moment.at),
    ...(command.particulars?.card !== undefined && { card: command.particulars.card }),
    ...(command.particulars?.estimate !== undefined && { estimate: command.particulars.estimate }),
    decidedAt: instant(moment.at),
    position: formatPosition(account, last),
  };
}

function deniedAndKept(decided: Refused, asked: AuthorizeAsked, rows: RefusalRow[]) {
  const denied = deniedReply(decided, asked);
  if (denied === undefined) return refusalReply(decided.refusal);
  const { command, body } = asked;
  rows.push({
    ...denied,
    payer: command.payer,
    model: command.particulars?.model,
    request: body,
    lines: linesRow(command),
  });
  return denied;
}

/** What the request cost at the prices of its instant, so that it can be decided again without them. */
const linesRow = ({ lines }: Authorize): NonNullable<RefusalRow['lines']> =>
  lines.map(({ meter, currency, amount }) => [meter ?? null, currency, amount.toString()]);
