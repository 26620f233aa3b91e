import { totalOf, type Authorize, type HoldPlaced, type Line } from '@exchequer/account';
import {
  explainSchema,
  malformed,
  parseInstant,
  problem,
  quoteSchema,
  type AnswerThen,
  type ExplainBody,
  type ExplainReply,
  type ProblemReply,
} from '@exchequer/contracts';
import { amount, currencyId, type Calendar } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import { parsePosition, replicaUntil, streamOf, type FactAddress } from '@exchequer/replica';
import { amountsOf } from '../edge/wire.js';
import { commandOf, type AuthorizeAsked } from '../methods/prepare-authorize.js';
import { particularsOf } from '../pricing/price-use.js';
import { differenceFrom } from './compare-answers.js';
import { rebuildRates } from '../rates/rebuild-rates.js';
import { advanceTo, decideAgain, replyOf, type Past } from './decide-again.js';
import { findByCommand, findByHold, type FoundDecision } from './find-decision.js';

type Refusing = Extract<ExplainBody, { request: unknown }>;

/** Why a decision came out as it did: the account is folded to where it was made, and it is decided again. */
export class Explainer {
  constructor(
    private readonly ledger: Ledger,
    private readonly calendar: Calendar,
  ) {}

  async explain(account: string, body: unknown): Promise<ExplainReply | ProblemReply> {
    const parsed = explainSchema.safeParse(body);
    if (!parsed.success) return { error: malformed(parsed.error) };
    const asked = parsed.data;
    if ('request' in asked) return this.refusal(account, asked);
    const found =
      'hold' in asked
        ? await findByHold(this.ledger, account, asked.hold)
        : await findByCommand(this.ledger, account, asked.command);
    if (found !== undefined) return this.approval(account, found);
    const what = 'hold' in asked ? `hold ${asked.hold}` : `allowed request ${asked.command}`;
    return { error: problem('UnknownHold', `The ledger of this account has no ${what}.`) };
  }

  private async approval(account: string, { placed, decidedAt, first }: FoundDecision): Promise<ExplainReply> {
    const past = await this.past(account, before(first), decidedAt, first);
    const command = commandBehind(placed, decidedAt);
    const then = replyOf(past, placed, { command, body: {} });
    const decision = decideAgain(past, { command, body: { explain: 'full' } });
    const { payer, nodes, lines, particulars } = command;
    const asked = { payer, nodes, amounts: amountsOf(totalOf(lines)), ...particulars };
    return { asked, decision, ...differenceFrom(then, decision) };
  }

  private async refusal(account: string, refusing: Refusing): Promise<ExplainReply | ProblemReply> {
    const { request, lines, position, decidedAt, then } = refusing;
    const until = parsePosition(account, position);
    if (until === undefined) return { error: problem('Malformed', 'position: is no position of this account.') };
    const parsed = quoteSchema.safeParse(request);
    if (!parsed.success) return { error: malformed(parsed.error, 'request') };
    let past: Past;
    try {
      past = await this.past(account, until, parseInstant(decidedAt), until);
    } catch (fault) {
      if (!(fault instanceof RangeError)) throw fault;
      return { error: problem('Malformed', 'position: is beyond the end of this account.') };
    }
    const body = { ...parsed.data, explain: 'full' as const };
    const command = commandOf(body, lines.map(lineOf), particularsOf(body, undefined));
    const asked: AuthorizeAsked = { command, body };
    const decision = decideAgain(past, asked);
    return { asked: request, decision, ...differenceFrom(then as AnswerThen | undefined, decision) };
  }

  /** The account with everything up to a fact and what was due by an instant. */
  private async past(account: string, until: FactAddress, at: number, first: FactAddress): Promise<Past> {
    const replica = await replicaUntil(this.ledger, streamOf(account), until);
    const { calendar } = this;
    advanceTo({ replica, at });
    const rates = await rebuildRates(this.ledger, streamOf(account), replica.state, at, until);
    return { account, replica, at, calendar, first, rates };
  }
}

/** The command that brought a hold about, from its fact. */
const commandBehind = (placed: HoldPlaced, decidedAt: number): Authorize => ({
  type: 'authorize',
  payer: placed.payer,
  nodes: placed.nodes,
  lines: placed.insteadOf?.lines ?? placed.askedLines ?? placed.asked ?? placed.lines ?? placed.amounts,
  accept: placed.asked === undefined ? 'full' : 'partial',
  holdForMs: placed.expiresAt - decidedAt,
  ...askedOf(placed),
  ...(placed.provisional !== undefined && { provisional: placed.provisional }),
});

/** The model that was asked for; where a cheaper one is used that one was offered. */
function askedOf({
  particulars,
  insteadOf,
  lines,
  amounts,
}: HoldPlaced): Pick<Authorize, 'particulars' | 'candidates'> {
  if (particulars === undefined || insteadOf === undefined) return particulars === undefined ? {} : { particulars };
  return {
    particulars: { ...particulars, model: insteadOf.model },
    candidates: [{ lines: lines ?? amounts, particulars }],
  };
}

const lineOf = ([meter, currency, nanoUnits]: Refusing['lines'][number]): Line => {
  const money = { currency: currencyId(currency), amount: amount(BigInt(nanoUnits)) };
  return meter === null ? money : { meter, ...money };
};

/** The last fact before one. */
const before = ({ revision, index }: FactAddress): FactAddress =>
  index > 0 ? { revision, index: index - 1 } : { revision: revision - 1, index: Number.MAX_SAFE_INTEGER };
