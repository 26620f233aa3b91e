import { problem, type Problem } from '@exchequer/contracts';
import type { Address } from '@exchequer/account';
import { streamOf, type Replica } from '@exchequer/replica';
import { RateCounts } from '../rates/rate-counts.js';
import { HOST_BOUNDS } from './bounds.js';
import { Decider } from './decide-work.js';
import { DurableStream } from './durable-stream.js';
import { lookUpCharge } from './find-charge.js';
import type { HostContext } from './host-context.js';
import { loadAccount } from './load-account.js';
import { OldIds } from './old-ids.js';
import { ProvisionalSettler } from './provisional-settler.js';
import { OpenGroup, recordKey } from './open-group.js';
import { Recall } from './recall.js';
import { completeWith, type CommandWork, type Submission, type Work } from './work.js';

/**
 * The one writer of an account in this process. Takes works in order of arrival, decides them against the newest state,
 * and appends the facts of many at once: while one append is on its way, the next group is decided. Replies leave when
 * everything that they were decided upon is durable.
 */
export class AccountHost {
  private readonly stream: string;
  private readonly recall: Recall;
  private readonly oldIds: OldIds;
  private readonly durable: DurableStream;
  private replica: Replica | undefined;
  private rates = new RateCounts();
  private loading = false;
  private queue: Work[] = [];
  private group: OpenGroup | undefined;
  private decider: Decider | undefined;
  /** The group whose append is on its way. */
  private inFlight: OpenGroup | undefined;
  private recalling = 0;
  private commitScheduled = false;
  private readonly provisional: ProvisionalSettler;
  private readonly stopping = new AbortController();

  constructor(
    readonly account: string,
    private readonly context: HostContext,
  ) {
    this.stream = streamOf(account);
    this.recall = new Recall(context.ledger, this.stream);
    this.oldIds = new OldIds(account, this.stream, context);
    this.durable = new DurableStream(account, this.stream, context, this.stopping.signal);
    const { prices, clock, log } = context;
    this.provisional = new ProvisionalSettler({
      account,
      prices,
      clock,
      log,
      state: () => this.replica?.state,
      submit: (submission, works) => this.submit(submission, works),
    });
  }

  /** Nothing waits and nothing is on its way. */
  get isIdle(): boolean {
    const { queue, group, inFlight, recalling, oldIds } = this;
    return queue.length === 0 && group === undefined && inFlight === undefined && recalling === 0 && !oldIds.isStoring;
  }

  /** There is no such account: nothing worth keeping in memory. */
  get isEmpty(): boolean {
    return this.replica?.state.opening === undefined;
  }

  /** What is decided upon now, ahead of the ledger while a group is open or under way. For proofs; read only. */
  get decidedUpon(): Replica | undefined {
    return this.replica;
  }

  /** Takes the works of one message. */
  submit(submission: Submission, works: readonly Work[]): void {
    if (this.stopping.signal.aborted) {
      submission.fail(problem('Unavailable', 'This instance is stopping; send the same request again.'));
      return;
    }
    if (this.queue.length + this.recalling + works.length > HOST_BOUNDS.worksQueuedMax) {
      const retryAfterMs = HOST_BOUNDS.overloadedRetryAfterMs;
      submission.fail(
        problem('Overloaded', 'The account has more requests than it can decide; send this one again later.', {
          retryAfterMs,
        }),
      );
      return;
    }
    for (const work of works) this.queue.push(work);
    this.turn();
  }

  /** There are new rate cards: charges at stated prices may have a price now. */
  settleProvisional(): void {
    this.provisional.noteAll();
    this.provisional.settle();
  }

  /** Gives up what callers no longer wait for. What was appended stays appended. */
  sweep(nowMs: number): void {
    const late = problem('Unavailable', 'The ledger has not confirmed this in time; send the same request again.');
    for (const work of this.outstanding()) if (work.submission.deadlineMs <= nowMs) work.submission.fail(late);
    this.queue = this.queue.filter((work) => !work.submission.isEnded);
  }

  /** Ends what is on its way, and takes no more. */
  close(): void {
    this.stopping.abort();
    const stopping = problem('Unavailable', 'This instance is stopping; send the same request again.');
    for (const work of this.queue) work.submission.fail(stopping);
    this.queue = [];
  }

