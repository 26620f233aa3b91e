import type { AuthorizationReply } from '@exchequer/contracts';
import { PriceBook } from '@exchequer/rating';
import { encodeSnapshot, loadReplica } from '@exchequer/replica';
import { seededRandom, type SeededRandom } from '@exchequer/testing';
import { grantMethod } from '@exchequer/service-enforcement/inside';
import { LedgerUnavailable } from '@exchequer/ledger';
import { Agenda } from './agenda.js';
import { Client, type Send } from './client.js';
import { EnforcementProcess } from './enforcement-process.js';
import { LedgerStore } from './ledger-store.js';
import { opening } from './policies.js';
import type { Request } from './requests.js';
import { UnreliableLedger, type Weather } from './unreliable-ledger.js';
import { UnreliableParts } from './unreliable-parts.js';
import { Witness } from './witness.js';

/** What a played world came to. */
export interface Played {
  readonly seed: number;
  readonly steps: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly entries: number;
  readonly crashes: number;
  readonly handOvers: number;
  readonly snapshots: number;
  /** What was found to be wrong; none when nothing was. */
  readonly faults: readonly string[];
}

const ACCOUNTS = ['one', 'two'] as const;
const CLIENTS_PER_ACCOUNT = 3;
const BEGINNING_MS = Date.UTC(2026, 10, 21, 10);
/** Steps in which everything that is under way must come to its end, once nothing goes wrong any more. */
const REST_STEPS_MAX = 5_000;

/** One process holds an account, another believes so at times; clients, a bus and a ledger that go wrong in every way. */
export class World {
  private readonly random: SeededRandom;
  private readonly agenda = new Agenda(BEGINNING_MS);
  private readonly weather: Weather = { badness: 1 };
  private readonly witness = new Witness();
  private readonly store = new LedgerStore((...stored) => this.witness.sees(...stored));
  private readonly disks: readonly [UnreliableParts, UnreliableParts];
  private readonly processes: [EnforcementProcess, EnforcementProcess];
  /** The ledger as the process sees it that takes snapshots. */
  private readonly lifecycle: UnreliableLedger;
  private readonly owners = new Map<string, 0 | 1>(ACCOUNTS.map((account) => [account, 0]));
  private readonly clients: Client[] = [];
  private readonly gone: EnforcementProcess[] = [];
  private crashes = 0;
  private handOvers = 0;
  private snapshots = 0;

  constructor(private readonly seed: number) {
    this.random = seededRandom(seed);
    this.disks = [this.newDisk(), this.newDisk()];
    this.processes = [this.newProcess(0), this.newProcess(1)];
    this.lifecycle = new UnreliableLedger(this.store, this.agenda, this.random.fork(), this.weather);
    for (const account of ACCOUNTS) this.populate(account);
  }

  /** Plays so many steps, then lets the world come to rest. Ends at the first step after which something is wrong. */
  async play(steps: number): Promise<Played> {
    for (let step = 1; step <= steps; step += 1) {
      this.agenda.step();
      this.misfortune();
      await this.settle();
      if (this.witness.faults.length > 0) return this.played(step);
    }
    this.weather.badness = 0;
    for (const client of this.clients) client.rest();
    for (let rest = 0; this.agenda.step() && rest < REST_STEPS_MAX; rest += 1) await this.settle();
    for (const client of this.clients) if (client.isWaiting) this.witness.faults.push('a client was never answered');
    return this.played(steps);
  }

  private populate(account: string): void {
    for (let number = 0; number < CLIENTS_PER_ACCOUNT; number += 1) {
      const name = `${account}-${String(number)}`;
      const denied = (request: Request, reply: AuthorizationReply): void => this.decideAgain(account, request, reply);
      const client = new Client(name, account, this.agenda, this.random.fork(), this.send, this.witness, denied);
      this.clients.push(client);
      const grant: Request = {
        method: grantMethod,
        body: { id: `${name}-grant`, node: 'org', amount: '40', currency: 'usd' } as Request['body'],
      };
      const first = number === 0 ? [opening(`${name}-open`, account), grant] : [];
      this.agenda.in(1 + number * 30, () => client.begin(first));
    }
  }

  private newDisk(): UnreliableParts {
    return new UnreliableParts(this.random.fork(), this.weather);
  }

  /** The process takes the place of one on the same machine, whose disk it finds. */
  private newProcess(machine: 0 | 1): EnforcementProcess {
    const ledger = new UnreliableLedger(this.store, this.agenda, this.random.fork(), this.weather);
    return new EnforcementProcess(ledger, this.agenda, this.random.integer(-1_500, 1_500), this.disks[machine]);
  }

