import { totalOf, type HoldPlaced, type SessionOpened } from '@exchequer/account';
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
  type Problem,
  type ProblemReply,
  type UsageExplainReply,
} from '@exchequer/contracts';
import type { Calendar } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import { parsePosition, replicaUntil, streamOf, type FactAddress, type Replica } from '@exchequer/replica';
import { amountsOf, instant } from '../edge/wire.js';
import { commandOf } from '../methods/prepare-authorize.js';
import { usageCommandId } from '../methods/record.js';
import { openingOf } from '../methods/sessions.js';
import { particularsOf } from '../pricing/price-use.js';
import { commandBehind, openingBehind } from './command-behind.js';
import { differenceFrom } from './compare-answers.js';
import { rebuildRates } from '../rates/rebuild-rates.js';
import { lineOf, withContext } from '../refusals/refusal-context.js';
import { advanceTo, decideAgain, decideOpeningAgain, openingReplyOf, replyOf, type Past } from './decide-again.js';
import { explainUsage } from './explain-usage.js';
import { findAtPosition } from './find-at-position.js';
import { findByCommand, findByHold, type Explainable, type Found } from './find-decision.js';

type Refusing = Extract<ExplainBody, { request: unknown }>;
type Named = Exclude<ExplainBody, Refusing>;
/** By what the request or its reply called it, not by where it stands. */
type NamedOtherwise = Exclude<Named, { position: unknown }>;

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
    if ('code' in found) return { error: found };
    const { fact } = found;
    if (fact.type === 'HoldPlaced') return this.approval(account, { ...found, fact });
    if (fact.type === 'SessionOpened') return this.opening(account, { ...found, fact });
    return explainUsage(this.ledger, this.calendar, account, { ...found, fact });
  }

  private async find(account: string, asked: Named): Promise<Found<Explainable> | Problem> {
    if ('position' in asked) return findAtPosition(this.ledger, account, asked.position);
    const unknown = problem('UnknownHold', `The ledger of this account has no ${nameOf(asked)}.`);
    return (await this.findNamed(account, asked)) ?? unknown;
  }

  private findNamed(account: string, asked: NamedOtherwise): Promise<Found<Explainable> | undefined> {
    if ('hold' in asked) return findByHold(this.ledger, account, asked.hold);
    if ('command' in asked) return findByCommand(this.ledger, account, 'command', asked.command);
    const { source, id } = asked.usage;
    return findByCommand(this.ledger, account, 'usage', usageCommandId(source, id));
  }

  private async approval(
    account: string,
    { fact: placed, decidedAt, first }: Found<HoldPlaced>,
  ): Promise<ExplainReply> {
    const past = await this.justBefore(account, first, decidedAt, true);
    const command = commandBehind(placed, decidedAt);
    const then = replyOf(past, placed, { command, body: {} });
    const decision = decideAgain(past, { command, body: { explain: 'full' } });
    const { payer, nodes, lines, particulars } = command;
    const asked = { payer, nodes, amounts: amountsOf(totalOf(lines)), ...particulars };
    return { asked, decision, ...differenceFrom(then, decision) };
  }

  private async opening(
    account: string,
    { fact: opened, decidedAt, first }: Found<SessionOpened>,
  ): Promise<ExplainReply> {
    const past = await this.justBefore(account, first, decidedAt, false);
    const command = openingBehind(opened, decidedAt);
    const then = openingReplyOf(past, opened);
    const decision = decideOpeningAgain(past, command);
    const { payer, nodes, lines, particulars } = command;
    return {
      asked: { payer, nodes, amounts: amountsOf(lines), ...particulars },
      decision,
      ...differenceFrom(then, decision),
    };
  }

  private async refusal(account: string, refusing: Refusing): Promise<ExplainReply | ProblemReply> {
    const { request, position, decidedAt, then } = refusing;
    const until = parsePosition(account, position);
    if (until === undefined) return { error: problem('Malformed', 'position: is no position of this account.') };
    const ask = askingAgain(refusing);
    if ('error' in ask) return ask;
    let replica: Replica;
    try {
      replica = await replicaUntil(this.ledger, streamOf(account), until);
    } catch (fault) {
      if (!(fault instanceof RangeError)) throw fault;
      return { error: problem('Malformed', 'position: is beyond the end of this account.') };
    }
    const at = parseInstant(decidedAt);
    if (at < replica.state.now) return { error: tooEarly(replica.state.now) };
    const past = await this.past(account, replica, {
      until,
      at,
      first: until,
      counted: refusing.context === undefined,
    });
    const decision = ask.again(past);
    return { asked: request, decision, ...differenceFrom(then as AnswerThen | undefined, decision) };
  }

  private async justBefore(account: string, first: FactAddress, at: number, counted: boolean): Promise<Past> {
    const until = before(first);
    const replica = await replicaUntil(this.ledger, streamOf(account), until);
    return this.past(account, replica, { until, at, first, counted });
  }

  /** An account that was folded up to a fact, with what was due by an instant. */
  private async past(account: string, replica: Replica, { until, at, first, counted }: Place): Promise<Past> {
    const { calendar } = this;
    advanceTo({ replica, at, calendar });
    const rates = counted ? await rebuildRates(this.ledger, streamOf(account), replica.state, at, until) : undefined;
    return { account, replica, at, calendar, first, rates };
  }
}

/** Where in an account's history something was decided. */
interface Place extends Pick<Past, 'at' | 'first'> {
  /** The last fact before it. */
  readonly until: FactAddress;
  /** Whether its rates are counted again. */
  readonly counted: boolean;
}

/** An account's time runs one way: nothing was decided on a fact before that was booked. */
const tooEarly = (bookedAt: number): Problem =>
  problem(
    'Malformed',
    `decidedAt: is before ${instant(bookedAt)}, when the fact at position was booked; send decidedAt and position as the same refusal has them.`,
    { field: 'decidedAt' },
  );

function nameOf(asked: NamedOtherwise): string {
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
    return { again: (past) => decideOpeningAgain(past, openingOf(opening.data)) };
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

/** The last fact before one. */
const before = ({ revision, index }: FactAddress): FactAddress =>
  index > 0 ? { revision, index: index - 1 } : { revision: revision - 1, index: Number.MAX_SAFE_INTEGER };
