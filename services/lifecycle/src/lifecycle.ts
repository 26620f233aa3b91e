import type { RequestClient } from '@exchequer/bus';
import type { Clock } from '@exchequer/kernel';
import { AnchorBook, type Ledger } from '@exchequer/ledger';
import type { PlainLog } from '@exchequer/platform';
import { CATALOGUE_STREAM } from '@exchequer/rating';
import { DueDriver } from './due-driver.js';
import { DueTable } from './due-table.js';
import { FollowedAccounts } from './followed-accounts.js';
import { LedgerFollower } from './ledger-follower.js';

const TEND_EVERY_MS = 5_000;
const ANCHOR_EVERY_MS = 60_000;
const ANCHOR_WITHIN_MS = 5_000;

export interface LifecycleContext {
  readonly ledger: Ledger;
  readonly requests: RequestClient;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly log: PlainLog;
}

/** Keeps what is due and sees that it is done; takes snapshots; anchors the heads of the accounts outside their streams. */
export class Lifecycle {
  readonly due = new DueTable();
  private readonly accounts: FollowedAccounts;
  private readonly follower: LedgerFollower;
  private readonly driver: DueDriver;
  private tending: NodeJS.Timeout | undefined;
  private anchoring: NodeJS.Timeout | undefined;
  private busy: Promise<void> = Promise.resolve();
  /** Hash of the newest rate card that this process knows to be anchored. */
  private anchoredCards: string | undefined;

  constructor(private readonly context: LifecycleContext) {
    const { ledger, requests, clock, monotonicMs, log } = context;
    this.accounts = new FollowedAccounts(ledger, monotonicMs);
    this.follower = new LedgerFollower(ledger, this.accounts, this.due, (error) =>
      log.error('the ledger cannot be followed', { error }),
    );
    this.driver = new DueDriver(this.due, requests, clock, (account, error) =>
      log.warn('an account could not be advanced; asking again', { account, error }),
    );
  }

  get isCaughtUp(): boolean {
    return this.follower.isCaughtUp;
  }

  /** Accounts whose stream is damaged, with what is wrong. */
  get damaged(): ReadonlyMap<string, string> {
    return this.follower.damaged;
  }

  async start(): Promise<void> {
    await this.follower.start();
    this.driver.start();
    this.tending = setInterval(() => this.inTurn('snapshots', () => this.tend()), TEND_EVERY_MS);
    this.anchoring = setInterval(() => this.inTurn('anchors', () => this.anchor()), ANCHOR_EVERY_MS);
  }

  /** Ends what is under way, and leaves snapshots and anchors of everything that was seen. */
  async stop(): Promise<void> {
    clearInterval(this.tending);
    clearInterval(this.anchoring);
    await this.driver.stop();
    await this.follower.stop();
    this.inTurn('the last snapshots', async () => {
      await this.accounts.snapshot(true);
      await this.follower.checkpoint();
      await this.anchor();
    });
    await this.busy;
  }

  /**
   * Writes the newest head of every account that has grown, and of the rate cards, into the stream `anchors`.
   *
   * @returns how many heads were written down.
   * @throws LedgerError when the ledger cannot be written.
   */
  async anchor(): Promise<number> {
    const { heads } = this.follower;
    const { ledger, clock } = this.context;
    const seen = new Map(heads.entries());
    // The rate cards are in no account, and grow so seldom that looking is cheaper than following.
    const cards = await ledger.head(CATALOGUE_STREAM);
    if (cards !== undefined && cards.hash !== this.anchoredCards) seen.set(CATALOGUE_STREAM, cards);
    if (seen.size === 0) return 0;
    const book = await AnchorBook.load(ledger);
    const written = await book.record(seen, clock.now(), { withinMs: ANCHOR_WITHIN_MS });
    heads.forget(seen);
    this.anchoredCards = cards?.hash;
    return written;
  }

  private async tend(): Promise<void> {
    await this.accounts.snapshot();
    await this.follower.checkpoint();
  }

  /** One after the other: snapshots, checkpoints and anchors never overlap. */
  private inTurn(what: string, work: () => Promise<unknown>): void {
    this.busy = this.busy.then(async () => {
      try {
        await work();
      } catch (error) {
        this.context.log.warn(`${what} could not be written; trying again`, { error });
      }
    });
  }
}