  /** The bus: loses, repeats, delays, and so reorders; and does not always know who owns an account. */
  private readonly send: Send = (account, request, deadlineMs, answer) => {
    const { badness } = this.weather;
    const copies = this.random.chance(0.05 * badness) ? 0 : this.random.chance(0.06 * badness) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1)
      this.agenda.in(this.delayMs(), () => {
        const owner = this.owners.get(account) ?? 0;
        const isMislead = this.random.chance(0.06 * badness);
        this.processes[isMislead ? 1 - owner : owner]?.take({
          ...request,
          account,
          deadlineMs,
          answer: (reply) => {
            if (!this.random.chance(0.05 * this.weather.badness)) this.agenda.in(this.delayMs(), () => answer(reply));
          },
        });
      });
  };

  private delayMs(): number {
    const isLate = this.random.chance(0.05 * this.weather.badness);
    return isLate ? this.random.integer(100, 6_000) : this.random.integer(1, 6);
  }

  private misfortune(): void {
    const fate = this.random.integer(0, 1_000);
    const which = this.random.pick([0, 1] as const);
    if (fate < 5) this.replace(which, false);
    else if (fate < 8) this.replace(which, true);
    else if (fate < 20) this.handOver(this.random.pick(ACCOUNTS), which);
    else if (fate < 28) this.processes[which].ledger.cut();
    else if (fate < 29) this.store.frozenUntilMs = this.agenda.nowMs + 20_000;
    else if (fate < 37) void this.takeSnapshot(this.random.pick(ACCOUNTS));
    else if (fate < 47) this.agenda.skip(this.random.pick([50, 1_000, 60_000, 3_600_000]));
  }

  /** A process dies, at once or after it was told to stop, and another takes its place. */
  private replace(which: 0 | 1, isTold: boolean): void {
    const old = this.processes[which];
    this.crashes += 1;
    this.gone.push(old);
    if (isTold) void old.hosts.close();
    if (isTold) this.agenda.in(300, () => old.kill());
    else old.kill();
    this.processes[which] = this.newProcess(which);
    for (const account of ACCOUNTS)
      if (this.owners.get(account) === which) this.owners.set(account, which === 0 ? 1 : 0);
  }

  private handOver(account: string, to: 0 | 1): void {
    if (this.owners.get(account) !== to) this.handOvers += 1;
    this.owners.set(account, to);
  }

  /** Everything that can go on without time passing goes on; then all is looked at. */
  private async settle(): Promise<void> {
    for (const process of this.processes) process.tick();
    do await new Promise((resolve) => setImmediate(resolve));
    while (
      this.lifecycle.reading > 0 ||
      [...this.processes, ...this.gone].some((process) => process.ledger.reading > 0)
    );
    for (const process of this.processes) {
      for (const account of ACCOUNTS) this.witness.compares(process.hosts, account);
      for (const fault of process.faults)
        if (/decision failed|LedgerCorrupt|broken invariant/.test(fault)) this.witness.faults.push(fault);
    }
  }

  /** Loads an account and keeps a snapshot of it, as `lifecycle` does. It is a cache: when that fails nothing is lost. */
  private async takeSnapshot(account: string): Promise<void> {
    const stream = `account-${account}`;
    try {
      const replica = await loadReplica(this.lifecycle, stream);
      if (replica.isBetweenParts) return;
      await this.lifecycle.saveSnapshot(stream, encodeSnapshot(replica));
      this.snapshots += 1;
    } catch (fault) {
      if (!(fault instanceof LedgerUnavailable))
        this.witness.faults.push(`no snapshot of ${account}: ${String(fault)}`);
    }
  }

  /**
   * A refusal says where it was decided: from there the ledger says the same. But for rates: what they have counted is in no
   * fact.
   */
  private decideAgain(account: string, { method, body }: Request, reply: AuthorizationReply): void {
    if (reply.code === undefined || reply.code === 'RateLimited' || !this.random.chance(0.3)) return;
    const at = Date.parse(reply.decidedAt);
    if (method.is !== 'command') return;
    const prepared = method.prepare(body, { account, actor: 'sim', prices: new PriceBook(), at }, true);
    if (typeof prepared === 'symbol' || !('command' in prepared)) return;
    const { command } = prepared;
    this.witness.refused(account, command, reply.code, reply.position, at, this.store.entries(`account-${account}`));
  }

  private played(steps: number): Played {
    const sum = (of: (client: Client) => number): number => this.clients.reduce((total, one) => total + of(one), 0);
    return {
      seed: this.seed,
      steps,
      acknowledged: sum((client) => client.acknowledged),
      refused: sum((client) => client.refused),
      entries: ACCOUNTS.reduce((total, account) => total + this.store.entries(`account-${account}`).length, 0),
      crashes: this.crashes,
      handOvers: this.handOvers,
      snapshots: this.snapshots,
      faults: this.witness.faults,
    };
  }
}
