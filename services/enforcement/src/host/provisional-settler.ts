import type { AccountState, Charge, Correct, ProvisionalCharge } from '@exchequer/account';
import { problem, type Problem, type Use } from '@exchequer/contracts';
import type { Clock } from '@exchequer/kernel';
import type { PlainLog } from '@exchequer/platform';
import { rate, type PriceBook } from '@exchequer/rating';
import { formatPosition } from '@exchequer/replica';
import { asCharged, type Correcting } from '../pricing/as-charged.js';
import type { FoundCharge } from './find-charge.js';
import { Submission, type CommandWork, type Replier, type Work } from './work.js';

/** Corrections that are under way at a time, for one account. */
const AT_ONCE_MAX = 256;
const ANSWER_WITHIN_MS = 60_000;
const ACTOR = 'exchequer';

/** What a settler needs of the host that it works for. */
export interface SettlerContext {
  readonly account: string;
  readonly prices: PriceBook;
  readonly clock: Clock;
  readonly log: PlainLog;
  /** The account as it stands; undefined while it is not loaded. */
  state(): AccountState | undefined;
  submit(submission: Submission, works: readonly Work[]): void;
}

/**
 * Corrects the charges at stated prices, as soon as there is a price for them, to what it says. Each correction is a command
 * of the account, named after the charge and the card; it does nothing where the charge does not wait any more.
 */
export class ProvisionalSettler {
  /** Numbers of the charges that have not been held against the rate cards of today. */
  private unseen = new Set<number>();
  private busy = false;
  private alarmed = false;

  constructor(private readonly context: SettlerContext) {}

  /** A charge was booked at stated prices. Its card may have come meanwhile. */
  note({ number, particulars }: Charge): void {
    if (number !== undefined) this.unseen.add(number);
    if (this.alarmed) return;
    this.alarmed = true;
    const { account, log } = this.context;
    log.warn(
      `usage of ${particulars?.model ?? 'no model'} has no price: such usage is charged at stated prices until prices come`,
      {
        account,
      },
    );
  }

  /** There are new cards, or the account was just loaded. */
  noteAll(): void {
    this.unseen = new Set(this.context.state()?.provisional.keys());
  }

  /** Corrects what has a price now. What has none is looked at again when there are new cards. */
  settle(): void {
    const state = this.context.state();
    if (this.busy || this.unseen.size === 0 || state === undefined) return;
    const found: { readonly number: number; readonly charge: ProvisionalCharge; readonly card: string }[] = [];
    for (const number of this.unseen) {
      if (found.length === AT_ONCE_MAX) break;
      this.unseen.delete(number);
      const charge = state.provisional.get(number);
      const pricing = charge?.model && this.context.prices.priceOf(charge.model, charge.usedAt);
      if (charge !== undefined && pricing) found.push({ number, charge, card: pricing.card });
    }
    if (found.length === 0) return;
    this.busy = true;
    const submission = new Submission(
      found.length,
      this.context.clock.now() + ANSWER_WITHIN_MS,
      () => {
        this.busy = false;
        this.alarmed = (this.context.state()?.provisional.size ?? 0) > 0;
        this.settle();
      },
      ({ code, message }) => {
        this.busy = false;
        for (const { number } of found) this.unseen.add(number);
        this.context.log.warn('charges could not be brought to their prices; trying again', {
          account: this.context.account,
          error: `${code}: ${message}`,
        });
      },
    );
    this.context.submit(
      submission,
      found.flatMap(({ charge, card }, slot) => this.workFor(charge, card, submission, slot) ?? []),
    );
  }

  private workFor(
    { address, usedAt }: ProvisionalCharge,
    card: string,
    submission: Submission,
    slot: number,
  ): CommandWork<Correcting> | undefined {
    if (address === undefined) throw new Error('broken invariant: a charge is in no ledger');
    const of = formatPosition(this.context.account, address);
    const nothingYet: Correct = { type: 'correct', of, to: { refund: [] }, priceCame: true };
    const asked: Correcting = { charge: undefined, command: undefined };
    return {
      is: 'command',
      id: `price ${card} of ${of}`,
      kind: 'command',
      contentHash: '',
      actor: ACTOR,
      traceparent: undefined,
      command: nothingYet,
      asked,
      replier: REPLIER,
      submission,
      slot,
      charge: {
        lookup: { by: 'address', address },
        complete: (found) => {
          if (found === undefined) return nothingYet;
          const command = this.correctionOf(found, usedAt);
          asked.charge = found;
          if ('type' in command) asked.command = command;
          return command;
        },
      },
    };
  }

  /** The charge at the price of its own instant. */
  private correctionOf({ of, fact, bookedAt }: FoundCharge, usedAt: number): Correct | Problem {
    const { model = '', serviceTier, meters = {} } = fact.particulars ?? {};
    // A service tier was checked when the usage came.
    const rating = rate({ model, serviceTier: serviceTier as Use['serviceTier'], meters }, usedAt, this.context.prices);
    if (rating.kind === 'unpriced') return problem('UnknownPrice', rating.reason);
    return {
      type: 'correct',
      of,
      original: { fact, bookedAt },
      to: { lines: rating.lines },
      particulars: { card: rating.card },
      reason: 'its price has come',
      priceCame: true,
    };
  }
}

/** Nobody waits for a reply. */
const REPLIER: Replier<Correcting> = { atDecision: asCharged, accepted: () => ({}), refused: () => ({}) };
