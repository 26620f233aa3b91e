import { isProblemReply, isRetryable, type AuthorizationReply, type BalanceReply } from '@exchequer/contracts';
import {
  authorizeMethod,
  balanceMethod,
  captureMethod,
  configureMethod,
  grantMethod,
  voidMethod,
  type Method,
} from '@exchequer/service-enforcement/inside';
import { seededRandom, type SeededRandom } from '@exchequer/testing';
import { Agenda } from '../agenda.js';
import { EnforcementProcess } from '../enforcement-process.js';
import { LedgerStore } from '../ledger-store.js';
import { UnreliableLedger } from '../unreliable-ledger.js';
import { UnreliableParts } from '../unreliable-parts.js';
import { LIMIT } from './model.js';
import type { Kind, Operation } from './operation.js';

const ACCOUNT = 'acme';
const CLIENTS = 3;
const OPERATIONS_PER_CLIENT = 4;
const PATIENCE_MS = 400;
const METHODS: Readonly<Record<Kind, Method>> = {
  authorize: authorizeMethod,
  capture: captureMethod,
  void: voidMethod,
  grant: grantMethod,
  balance: balanceMethod,
};

interface Placed {
  readonly by: string;
  readonly hold: string;
  readonly amount: number;
}

/** Clients that ask one small account at once, through two processes and a ledger that lose answers, crash and clash. */
export class ConcurrentHistory {
  readonly operations: Operation[] = [];
  private readonly random: SeededRandom;
  private readonly agenda = new Agenda(Date.UTC(2026, 10, 21, 10));
  private readonly store = new LedgerStore(() => undefined);
  private readonly processes: EnforcementProcess[] = [];
  private readonly gone: EnforcementProcess[] = [];
  private readonly placed: Placed[] = [];
  private owner = 0;
  private moment = 0;
  private busy = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.processes.push(this.newProcess(), this.newProcess());
  }

  /** Plays it to the end; what is still unknown then stays so. */
  async play(): Promise<readonly Operation[]> {
    const limits = [{ name: 'all', amount: String(LIMIT), currency: 'usd', window: { kind: 'lifetime' } }];
    const nodes = [{ id: 'org', kind: 'organization', limits }];
    const opening = { id: 'open', currencies: { usd: { display: 2 } }, nodes };
    while (this.store.head(`account-${ACCOUNT}`) === undefined) {
      this.deliver(0, configureMethod, opening, () => undefined);
      await this.pass(PATIENCE_MS);
    }
    this.busy = CLIENTS;
    this.ask('grant', 0, OPERATIONS_PER_CLIENT);
    for (let client = 1; client < CLIENTS; client += 1) this.next(client, OPERATIONS_PER_CLIENT);
    for (let step = 0; step < 3_000 && this.busy > 0; step += 1) {
      if (!this.agenda.step()) break;
      this.misfortune();
      await this.settle();
    }
    return this.operations;
  }

  private newProcess(): EnforcementProcess {
    const weather = { badness: 1.5 };
    return new EnforcementProcess(
      new UnreliableLedger(this.store, this.agenda, this.random.fork(), weather),
      this.agenda,
      this.random.integer(-200, 200),
      new UnreliableParts(this.random.fork(), weather),
    );
  }

  private next(client: number, left: number): void {
    if (left === 0) this.busy -= 1;
    else this.agenda.in(this.random.integer(0, 12), () => this.ask(this.someKind(), client, left));
  }

  private someKind(): Kind {
    const kind = this.random.pick([
      'authorize',
      'authorize',
      'authorize',
      'capture',
      'capture',
      'void',
      'grant',
      'balance',
    ] as const);
    return (kind === 'capture' || kind === 'void') && this.placed.length === 0 ? 'authorize' : kind;
  }

  private ask(kind: Kind, client: number, left: number): void {
    const hold = kind === 'capture' || kind === 'void' ? this.random.pick(this.placed) : undefined;
    const amount = hold === undefined ? this.random.integer(1, 7) : this.random.integer(0, hold.amount + 1);
    const id = `${String(client)}-${String(left)}`;
    this.moment += 1;
    const operation: Operation = {
      id,
      kind,
      amount,
      invokedAt: this.moment,
      copies: 0,
      ...(hold !== undefined && { of: hold.by }),
    };
    this.operations.push(operation);
    this.try(operation, this.bodyOf(operation, hold?.hold), () => this.next(client, left - 1));
  }

  private bodyOf({ id, kind, amount }: Operation, hold: string | undefined): object {
    const usd = String(amount);
    switch (kind) {
      case 'authorize':
        return { id, payer: 'org', amounts: { usd }, holdFor: 'P1D' };
      case 'capture':
        return { id, hold, amounts: { usd } };
      case 'void':
        return { id, hold };
      case 'grant':
        return { id, node: 'org', amount: usd, currency: 'usd' };
      case 'balance':
        return { node: 'org' };
    }
  }

  /** Sends it until it is known; now and then gives up, and nobody ever knows. */
  private try(operation: Operation, body: object, then: () => void): void {
    operation.copies += 1;
    let isOver = false;
    const isMislead = this.random.chance(0.15);
    this.deliver(isMislead ? 1 - this.owner : this.owner, METHODS[operation.kind], body, (reply) => {
      const isUseless = isProblemReply(reply) && isRetryable(reply.error.code);
      if (operation.answer !== undefined || isUseless || isOver) return;
      this.moment += 1;
      operation.answer = { at: this.moment, text: this.textOf(operation, reply) };
      then();
    });
    this.agenda.in(PATIENCE_MS, () => {
      if (operation.answer !== undefined) return;
      if (this.random.chance(0.3)) {
        isOver = true;
        then();
      } else this.try(operation, body, then);
    });
  }

  private textOf({ id, kind, amount }: Operation, reply: unknown): string {
    if (isProblemReply(reply)) return reply.error.code;
    if (kind === 'balance') {
      const [usd] = (reply as BalanceReply).balances;
      return usd === undefined ? '0 0 0' : `${usd.available} ${usd.held} ${usd.spent}`;
    }
    const { decision, code, hold, outcome } = reply as AuthorizationReply & { readonly outcome?: string };
    if (kind === 'grant') return 'granted';
    if (kind !== 'authorize') return String(outcome);
    if (hold !== undefined) this.placed.push({ by: id, hold: hold.id, amount });
    return decision === 'denied' ? String(code) : decision;
  }

  private deliver(which: number, method: Method, body: object, answer: (reply: unknown) => void): void {
    this.agenda.in(this.random.integer(1, 10), () => {
      if (this.random.chance(0.05)) return;
      this.processes[which]?.take({
        method,
        account: ACCOUNT,
        body,
        deadlineMs: this.agenda.nowMs + PATIENCE_MS,
        answer: (reply) => {
          if (!this.random.chance(0.05)) this.agenda.in(this.random.integer(1, 10), () => answer(reply));
        },
      });
    });
  }

  private misfortune(): void {
    const which = this.random.integer(0, 2);
    const old = this.processes[which];
    if (this.random.chance(0.01) && old !== undefined) {
      old.kill();
      this.gone.push(old);
      this.processes[which] = this.newProcess();
    }
    if (this.random.chance(0.02)) this.owner = which;
    if (this.random.chance(0.02)) old?.ledger.cut();
  }

  /** Lets time go on while the account is being opened. */
  private async pass(ms: number): Promise<void> {
    const until = this.agenda.nowMs + ms;
    this.agenda.in(ms, () => undefined);
    while (this.agenda.nowMs < until && this.agenda.step()) await this.settle();
  }

  private async settle(): Promise<void> {
    for (const process of this.processes) process.tick();
    do await new Promise((resolve) => setImmediate(resolve));
    while ([...this.processes, ...this.gone].some((process) => process.ledger.reading > 0));
  }
}
