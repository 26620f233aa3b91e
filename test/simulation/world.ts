import { CATALOGUE_STREAM } from '@exchequer/rating';
import { encodeSnapshot, loadReplica } from '@exchequer/replica';
import { seededRandom, type SeededRandom } from '@exchequer/testing';
import { advanceMethod } from '@exchequer/service-enforcement/inside';
import { LedgerUnavailable } from '@exchequer/ledger';
import { Agenda } from './agenda.js';
import { CardPublisher } from './card-publisher.js';
import { Client, type Denied, type Send } from './client.js';
import { EnforcementProcess } from './enforcement-process.js';
import { LedgerStore } from './ledger-store.js';
import { beginning } from './policies.js';
import { firstCard, someCard } from './price-list.js';
import { RefusalWitness } from './refusal-witness.js';
import { recordedAs } from './requests.js';
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
  readonly cards: number;
  /** What was priced, by what it was. */
  readonly priced: ReadonlyMap<string, number>;
  /** What was found to be wrong; none when nothing was. */
  readonly faults: readonly string[];
}

const ACCOUNTS = ['one', 'two'] as const;
const CLIENTS_PER_ACCOUNT = 3;
const BEGINNING_MS = Date.UTC(2026, 10, 21, 10);
/** Steps in which everything that is under way must come to its end, once nothing goes wrong any more. */
const REST_STEPS_MAX = 5_000;
/** At rest the accounts are asked so many times, a minute apart, as `lifecycle` does: then nothing may wait any more. */
const REST_MINUTES = 3;
const MINUTE_MS = 60_000;

/** One process holds an account, another believes so at times; clients, a bus and a ledger that go wrong in every way. */
export class World {
  private readonly random: SeededRandom;
  private readonly agenda = new Agenda(BEGINNING_MS);
  private readonly weather: Weather = { badness: 1 };
  private readonly witness = new Witness();
  private readonly store = new LedgerStore((...stored) => this.stored(...stored));
  private readonly refusals = new RefusalWitness(this.store, this.witness.prices, (sentence) =>
    this.witness.faults.push(sentence),
  );
  private readonly disks: readonly [UnreliableParts, UnreliableParts];
  private readonly processes: [EnforcementProcess, EnforcementProcess];
  /** The ledger as the process sees it that takes snapshots. */
  private readonly lifecycle: UnreliableLedger;
  private readonly publisher: CardPublisher;
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
    this.lifecycle = this.newLedger();
    this.publisher = new CardPublisher([this.newLedger(), this.newLedger()], this.agenda, this.random.fork());
    if (this.random.chance(0.85)) this.agenda.in(1, () => this.publisher.publish(firstCard()));
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
    await this.comeToRest();
    for (const client of this.clients) if (client.isWaiting) this.witness.faults.push('a client was never answered');
    for (let minute = 0; minute < REST_MINUTES; minute += 1) await this.passMinute();
    for (const { cards } of this.processes)
      if (cards !== this.witness.prices.catalogue.size)
        this.witness.faults.push('a process does not know all rate cards');
    for (const account of ACCOUNTS) this.witness.prices.rests(account, this.witness.replica(account));
    return this.played(steps);
  }

  private async comeToRest(): Promise<void> {
    for (let rest = 0; this.agenda.step() && rest < REST_STEPS_MAX; rest += 1) await this.settle();
  }

  /** Everybody reads the rate cards again, and the accounts are asked what is due. */
  private async passMinute(): Promise<void> {
    this.agenda.skip(MINUTE_MS);
    for (const process of this.processes) process.lookAtCards();
    for (const account of ACCOUNTS)
      this.processes[this.owners.get(account) ?? 0].take({
        method: advanceMethod,
        account,
        body: {},
        deadlineMs: this.agenda.nowMs + MINUTE_MS,
        answer: () => undefined,
      });
    await this.settle();
    await this.comeToRest();
  }

  private populate(account: string): void {
    for (let number = 0; number < CLIENTS_PER_ACCOUNT; number += 1) {
      const name = `${account}-${String(number)}`;
      const denied: Denied = (id, reply) => {
        if (this.random.chance(0.3)) this.refusals.looksInto(account, id, reply);
      };
      const prices = () => this.publisher.book;
      const client = new Client(
        name,
        account,
        this.agenda,
        this.random.fork(),
        this.send,
        this.witness,
        denied,
        prices,
      );
      this.clients.push(client);
      const first = number === 0 ? beginning(name, account) : [];
      this.agenda.in(1 + number * 30, () => client.begin(first));
    }
  }

  private newDisk(): UnreliableParts {
    return new UnreliableParts(this.random.fork(), this.weather);
  }

  /** The process takes the place of one on the same machine, whose disk it finds. */
  private newProcess(machine: 0 | 1): EnforcementProcess {
    const skewMs = this.random.integer(-1_500, 1_500);
    const process = new EnforcementProcess(this.newLedger(), this.agenda, skewMs, this.disks[machine], {
      taken: (account, body, atMs, cards) => this.witness.prices.taken(account, recordedAs(body), atMs, cards),
      refused: (rows) => this.refusals.keeps(rows),
    });
    process.followCards();
    return process;
  }

  private newLedger(): UnreliableLedger {
    return new UnreliableLedger(this.store, this.agenda, this.random.fork(), this.weather);
  }

  /** An entry is stored. Of a new rate card the processes are told, if the message does not get lost. */
  private stored(stream: string, revision: number, bytes: Uint8Array): void {
    this.witness.sees(stream, revision, bytes);
    if (stream !== CATALOGUE_STREAM) return;
    for (const machine of [0, 1] as const)
      if (!this.random.chance(0.3 * this.weather.badness))
        this.agenda.in(this.delayMs(), () => this.processes[machine].lookAtCards());
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
    else if (fate < 42) this.publisher.publish(someCard(this.random, this.agenda.nowMs));
    else if (fate < 52) this.agenda.skip(this.random.pick([50, 1_000, 60_000, 3_600_000]));
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
    await this.refusals.settle();
    this.witness.faults.push(...this.publisher.faults.splice(0));
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
      cards: this.witness.prices.catalogue.size,
      priced: this.witness.prices.seen,
      faults: this.witness.faults,
    };
  }
}
