import { brokenInvariants, isRefusal, readFact, resolveUsageChain, type Fact } from '@exchequer/account';
import { openEntry, type CommandRecord, type Entry } from '@exchequer/ledger';
import { CATALOGUE_STREAM } from '@exchequer/rating';
import { accountOfStream, parsePosition, Replica, stateHash } from '@exchequer/replica';
import type { AccountHosts } from '@exchequer/service-enforcement/inside';
import { NoticeWitness } from './notice-witness.js';
import { RATED } from './policies.js';
import { PriceWitness } from './price-witness.js';

interface Recorded {
  readonly record: CommandRecord;
  readonly revision: number;
  readonly firstIndex: number;
  readonly at: number;
}

/** An account that is folded from its entries, where each fact is looked at just before it is laid onto the state. */
class WatchedReplica extends Replica {
  watch: ((fact: Fact, at: number, revision: number, index: number) => void) | undefined;

  override take(fact: Fact, at: number, revision: number, index: number): void {
    this.watch?.(fact, at, revision, index);
    super.take(fact, at, revision, index);
  }
}

/**
 * Sees every entry the moment it is stored, folds it by itself, and holds everything else against that: the hosts' states,
 * the replies that clients got, and each id's one place in the ledger.
 */
export class Witness {
  readonly faults: string[] = [];
  readonly prices = new PriceWitness((sentence) => this.faults.push(sentence));
  readonly notices = new NoticeWitness();
  private readonly folded = new Map<string, WatchedReplica>();
  private readonly byId = new Map<string, Recorded>();
  private readonly hashes = new Map<string, string>();
  /** Calls that the ledger has let through at the rated node, by minute. */
  private readonly rated = new Map<number, number>();

  /** An entry was stored. */
  sees(stream: string, revision: number, bytes: Uint8Array): void {
    const entry = openEntry(stream, revision, bytes);
    const account = accountOfStream(stream);
    if (account !== undefined) this.seesAccount(account, stream, revision, entry);
    else if (stream === CATALOGUE_STREAM) {
      const fault = this.prices.catalogue.sees(revision, entry);
      if (fault !== undefined) this.faults.push(fault);
    } else this.faults.push(`there is a stream ${stream}`);
  }

  private seesAccount(account: string, stream: string, revision: number, entry: Entry): void {
    const replica = this.replica(account);
    if (entry.previousHash !== replica.hash) this.faults.push(`${stream}@${String(revision)} is not chained`);
    let firstIndex = 0;
    for (const record of entry.commands) {
      if (record.origin !== 'due') this.seesCommand(account, { record, revision, firstIndex, at: entry.at });
      firstIndex += record.facts.length;
    }
    const records = entry.commands.flatMap((record) => record.facts.map(() => record));
    replica.watch = (fact, at, _revision, index) => {
      const record = records[index];
      if (record !== undefined)
        this.prices.judges(fact, replica, { account, record, address: { revision, index }, at });
      const untrue = this.notices.judges(account, fact, replica.state, at);
      if (untrue !== undefined) this.faults.push(untrue);
    };
    replica.fold(revision, entry);
    for (const { facts } of entry.commands)
      for (const fact of facts) this.countsRated(account, readFact(fact), entry.at);
    this.hashes.set(account, stateHash(replica.state));
    for (const broken of brokenInvariants(replica.state)) this.faults.push(`${stream}@${String(revision)}: ${broken}`);
  }

  private seesCommand(account: string, recorded: Recorded): void {
    const key = `${account} ${recorded.record.id}`;
    const before = this.byId.get(key);
    if (before !== undefined)
      this.faults.push(
        `${recorded.record.id} is in the ledger twice, at ${String(before.revision)} and ${String(recorded.revision)}`,
      );
    this.byId.set(key, recorded);
  }

  /** Rates are in no fact; what they let through is. No restart and no hand-over lets more through in a minute. */
  private countsRated(account: string, fact: Fact, at: number): void {
    if (account !== RATED.account || fact.type !== 'HoldPlaced') return;
    const chain = resolveUsageChain(this.replica(account).state, fact.payer, fact.nodes, at);
    const wasBeyond = fact.observed?.some(({ node, rate }) => node === RATED.node && rate !== undefined) === true;
    if (wasBeyond || isRefusal(chain) || !chain.members.some(({ id }) => id === RATED.node)) return;
    const minute = Math.floor(at / 60_000);
    const calls = (this.rated.get(minute) ?? 0) + 1;
    this.rated.set(minute, calls);
    if (calls > RATED.calls) this.faults.push(`${fact.hold} is call ${String(calls)} of ${RATED.node} in its minute`);
  }

  replica(account: string): WatchedReplica {
    const known = this.folded.get(account);
    if (known !== undefined) return known;
    const fresh = new WatchedReplica(`account-${account}`);
    this.folded.set(account, fresh);
    return fresh;
  }

  /** A host with nothing under way that is at the ledger's end has the state that the ledger folds to. */
  compares(hosts: AccountHosts, account: string): void {
    const host = hosts.host(account);
    const live = host.decidedUpon;
    const { revision } = this.replica(account);
    if (live === undefined) return;
    for (const broken of brokenInvariants(live.state)) this.faults.push(`live ${account}: ${broken}`);
    if (!host.isIdle || live.revision !== revision || revision < 0) return;
    if (stateHash(live.state) !== this.hashes.get(account))
      this.faults.push(`the live state of ${account} is not what its ledger folds to at ${String(revision)}`);
  }

  /** What an accepted command is known by, for the comparison with its reply; undefined when it is not in the ledger. */
  factsOf(account: string, id: string): { readonly facts: readonly Fact[]; readonly at: number } | undefined {
    const recorded = this.byId.get(`${account} ${id}`);
    return recorded === undefined ? undefined : { facts: recorded.record.facts.map(readFact), at: recorded.at };
  }

  /** An acknowledged command is in the ledger, and its reply points into it. */
  acknowledged(account: string, id: string, position: string): void {
    const recorded = this.byId.get(`${account} ${id}`);
    const address = parsePosition(account, position);
    if (recorded === undefined || address === undefined) {
      this.faults.push(`${id} was acknowledged at ${position} and is not in the ledger`);
      return;
    }
    const end = recorded.firstIndex + recorded.record.facts.length;
    if (address.revision !== recorded.revision || address.index < recorded.firstIndex || address.index >= end)
      this.faults.push(`${id} was acknowledged at ${position} and lies at ${String(recorded.revision)}`);
  }
}