  private *outstanding(): Iterable<Work> {
    for (const group of [this.inFlight, this.group]) for (const { work } of group?.waiting ?? []) yield work;
    yield* this.queue;
  }

  private turn(): void {
    if (this.replica === undefined) {
      if (!this.loading && this.inFlight === undefined && this.queue.length > 0) void this.load();
      return;
    }
    try {
      this.decideQueued(this.replica);
    } catch (thrown) {
      this.context.log.error('a decision failed; the account is loaded again', {
        account: this.account,
        error: thrown,
      });
      this.drop(problem('Unavailable', 'The account had to be loaded again; send the same request again.'));
      return;
    }
    this.scheduleCommit();
  }

  private decideQueued(replica: Replica): void {
    const { clock } = this.context;
    let next = 0;
    try {
      while (next < this.queue.length) {
        const decider = this.openDecider(replica);
        const work = this.queue[next];
        if (decider === undefined || work === undefined) break;
        next += 1;
        const { submission } = work;
        if (submission.isEnded) continue;
        if (submission.deadlineMs <= clock.now())
          submission.fail(problem('DeadlineExceeded', 'The deadline passed before the request was decided.'));
        else this.decideOne(replica, decider, work);
      }
    } finally {
      this.queue = next === this.queue.length ? [] : this.queue.slice(next);
    }
  }

  /** @throws whatever a decision threw: then nothing is known of the state any more. Its own caller is told at once. */
  private decideOne(replica: Replica, decider: Decider, work: Work): void {
    try {
      if (work.is === 'query') decider.query(work);
      else this.decideCommand(replica, decider, work);
    } catch (thrown) {
      work.submission.fail(problem('Unavailable', 'The request could not be decided; the log of its owner says why.'));
      throw thrown;
    }
  }

  private decideCommand(replica: Replica, decider: Decider, work: CommandWork): void {
    const unread = this.oldIds.unread(replica, work);
    if (unread.length > 0) {
      this.readFor(work, () => this.oldIds.lookInto(unread, work).then(() => true));
      return;
    }
    const inMemory = replica.memory.candidates(work.kind, work.id);
    const candidates = work.older === undefined ? inMemory : [...inMemory, ...work.older.addresses];
    const unseen = candidates.filter(
      (candidate) => !(work.recalled ?? []).some((known) => isSame(known.address, candidate)),
    );
    if (unseen.length > 0) this.recallFor(replica, work, unseen, decider);
    else if (candidates.length === 0 || !decider.repeat(work, work.recalled ?? []))
      this.decideNew(replica, decider, work);
  }

  /** The group that takes the next work, or undefined while none can. */
  private openDecider(replica: Replica): Decider | undefined {
    const { clock, calendar, monotonicMs } = this.context;
    const { group, decider } = this;
    if (group !== undefined && decider !== undefined) {
      const isFull =
        group.waiting.length >= HOST_BOUNDS.groupSizeMax || group.drafts.bytes >= HOST_BOUNDS.groupBytesMax;
      const isOld = monotonicMs() - group.openedAtMs > HOST_BOUNDS.groupAgeMaxMs;
      // What a command of this very group made due comes before the next one.
      return isFull || isOld || !decider.bookDue() ? undefined : decider;
    }
    const at = Math.max(clock.now(), replica.state.now, replica.newestAt);
    this.group = new OpenGroup(replica.revision + 1, at, monotonicMs());
    this.decider = new Decider(this.account, replica, this.group, this.rates, calendar);
    return this.decider.bookDue() ? this.decider : undefined;
  }

  /** Looks at what an id may have led to before, here where it is not durable yet, else in the ledger. */
  private recallFor(replica: Replica, work: CommandWork, unseen: readonly Address[], decider: Decider): void {
    const here = unseen.flatMap(({ revision, index }) => {
      const key = recordKey(revision, index);
      return this.group?.records.get(key) ?? this.inFlight?.records.get(key) ?? [];
    });
    work.recalled = [...(work.recalled ?? []), ...here];
    if (here.length === unseen.length) {
      if (!decider.repeat(work, work.recalled)) this.decideNew(replica, decider, work);
      return;
    }
    const stored = unseen.filter((address) => !here.some((known) => isSame(known.address, address)));
    this.readFor(work, () =>
      Promise.all(stored.map((address) => this.recall.command(address))).then((found) => {
        work.recalled = [...(work.recalled ?? []), ...found];
        return true;
      }),
    );
  }

