import { createCalendar } from '@exchequer/calendar';
import { batchItems, type Problem } from '@exchequer/contracts';
import { LedgerUnavailable } from '@exchequer/ledger';
import { Catalogue, IdShelf, type PartStore } from '@exchequer/replica';
import { AccountHosts, Intake, type HostContext, type Method } from '@exchequer/service-enforcement/inside';
import type { Agenda } from './agenda.js';
import type { UnreliableLedger } from './unreliable-ledger.js';

/** A message of a client, and where its answer goes. */
export interface Message {
  readonly method: Method;
  readonly account: string;
  readonly body: object;
  readonly deadlineMs: number;
  readonly answer: (body: unknown) => void;
}

/** Who looks over a process's shoulder. */
export interface Onlooker {
  /** It took a request, which it will price by its clock and the cards that it knows, or those of a later look. */
  taken(account: string, body: object, atMs: number, cards: number): void;
  /** It hands on what it has refused. */
  refused(rows: Parameters<HostContext['publishRefusals']>[1]): void;
}

const calendar = createCalendar();
/** How often a process reads the rate cards again by itself. */
const CARDS_EVERY_MS = 2_000;
/** So few that ids leave memory all the time. */
const TABLE_IDS_MAX = 12;

/** The inside of an enforcement process, whose clock goes a little wrong. It can die at any moment. */
export class EnforcementProcess {
  readonly hosts: AccountHosts;
  private readonly intake: Intake;
  private readonly catalogue: Catalogue;
  private readonly clock: { now(): number };
  private isAlive = true;
  private readonly repeated: { readonly ms: number; readonly run: () => void; dueMs: number }[] = [];
  readonly faults: string[] = [];

  constructor(
    readonly ledger: UnreliableLedger,
    private readonly agenda: Agenda,
    /** How far this machine's clock is ahead. */
    skewMs: number,
    parts: PartStore,
    private readonly onlooker?: Onlooker,
  ) {
    const clock = { now: (): number => agenda.nowMs + skewMs };
    const catalogue = new Catalogue(ledger);
    this.clock = clock;
    this.catalogue = catalogue;
    const context: HostContext = {
      prices: catalogue.book,
      ledger,
      ids: new IdShelf(ledger, parts, TABLE_IDS_MAX),
      clock,
      monotonicMs: () => agenda.nowMs,
      timers: {
        wait: (ms, signal) => this.wait(ms, signal),
        every: (ms, run) => {
          this.repeated.push({ ms, run, dueMs: agenda.nowMs + ms });
          return () => this.repeated.splice(0);
        },
      },
      calendar,
      announce: () => undefined,
      publishRefusals: (_account, rows) => this.onlooker?.refused(rows),
      log: {
        warn: () => undefined,
        error: (message, fields) => this.faults.push(`${message}: ${String((fields as { error?: unknown }).error)}`),
      },
    };
    this.hosts = new AccountHosts(context);
    this.intake = new Intake(this.hosts, catalogue, clock);
    catalogue.whenGrown(() => this.hosts.settleProvisional());
  }

  /** Reads the rate cards, now and again and again. */
  followCards(): void {
    this.repeated.push({
      ms: CARDS_EVERY_MS,
      run: () => this.lookAtCards(),
      dueMs: this.agenda.nowMs + CARDS_EVERY_MS,
    });
    this.lookAtCards();
  }

  /** Somebody said that there is a new card. */
  lookAtCards(): void {
    if (!this.isAlive) return;
    this.catalogue.refresh().catch((fault: unknown) => {
      if (!(fault instanceof LedgerUnavailable))
        this.faults.push(`broken invariant of the catalogue: ${String(fault)}`);
    });
  }

  /** How many rate cards it knows. */
  get cards(): number {
    return this.catalogue.book.size;
  }

  take(message: Message): void {
    if (!this.isAlive) return;
    for (const item of batchItems(message.body) ?? [message.body])
      this.onlooker?.taken(message.account, item as object, this.clock.now(), this.cards);
    const answer = (body: unknown): void => {
      if (this.isAlive) message.answer(body);
    };
    this.intake.take(message.method, [
      {
        lastToken: message.account,
        deadlineMs: message.deadlineMs,
        header: (name) => (name === 'Exchequer-Actor' ? 'sim' : undefined),
        body: () => message.body,
        respond: (text) => answer(JSON.parse(String(text))),
        respondProblem: (problem: Problem) => answer({ error: problem }),
      },
    ]);
  }

  /** What the process does again and again, where it is due. */
  tick(): void {
    for (const one of this.isAlive ? this.repeated : []) {
      if (one.dueMs > this.agenda.nowMs) continue;
      one.dueMs = this.agenda.nowMs + one.ms;
      one.run();
    }
  }

  kill(): void {
    this.isAlive = false;
    this.ledger.die();
  }

  private wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        signal?.removeEventListener('abort', end);
        if (this.isAlive) resolve();
      };
      signal?.addEventListener('abort', end);
      this.agenda.in(ms, end);
    });
  }
}
