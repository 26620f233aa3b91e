import { decide, evolve, isRefusal, nextDue, type Authorize, type Line } from '@exchequer/account';
import {
  explainSchema,
  malformed,
  parseInstant,
  problem,
  quoteSchema,
  type ExplainBody,
  type ExplainReply,
  type ProblemReply,
} from '@exchequer/contracts';
import { amount, currencyId, type Calendar } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import { parsePosition, replicaUntil, streamOf, type FactAddress, type Replica } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { amountsOf } from '../edge/wire.js';
import { acceptedReply, commandOf, deniedReply, type AuthorizeAsked } from '../methods/authorize.js';
import { particularsOf } from '../pricing/price-use.js';
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
    const replica = await replicaUntil(this.ledger, streamOf(account), before(first));
    const command: Authorize = {
      type: 'authorize',
      payer: placed.payer,
      nodes: placed.nodes,
      lines: placed.asked ?? placed.lines ?? placed.amounts,
      accept: placed.asked === undefined ? 'full' : 'partial',
      holdForMs: placed.expiresAt - decidedAt,
      ...(placed.particulars !== undefined && { particulars: placed.particulars }),
    };
    const decision = this.again(account, replica, decidedAt, { command, body: { explain: 'full' } }, first);
    const { payer, nodes, particulars } = placed;
    return { asked: { payer, nodes, amounts: amountsOf(placed.asked ?? placed.amounts), ...particulars }, decision };
  }

  private async refusal(
    account: string,
    { request, lines, position, decidedAt }: Refusing,
  ): Promise<ExplainReply | ProblemReply> {
    const until = parsePosition(account, position);
    if (until === undefined) return { error: problem('Malformed', 'position: is no position of this account.') };
    const parsed = quoteSchema.safeParse(request);
    if (!parsed.success) return { error: malformed(parsed.error, 'request') };
    const replica = await replicaUntil(this.ledger, streamOf(account), until);
    const body = { ...parsed.data, explain: 'full' as const };
    const priced = lines.map(([meter, currency, nanoUnits]): Line => {
      const money = { currency: currencyId(currency), amount: amount(BigInt(nanoUnits)) };
      return meter === null ? money : { meter, ...money };
    });
    const command = commandOf(body, priced, particularsOf(body, undefined));
    return { asked: request, decision: this.again(account, replica, parseInstant(decidedAt), { command, body }) };
  }

  private again(
    account: string,
    replica: Replica,
    at: number,
    asked: AuthorizeAsked,
    first: FactAddress = replica.last,
  ): ExplainReply['decision'] {
    const { state, last } = replica;
    const moment = { at, calendar: this.calendar };
    for (let due = nextDue(state, at); due !== undefined; due = nextDue(state, at))
      for (const fact of due.facts) evolve(state, fact, at);
    const decision = decide(state, asked.command, moment);
    const glimpse = { account, state, moment, last };
    if (isRefusal(decision)) {
      const denied = deniedReply({ ...glimpse, is: 'refused', refusal: decision }, asked);
      if (denied === undefined)
        throw new Error(`the decision comes out otherwise: ${refusalReply(decision).error.message}`);
      return denied;
    }
    for (const fact of decision) evolve(state, fact, at);
    return acceptedReply({ ...glimpse, is: 'accepted', facts: decision, first, decidedAt: at, repeated: false }, asked);
  }
}

/** The last fact before one. */
const before = ({ revision, index }: FactAddress): FactAddress =>
  index > 0 ? { revision, index: index - 1 } : { revision: revision - 1, index: Number.MAX_SAFE_INTEGER };
