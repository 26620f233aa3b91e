import { isProblemReply, isRetryable, type AuthorizationReply } from '@exchequer/contracts';
import { formatAmount } from '@exchequer/kernel';
import type { PriceBook } from '@exchequer/rating';
import type { SeededRandom } from '@exchequer/testing';
import type { Agenda } from './agenda.js';
import { recordedAs, someRequest, type KnownHold, type Request } from './requests.js';
import type { Witness } from './witness.js';

/** A way to the account: whatever is sent may be lost, come twice, or late, and so may its answer. */
export type Send = (account: string, request: Request, deadlineMs: number, answer: (reply: unknown) => void) => void;

/** Told of refusals that are answers: the id of the request, and the answer. */
export type Denied = (id: string, reply: AuthorizationReply & { readonly decisionId?: string }) => void;

const PATIENCE_MS = 3_000;

interface Asked {
  readonly request: Request;
  /** The first definite reply, without its mark of a repeat. */
  reply: string | undefined;
  /** Where the ledger ended for this client when the request was sent first. */
  readonly knownRevision: number;
}

/** Somebody who works on an account: asks one thing after the other, each again and again until the answer is known. */
export class Client {
  /** What it has heard so far, for the end of a run. */
  acknowledged = 0;
  refused = 0;
  private asked = 0;
  private isResting = false;
  private waitsFor: Asked | undefined;
  private readonly known = { holds: [] as KnownHold[], sessions: [] as string[], charges: [] as string[] };
  /** The newest revision that any answer spoke of. */
  private knownRevision = -1;

  constructor(
    private readonly name: string,
    private readonly account: string,
    private readonly agenda: Agenda,
    private readonly random: SeededRandom,
    private readonly send: Send,
    private readonly witness: Witness,
    private readonly denied: Denied,
    /** As those know them who put prices on usage events. */
    private readonly prices: () => PriceBook,
  ) {}

  /** Begins with these, then goes on with whatever comes to mind. */
  begin(first: readonly Request[]): void {
    const [next, ...others] = first;
    if (next === undefined) this.askNext();
    else this.ask(next, () => this.begin(others));
  }

  /** Asks nothing new any more. */
  rest(): void {
    this.isResting = true;
  }

  get isWaiting(): boolean {
    return this.waitsFor !== undefined;
  }

  private askNext(): void {
    if (this.isResting) return;
    this.asked += 1;
    const request = someRequest(this.random, `${this.name}-${String(this.asked)}`, this.agenda.nowMs, {
      account: this.account,
      prices: this.prices(),
      ...this.known,
    });
    this.ask(request, () => this.agenda.in(this.random.integer(1, 40), () => this.askNext()));
  }

  private ask(request: Request, then: () => void): void {
    const asked: Asked = { request, reply: undefined, knownRevision: this.knownRevision };
    this.waitsFor = asked;
    for (const body of request.body.items ?? [request.body])
      this.witness.prices.asks(this.account, recordedAs(body), body);
    this.try(asked, then);
  }

  /** Sends it, and again when nothing definite came in time. Now and then it asks once more though it knows. */
  private try(asked: Asked, then: () => void): void {
    const answer = (reply: unknown): void => this.hears(asked, reply, then);
    this.send(this.account, asked.request, this.agenda.nowMs + PATIENCE_MS, answer);
    this.agenda.in(PATIENCE_MS, () => {
      if (asked.reply === undefined) this.try(asked, then);
    });
  }

  private hears(asked: Asked, reply: unknown, then: () => void): void {
    if (isProblemReply(reply) && isRetryable(reply.error.code)) return;
    const wasKnown = asked.reply !== undefined;
    const { items } = asked.request.body;
    if (items !== undefined) {
      const replies = (reply as { readonly items: readonly unknown[] }).items;
      if (replies.some((one) => isProblemReply(one))) return;
      for (const [index, { position }] of (replies as readonly Accepted[]).entries())
        this.witness.acknowledged(this.account, recordedAs(items[index] ?? {}), position);
    } else if (this.isAcceptance(reply)) this.hearsAcceptance(asked, reply as Accepted);
    else this.refused += 1;
    if (wasKnown) return;
    asked.reply ??= 'refused';
    const { id = '', use } = asked.request.body;
    if (!isProblemReply(reply) && (reply as AuthorizationReply).decision === 'denied')
      this.denied(id, reply as AuthorizationReply);
    if (isProblemReply(reply) && reply.error.code === 'UnknownPrice' && use?.model !== undefined)
      this.witness.prices.hasNone(this.account, id, { ...use, model: use.model });
    this.waitsFor = undefined;
    if (this.random.chance(0.05))
      this.send(this.account, asked.request, this.agenda.nowMs + PATIENCE_MS, (again) =>
        this.hears(asked, again, then),
      );
    then();
  }

