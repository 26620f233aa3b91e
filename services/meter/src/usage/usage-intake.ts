import type { RequestClient } from '@exchequer/bus';
import {
  BOUNDS,
  isProblemReply,
  OUTCOME_EVENT_TYPE,
  problem,
  type OutcomeBody,
  type OutcomeReply,
  type ProblemReply,
  type RecordBody,
  type SettlementReply,
  type UsageItemReply,
  type UsageReply,
} from '@exchequer/contracts';
import type { Clock } from '@exchequer/kernel';
import type { Catalogue } from '@exchequer/replica';
import { sendCharges, sendOutcomes, type ChargeSender } from './charges.js';
import { isProblem, readEvent } from './read-event.js';
import { rateEvent, toOutcome, toRecord } from './to-record.js';

/** Events of one producer for one account, and where their replies go. */
export interface UsageBatch {
  readonly sender: ChargeSender;
  readonly items: readonly unknown[];
  /** `items` where the replies shall name the place of what is wrong. */
  readonly isBatch: boolean;
}

/** Takes usage events in: checks, prices, charges, and tells what became of each. */
export class UsageIntake {
  constructor(
    private readonly requests: RequestClient,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  /** One reply an item, in the same order. Resolves when what was settled is durable. */
  async settle({ sender, items, isBatch }: UsageBatch): Promise<readonly UsageItemReply[]> {
    const replies = new Array<UsageItemReply>(items.length);
    const { records, outcomes } = await this.price(sender.account, items, isBatch, replies);
    for (let from = 0; from < records.length; from += BOUNDS.itemsPerBatchMax) {
      const part = records.slice(from, from + BOUNDS.itemsPerBatchMax);
      const settled = await sendInParts(
        this.requests,
        sender,
        part.map(({ record }) => record),
      );
      for (const [index, { slot, record }] of part.entries())
        replies[slot] = replyOf(settled[index] ?? NO_REPLY, record.unpriced);
    }
    for (let from = 0; from < outcomes.length; from += BOUNDS.itemsPerBatchMax) {
      const part = outcomes.slice(from, from + BOUNDS.itemsPerBatchMax);
      const bodies = part.map(({ body }) => body);
      const told = await sendOutcomes(this.requests, sender, bodies);
      for (const [index, { slot }] of part.entries()) replies[slot] = toldReplyOf(told[index] ?? NO_REPLY);
    }
    return replies;
  }

  /** Prices what is well formed; the rest gets its problem at once. */
  private async price(
    account: string,
    items: readonly unknown[],
    isBatch: boolean,
    replies: UsageItemReply[],
  ): Promise<Arrived> {
    const now = this.clock.now();
    const records: { slot: number; record: RecordBody }[] = [];
    const outcomes: { slot: number; body: OutcomeBody }[] = [];
    let isFresh = false;
    for (const [slot, item] of items.entries()) {
      const event = readEvent(item, account, now, isBatch ? `items.${String(slot)}` : '');
      if (isProblem(event)) {
        replies[slot] = { error: event };
        continue;
      }
      if (event.type === OUTCOME_EVENT_TYPE) {
        outcomes.push({ slot, body: toOutcome(event) });
        continue;
      }
      let rating = rateEvent(event, now, this.catalogue.book);
      if (rating.kind === 'unpriced' && !isFresh) {
        // A card may have been published a moment ago; it is looked for once a message.
        await this.catalogue.refresh();
        isFresh = true;
        rating = rateEvent(event, now, this.catalogue.book);
      }
      records.push({ slot, record: toRecord(event, rating) });
    }
    return { records, outcomes };
  }
}

/** What is well formed of a message, each with the place of its reply. */
interface Arrived {
  readonly records: readonly { readonly slot: number; readonly record: RecordBody }[];
  /** How tasks came out: told after the usage of the message. */
  readonly outcomes: readonly { readonly slot: number; readonly body: OutcomeBody }[];
}

const NO_REPLY: ProblemReply = {
  error: problem('Unavailable', 'The account did not answer; send the same events again.'),
};

/** Priced events are larger than the events were: a full message may have to travel as two. */
async function sendInParts(
  requests: RequestClient,
  sender: ChargeSender,
  records: readonly RecordBody[],
): Promise<readonly (SettlementReply | ProblemReply)[]> {
  const bytes = Buffer.byteLength(JSON.stringify(records)) + '{"items":}'.length;
  if (bytes <= BOUNDS.messageBytesMax || records.length < 2) return sendCharges(requests, sender, records);
  const half = records.length >> 1;
  const first = await sendInParts(requests, sender, records.slice(0, half));
  return [...first, ...(await sendInParts(requests, sender, records.slice(half)))];
}

function replyOf(settled: SettlementReply | ProblemReply, reason: string | undefined): UsageItemReply {
  if (isProblemReply(settled)) return settled;
  const { outcome, amounts, beyondOverage, late, unpriced, position, repeated } = settled;
  return {
    status: repeated === true ? 'duplicate' : statusOf(outcome),
    amounts,
    ...(beyondOverage !== undefined && { beyondOverage }),
    ...(late === true && { late }),
    ...(unpriced === true && { unpriced }),
    ...((outcome === 'unpriced' || unpriced === true) && reason !== undefined && { reason }),
    position,
  };
}

const statusOf = (outcome: SettlementReply['outcome']): UsageReply['status'] =>
  outcome === 'unpriced' || outcome === 'awaiting' ? outcome : 'settled';

/** What an outcome charges, in the words of a settlement. */
function toldReplyOf(told: OutcomeReply | ProblemReply): UsageItemReply {
  if (isProblemReply(told)) return told;
  const { charged, position, repeated } = told;
  return { status: repeated === true ? 'duplicate' : 'settled', amounts: charged, position };
}
