import { totalOf, type Authorize, type HoldPlaced } from '@exchequer/account';
import {
  explainSchema,
  malformed,
  openSessionSchema,
  parseInstant,
  problem,
  quoteSchema,
  type AnswerThen,
  type AuthorizationReply,
  type ExplainBody,
  type ExplainReply,
  type ProblemReply,
  type UsageExplainReply,
} from '@exchequer/contracts';
import type { Calendar } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import { parsePosition, replicaUntil, streamOf, type FactAddress } from '@exchequer/replica';
import { amountsOf } from '../edge/wire.js';
import { commandOf } from '../methods/prepare-authorize.js';
import { usageCommandId } from '../methods/record.js';
import { particularsOf } from '../pricing/price-use.js';
import { differenceFrom } from './compare-answers.js';
import { rebuildRates } from '../rates/rebuild-rates.js';
import { lineOf, withContext } from '../refusals/refusal-context.js';
import { advanceTo, decideAgain, decideOpeningAgain, replyOf, type Past } from './decide-again.js';
import { explainUsage } from './explain-usage.js';
import { findByCommand, findByHold, type Explainable, type Found } from './find-decision.js';

type Refusing = Extract<ExplainBody, { request: unknown }>;
type Named = Exclude<ExplainBody, Refusing>;

/** Why a decision came out as it did: the account is folded to where it was made, and it is decided again. A settlement is shown. */
export class Explainer {
  constructor(
    private readonly ledger: Ledger,
    private readonly calendar: Calendar,
  ) {}

  async explain(account: string, body: unknown): Promise<ExplainReply | UsageExplainReply | ProblemReply> {
    const parsed = explainSchema.safeParse(body);
    if (!parsed.success) return { error: malformed(parsed.error) };
    const asked = parsed.data;
    if ('request' in asked) return this.refusal(account, asked);
    const found = await this.find(account, asked);
    if (found === undefined)
      return { error: problem('UnknownHold', `The ledger of this account has no ${nameOf(asked)}.`) };
    const { fact } = found;
    return fact.type === 'HoldPlaced'
      ? this.approval(account, { ...found, fact })
      : explainUsage(this.ledger, this.calendar, account, { ...found, fact });
  }

  private find(account: string, asked: Named): Promise<Found<Explainable> | undefined> {
    if ('hold' in asked) return findByHold(this.ledger, account, asked.hold);
    if ('command' in asked) return findByCommand(this.ledger, account, 'command', asked.command);
    const { source, id } = asked.usage;
    return findByCommand(this.ledger, account, 'usage', usageCommandId(source, id));
  }

  private async approval(
    account: string,
    { fact: placed, decidedAt, first }: Found<HoldPlaced>,
  ): Promise<ExplainReply> {
    const past = await this.past(account, before(first), decidedAt, first);
    const command = commandBehind(placed, decidedAt);
    const then = replyOf(past, placed, { command, body: {} });
    const decision = decideAgain(past, { command, body: { explain: 'full' } });
    const { payer, nodes, lines, particulars } = command;
    const asked = { payer, nodes, amounts: amountsOf(totalOf(lines)), ...particulars };
    return { asked, decision, ...differenceFrom(then, decision) };
  }

  private async refusal(account: string, refusing: Refusing): Promise<ExplainReply | ProblemReply> {
    const { request, position, decidedAt, then } = refusing;
    const until = parsePosition(account, position);
    if (until === undefined) return { error: problem('Malformed', 'position: is no position of this account.') };
    const ask = askingAgain(refusing);
    if ('error' in ask) return ask;
    let past: Past;
    try {
      past = await this.past(account, until, parseInstant(decidedAt), until, refusing.context === undefined);
    } catch (fault) {
      if (!(fault instanceof RangeError)) throw fault;
      return { error: problem('Malformed', 'position: is beyond the end of this account.') };
    }
    const decision = ask.again(past);
    return { asked: request, decision, ...differenceFrom(then as AnswerThen | undefined, decision) };
  }

  /**
   * The account with everything up to a fact and what was due by an instant.
   *
   * @param counted whether its rates are counted again.
   */
  private async past(
    account: string,
    until: FactAddress,
    at: number,
    first: FactAddress,
    counted = true,
  ): Promise<Past> {
    const replica = await replicaUntil(this.ledger, streamOf(account), until);
    const { calendar } = this;
    advanceTo({ replica, at, calendar });
    const rates = counted ? await rebuildRates(this.ledger, streamOf(account), replica.state, at, until) : undefined;
    return { account, replica, at, calendar, first, rates };
  }
}

function nameOf(asked: Named): string {
  if ('hold' in asked) return `hold ${asked.hold}`;
  return 'command' in asked
    ? `allowed request ${asked.command}`
    : `usage event ${asked.usage.id} of ${asked.usage.source}`;
}

/** How a refused request is decided again, or why it is none. */
function askingAgain({
  request,
  lines,
  context,
}: Refusing): ProblemReply | { readonly again: (past: Past) => AuthorizationReply } {
  if (context?.method === 'open-session') {
    const opening = openSessionSchema.safeParse(request);
    if (!opening.success) return { error: malformed(opening.error, 'request') };
    return { again: (past) => decideOpeningAgain(past, opening.data) };
  }
  const parsed = quoteSchema.safeParse(request);
  if (!parsed.success) return { error: malformed(parsed.error, 'request') };
  const body = { ...parsed.data, explain: 'full' as const };
  const plain = commandOf(body, lines.map(lineOf), particularsOf(body, context?.card));
  return {
    again: (past) => {
      const command = withContext(past.replica.state, plain, context ?? {});
      return decideAgain(past, { command, body });
    },
  };
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
  ...(placed.market !== undefined && { market: placed.market }),
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

/** The last fact before one. */
const before = ({ revision, index }: FactAddress): FactAddress =>
  index > 0 ? { revision, index: index - 1 } : { revision: revision - 1, index: Number.MAX_SAFE_INTEGER };