  private isAcceptance(reply: unknown): boolean {
    return !isProblemReply(reply) && (reply as AuthorizationReply).decision !== 'denied';
  }

  private hearsAcceptance(asked: Asked, reply: Accepted): void {
    const id = recordedAs(asked.request.body);
    this.knownRevision = Math.max(this.knownRevision, Number(/@(\d+)\./.exec(reply.position)?.[1] ?? -1));
    if (id === '') {
      const revision = Number(/@(\d+)\./.exec(reply.position)?.[1] ?? -1);
      if (revision < asked.knownRevision)
        this.fault(`was answered out of revision ${String(revision)} after it had seen ${String(asked.knownRevision)}`);
      return;
    }
    const text = JSON.stringify({ ...reply, repeated: undefined });
    if (asked.reply?.startsWith('{') === true) {
      if (asked.reply !== text) this.fault(`${id} got ${asked.reply}, then ${text}`);
      return;
    }
    // Refusals are not remembered: a copy of the request that was still on its way may be let through later.
    asked.reply = text;
    this.acknowledged += 1;
    this.witness.acknowledged(this.account, id, reply.position);
    this.compare(id, reply);
    this.remember(asked.request, reply);
  }

  private remember({ method: { name: method }, body }: Request, reply: Accepted): void {
    const { hold, session, position, model = body.use?.model } = reply;
    const { holds, sessions, charges } = this.known;
    if (typeof hold === 'object') holds.push({ id: hold.id, model });
    if (method === 'open-session' && session !== undefined) sessions.push(session);
    if (method === 'capture' || method === 'record') charges.push(position);
  }

  /** What the reply says is what the ledger says. */
  private compare(id: string, reply: Accepted): void {
    for (const fact of this.witness.factsOf(this.account, id)?.facts ?? []) {
      if (fact.type === 'HoldPlaced') {
        const amounts = Object.fromEntries(fact.amounts.map((money) => [money.currency, formatAmount(money.amount)]));
        if (
          typeof reply.hold !== 'object' ||
          reply.hold.id !== fact.hold ||
          JSON.stringify(amounts) !== JSON.stringify(reply.amounts)
        )
          this.fault(`${id} was told of ${JSON.stringify(reply)} and the ledger has ${fact.hold}`);
      }
      if (fact.type === 'SessionOpened' && reply.session !== fact.session)
        this.fault(`${id} was told of ${String(reply.session)}, not of ${fact.session}`);
      if (fact.type === 'ChargeCorrected' && (reply.outcome !== 'corrected' || reply.of !== fact.of))
        this.fault(`${id} was not told of its correction of ${fact.of}`);
      if (fact.type === 'CreditsGranted' && reply.lot !== fact.lot)
        this.fault(`${id} was told of ${String(reply.lot)}, not of ${fact.lot}`);
      if (fact.type === 'OutcomeAwaited' && reply.outcome !== (fact.outcome === undefined ? 'awaiting' : 'returned'))
        this.fault(`${id} was not told that its cost waits`);
      if (fact.type === 'OutcomeTold' && reply.taskId !== undefined && reply.calls !== (fact.calls ?? 0))
        this.fault(`${id} was told of ${String(reply.calls)} calls, not of ${String(fact.calls)}`);
      if (fact.type === 'HoldCaptured' && reply.outcome !== 'captured') this.fault(`${id} was not told of its capture`);
    }
  }

  private fault(sentence: string): void {
    this.witness.faults.push(`${this.name}: ${sentence}`);
  }
}

interface Accepted {
  readonly decidedAt: string;
  readonly position: string;
  readonly hold?: { readonly id: string } | string;
  readonly amounts?: object;
  readonly model?: string;
  readonly lot?: string;
  readonly session?: string;
  readonly of?: string;
  readonly outcome?: string;
  readonly changes?: readonly unknown[];
  readonly taskId?: string;
  readonly calls?: number;
}
