import { createCalendar } from '@exchequer/calendar';
import { isProblemReply, type AuthorizationReply, type AuthorizeBody } from '@exchequer/contracts';
import { Explainer, type RefusalRow } from '@exchequer/service-enforcement/inside';
import { parsePosition, replicaUntil, streamOf } from '@exchequer/replica';
import { readerOf, type LedgerStore } from './ledger-store.js';
import type { PriceWitness } from './price-witness.js';
import { faultsOfRefusal } from './refused-price.js';

type Denied = AuthorizationReply & { readonly decisionId?: string };

/**
 * A refusal wrote nothing: what is kept of it is its request, its position, and what its host knew. From these it is decided
 * again as `explain` does it, and must come out the same; what its host held it to cost must be what the rate cards say.
 */
export class RefusalWitness {
  private readonly rows = new Map<string, RefusalRow>();
  private readonly explainer: Explainer;
  private explaining: Promise<void>[] = [];

  constructor(
    private readonly store: LedgerStore,
    private readonly prices: PriceWitness,
    private readonly fault: (sentence: string) => void,
  ) {
    this.explainer = new Explainer(readerOf(store), createCalendar());
  }

  /** A process hands on what it has refused. */
  keeps(rows: readonly RefusalRow[]): void {
    for (const row of rows) this.rows.set(row.decisionId, row);
  }

  /** Begins to look into a refusal that a client was told of. */
  looksInto(account: string, id: string, reply: Denied): void {
    const row = this.rows.get(reply.decisionId ?? '');
    if (row === undefined) this.fault(`${id} was refused (${String(reply.code)}), and nothing is kept of it`);
    else this.explaining.push(this.decidesAgain(account, id, reply, row));
  }

  /** Resolves when nothing is being looked into. */
  async settle(): Promise<void> {
    while (this.explaining.length > 0) await Promise.all(this.explaining.splice(0));
  }

  private async decidesAgain(account: string, id: string, reply: Denied, row: RefusalRow): Promise<void> {
    const { position, decidedAt, request = {}, lines = [], context = {} } = row;
    const asked = { request, lines, context, position, decidedAt, then: comparedOf(reply) };
    const answer = await this.explainer.explain(account, JSON.parse(JSON.stringify(asked)));
    const what = `the refusal of ${id} (${String(reply.code)}) at ${position}`;
    if (isProblemReply(answer)) this.fault(`${what} cannot be decided again: ${answer.error.message}`);
    else if ('settlement' in answer) this.fault(`${what} is explained as usage`);
    else {
      const { differsIn, decision } = answer;
      if (differsIn !== undefined) this.fault(`${what} is decided otherwise from the ledger, in ${differsIn.join()}`);
      if (JSON.stringify(decision.alternatives ?? []) !== JSON.stringify(reply.alternatives ?? []))
        this.fault(`${what} has other alternatives when it is decided again`);
    }
    const until = parsePosition(account, position);
    if (until === undefined || context.method !== undefined) return;
    const before = await replicaUntil(readerOf(this.store), streamOf(account), until);
    const refused = { account, id, body: request as AuthorizeBody, before };
    for (const fault of faultsOfRefusal(this.prices, refused, row)) this.fault(fault);
  }
}

/** What an explanation compares. */
const comparedOf = ({ decision, code, message, amounts, binding }: AuthorizationReply) => ({
  decision,
  ...(code !== undefined && { code }),
  ...(message !== undefined && { message }),
  amounts,
  ...(binding !== undefined && { binding }),
});
