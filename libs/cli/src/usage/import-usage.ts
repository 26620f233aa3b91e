import { ExchequerError, type Exchequer } from '@exchequer/client';
import { SUBJECTS, type AmountsMap, type UsageReply } from '@exchequer/contracts';
import { addAmounts, amountsOf, type AmountSums } from '../output/amount-sums.js';
import type { Progress } from '../output/progress.js';
import { LedgerEnd } from './ledger-end.js';
import type { BrokenLine, FiledEvent } from './read-events.js';

/** Events that are under way at once. */
const EVENTS_AT_ONCE = 1_024;

/** Lines that were refused, by reason. */
export interface RejectedLines {
  readonly code: string;
  readonly message: string;
  count: number;
  /** From 1. */
  readonly firstLine: number;
}

/** What became of a file of usage. */
export interface ImportDocument {
  readonly events: number;
  /** Settled by this import. */
  readonly settled: number;
  /** Settled before it. */
  readonly duplicates: number;
  /** Without a price: kept apart, or settled at stated prices. */
  readonly unpriced: number;
  /** Held until the outcome of their task is told. */
  readonly awaiting: number;
  /** What was settled by this import. */
  readonly amounts: AmountsMap;
  /** The part of `amounts` that is owed beyond what overage allows. */
  readonly beyondOverage?: AmountsMap;
  readonly rejected: readonly RejectedLines[];
  readonly broken: readonly BrokenLine[];
}

/** Events that were sent again because their first outcome was not known. */
export type SentAgain = Pick<WeakSet<object>, 'has'>;

/**
 * Sends usage events to be settled, each until it has its answer.
 *
 * @throws ExchequerError when there is no such account, or no answer came in time.
 */
export async function importUsage(
  client: Exchequer,
  events: AsyncIterable<FiledEvent | BrokenLine>,
  sentAgain: SentAgain,
  progress: Progress,
): Promise<ImportDocument> {
  const sums = new ImportSums(await LedgerEnd.of(client), sentAgain);
  let waiting: FiledEvent[] = [];
  const send = async (): Promise<void> => {
    const sent = waiting;
    waiting = [];
    const subject = SUBJECTS.usage(client.account);
    const replies = await Promise.allSettled(sent.map(({ event }) => client.call<UsageReply>(subject, event)));
    for (const [index, filed] of sent.entries()) sums.take(filed, replies[index]);
    progress.show(sums.events, undefined, 'events');
  };
  for await (const read of events) {
    if ('reason' in read) sums.broken.push(read);
    else waiting.push(read);
    if (waiting.length >= EVENTS_AT_ONCE) await send();
  }
  await send();
  return sums.document();
}

class ImportSums {
  events = 0;
  readonly broken: BrokenLine[] = [];
  private settled = 0;
  private duplicates = 0;
  private unpriced = 0;
  private awaiting = 0;
  private readonly amounts: AmountSums = new Map();
  private readonly beyondOverage: AmountSums = new Map();
  private readonly rejected = new Map<string, RejectedLines>();

  constructor(
    private readonly before: LedgerEnd,
    private readonly sentAgain: SentAgain,
  ) {}

  take({ line, event }: FiledEvent, reply: PromiseSettledResult<UsageReply> | undefined): void {
    this.events += 1;
    if (reply?.status !== 'fulfilled') this.reject(line, reply?.reason);
    else if (this.isNew(event, reply.value)) this.add(reply.value);
    else this.duplicates += 1;
  }

  /** Of an event that was sent again the answer is `duplicate` also when it was the first sending that settled it. */
  private isNew(event: object, { status, position }: UsageReply): boolean {
    return status !== 'duplicate' || (this.sentAgain.has(event) && !this.before.had(position));
  }

  document(): ImportDocument {
    const { events, settled, duplicates, unpriced, awaiting, amounts, beyondOverage, rejected, broken } = this;
    return {
      events,
      settled,
      duplicates,
      unpriced,
      awaiting,
      amounts: amountsOf(amounts),
      ...(beyondOverage.size > 0 && { beyondOverage: amountsOf(beyondOverage) }),
      rejected: [...rejected.values()],
      broken,
    };
  }

  private add({ status, amounts, beyondOverage = {}, unpriced }: UsageReply): void {
    if (status === 'unpriced' || unpriced === true) this.unpriced += 1;
    if (status === 'awaiting') {
      this.awaiting += 1;
      return;
    }
    if (status !== 'unpriced') this.settled += 1;
    addAmounts(this.amounts, amounts);
    addAmounts(this.beyondOverage, beyondOverage);
  }

  private reject(line: number, fault: unknown): void {
    if (!(fault instanceof ExchequerError) || fault.isRetryable()) throw fault;
    // In a batch each event's fault names its own place, which differs from line to line.
    const message = fault.message.replace(/^items\.\d+\.?/, '').replace(/^: /, '');
    const key = `${fault.code} ${message}`;
    const group = this.rejected.get(key);
    if (group === undefined) this.rejected.set(key, { code: fault.code, message, count: 1, firstLine: line });
    else group.count += 1;
  }
}