  /** Decides a command whose id is new, once the charge that it is about is known. */
  private decideNew(replica: Replica, decider: Decider, work: CommandWork): void {
    if (work.charge === undefined) {
      decider.command(work);
      return;
    }
    const recent = [this.group, this.inFlight].flatMap((group) => [...(group?.records.values() ?? [])]);
    const found = lookUpCharge(
      work.charge.lookup,
      recent,
      replica,
      this.storedUntil(replica),
      this.context.ids,
      this.recall,
    );
    if (found instanceof Promise) this.readFor(work, async () => completeWith(work, await found));
    else if (completeWith(work, found)) decider.command(work);
  }

  /** The last revision that the ledger has confirmed: entries on their way may still turn out to be another writer's. */
  private storedUntil({ revision }: Replica): number {
    const unconfirmed = this.inFlight ?? this.group;
    return unconfirmed === undefined ? revision : unconfirmed.firstRevision - 1;
  }

  /** Reads something in the ledger for a work, which then waits in line again, unless that has answered it. */
  private readFor(work: CommandWork, read: () => Promise<boolean>): void {
    this.recalling += 1;
    read()
      .then((isOpen) => {
        if (isOpen) this.queue.push(work);
      })
      .catch((error: unknown) => {
        this.context.log.warn('what a request refers to could not be looked up', { account: this.account, error });
        work.submission.fail(problem('Unavailable', 'The ledger cannot be read; send the same request again.'));
      })
      .finally(() => {
        this.recalling -= 1;
        this.turn();
      });
  }

  private scheduleCommit(): void {
    if (this.commitScheduled || this.inFlight !== undefined || this.group === undefined) return;
    if (this.group.isEmpty) {
      this.group = undefined;
      return;
    }
    this.commitScheduled = true;
    queueMicrotask(() => {
      this.commitScheduled = false;
      if (this.inFlight === undefined && this.group !== undefined && this.replica !== undefined)
        void this.commit(this.replica, this.group);
    });
  }

  /** Makes a group durable and answers it. Ends well, or by dropping the state. */
  private async commit(replica: Replica, group: OpenGroup): Promise<void> {
    this.inFlight = group;
    this.group = undefined;
    this.decider = undefined;
    const expected = replica.revision;
    const entries = group.drafts.seal(replica.hash, group.at);
    const last = entries.at(-1);
    if (last !== undefined) {
      replica.revision += entries.length;
      replica.hash = last.hash;
      replica.newestAt = group.at;
      replica.last = group.drafts.last ?? replica.last;
    }
    const owns = await this.durable.store(expected, entries);
    this.inFlight = undefined;
    if (owns) {
      if (group.refusals.length > 0) this.context.publishRefusals(this.account, group.refusals);
      group.settle();
      this.oldIds.store(replica, expected + entries.length);
      this.turn();
      for (const charge of group.provisional) this.provisional.note(charge);
      this.provisional.settle();
      return;
    }
    const fenced = problem('Unavailable', 'Another instance has taken the account; send the same request again.');
    for (const { work } of group.waiting) work.submission.fail(fenced);
    if (this.replica === replica) this.drop(fenced);
    else this.turn();
  }

  /** Forgets the state and everything decided upon it that is not durable, and loads anew for what still waits. */
  private drop(reason: Problem): void {
    for (const { work } of this.group?.waiting ?? []) work.submission.fail(reason);
    this.group = undefined;
    this.decider = undefined;
    this.replica = undefined;
    this.turn();
  }

  private async load(): Promise<void> {
    this.loading = true;
    const loaded = await loadAccount(this.account, this.stream, this.context, {
      goesOn: () => this.queue.length > 0 && !this.stopping.signal.aborted,
      refuse: (reason) => this.refuseAll(reason),
    });
    this.loading = false;
    if (loaded === undefined) return;
    this.replica = loaded.replica;
    this.rates = loaded.rates;
    this.turn();
    this.settleProvisional();
  }

  private refuseAll(reason: string): void {
    for (const work of this.queue) work.submission.fail(problem('Unavailable', reason));
    this.queue = [];
  }
}

const isSame = (a: Address, b: Address): boolean => a.revision === b.revision && a.index === b.index;
