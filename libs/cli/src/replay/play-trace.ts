import { ExchequerError, type Exchequer } from '@exchequer/client';
import type { AuthorizationReply, Code } from '@exchequer/contracts';
import type { LedgerEnd } from '../usage/ledger-end.js';
import type { PlayPlan } from './play-plan.js';
import type { Tally } from './tally.js';
import type { BrokenRow, TraceRow } from './trace-row.js';

/** Rows that travel in one message. One message of authorizations is under way at a time: they are decided in row order. */
export const ROWS_PER_BATCH = 256;
/** Batches of settlements under way beside it. Their order changes no sum. */
const SETTLING_MAX = 4;

/** Refusals that say that the play as a whole is not possible: going on would repeat them for every row. */
const FATAL: ReadonlySet<Code> = new Set<Code>([
  'UnknownAccount',
  'UnknownNode',
  'NodeArchived',
  'Forbidden',
  'UnknownPrice',
  'Overloaded',
  'Unavailable',
  'DeadlineExceeded',
]);

interface Settlement {
  readonly row: TraceRow;
  /** What the row's authorization answered; absent where usage is reported alone. */
  readonly authorization?: AuthorizationReply;
}

/** Plays the rows of a trace through the services, and keeps count of what became of them. */
export class TracePlayer {
  private readonly settling = new Set<Promise<void>>();
  private fault: Error | undefined;

  constructor(
    private readonly client: Exchequer,
    private readonly plan: PlayPlan,
    private readonly tally: Tally,
    /** Where the account's ledger ended before the play. */
    private readonly before: LedgerEnd,
    private readonly onProgress: (rows: number) => void,
  ) {}

  /**
   * Resolves when every row has its answer.
   *
   * @throws ExchequerError when the play is not possible or no answer came in time; what was settled until then stays.
   */
  async play(batches: AsyncIterable<readonly (TraceRow | BrokenRow)[]>): Promise<void> {
    for await (const batch of batches) {
      const rows = this.takeIn(batch);
      const settlements = this.plan.play.authorize ? await this.authorize(rows) : rows.map((row) => ({ row }));
      while (this.settling.size >= SETTLING_MAX) await Promise.race(this.settling);
      if (this.fault !== undefined) break;
      this.settle(settlements, batch.length);
    }
    await Promise.all(this.settling);
    if (this.fault !== undefined) throw this.fault;
  }

  private takeIn(batch: readonly (TraceRow | BrokenRow)[]): readonly TraceRow[] {
    const rows: TraceRow[] = [];
    for (const row of batch)
      if ('reason' in row) this.tally.broken.push(row);
      else rows.push(row);
    this.tally.events += rows.length;
    return rows;
  }

  /** Those of the rows that may spend. All are asked for in one turn, so that they travel as one message. */
  private async authorize(rows: readonly TraceRow[]): Promise<readonly Settlement[]> {
    const replies = await Promise.allSettled(rows.map((row) => this.client.authorize(this.plan.authorization(row))));
    const settlements: Settlement[] = [];
    for (const [index, row] of rows.entries()) {
      const reply = replies[index];
      if (reply?.status === 'fulfilled') {
        if (reply.value.hold === undefined) this.tally.denied(row, reply.value);
        else settlements.push({ row, authorization: reply.value });
      } else this.rejected(row, reply?.reason);
    }
    this.tally.allowed += settlements.length;
    return settlements;
  }

  private settle(settlements: readonly Settlement[], rows: number): void {
    const work = Promise.all(settlements.map((settlement) => this.settleOne(settlement))).then(() => {
      this.settling.delete(work);
      this.onProgress(rows);
    });
    this.settling.add(work);
  }

  private async settleOne({ row, authorization }: Settlement): Promise<void> {
    try {
      const reply = await this.client.record(this.plan.usage(row, authorization?.hold?.id));
      this.tally.settled(row, this.plan.modelOf(row), reply, this.before.had(reply.position) ? 'before' : 'now');
    } catch (fault) {
      if (isConflict(fault) && authorization?.hold !== undefined) await this.settledLongAgo(row, authorization);
      else this.rejected(row, fault);
    }
  }

  /**
   * Usage is known for longer than authorizations are: this row was settled by a play so long ago that its authorization
   * was decided anew. The new hold is given back.
   */
  private async settledLongAgo(row: TraceRow, { hold, amounts }: AuthorizationReply): Promise<void> {
    try {
      if (hold !== undefined) await this.client.void(hold.id, `${this.plan.idOf(row)}/void/${hold.id}`);
      this.tally.allowed -= 1;
      this.tally.settled(row, this.plan.modelOf(row), { status: 'duplicate', amounts, position: '' }, 'before');
    } catch (fault) {
      this.rejected(row, fault);
    }
  }

  private rejected(row: TraceRow, fault: unknown): void {
    if (!(fault instanceof ExchequerError) || FATAL.has(fault.code)) this.fault ??= asError(fault);
    else this.tally.rejected(row, fault.code, fault.message);
  }
}

const asError = (fault: unknown): Error => (fault instanceof Error ? fault : new Error(String(fault)));

const isConflict = (fault: unknown): boolean => fault instanceof ExchequerError && fault.code === 'IdempotencyConflict';
