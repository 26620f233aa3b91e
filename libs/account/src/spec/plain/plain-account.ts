import { END_OF_TIME, START_OF_TIME, UNLIMITED } from '@exchequer/kernel';
import type { AccountOpened, CreditsGranted, Fact } from '../../facts.js';
import type { StoredState } from '../../stored/stored-state.js';
import { Recount } from '../recount.js';
import { heldBy } from '../recount-aside.js';
import type { CountedHold } from '../recount-holds.js';

/** What a node is beside its place and its pooling, which the recount keeps. */
interface PlainNode {
  readonly id: string;
  kind: string;
  archived: boolean;
  captureBeyond: string | undefined;
}

interface PlainGrant {
  readonly granted: CreditsGranted;
  readonly at: number;
}

interface LapsedHold {
  readonly hold: CountedHold;
  readonly endedAt: number;
}

/**
 * A second account, as simple as the rules allow: lists, no index, no memory of what was derived. It evolves by counting
 * its facts and keeps beside the count only what deciding needs. Slow, and meant to be read against the domain's rules.
 */
export class PlainAccount {
  readonly counted = new Recount();
  opened: AccountOpened | undefined;
  readonly currencies: { readonly currency: string; display: number }[] = [];
  readonly nodes: PlainNode[] = [];
  readonly grants: PlainGrant[] = [];
  /** The members of each hold's chain as they stood when it was placed, root first, and whether any node moved since. */
  readonly chains: { readonly hold: string; readonly members: readonly string[]; isMoved: boolean }[] = [];
  readonly lapsed: LapsedHold[] = [];
  /** Which currencies each node has dealt in, in the order in which it came to them. */
  readonly dealtIn: { readonly node: string; readonly currency: string }[] = [];

  evolve(fact: Fact, at: number): void {
    const lapsing =
      fact.type === 'HoldVoided' || fact.type === 'HoldExpired'
        ? this.counted.holds.find((one) => one.placed.hold === fact.hold)
        : undefined;
    this.counted.count(fact, at);
    switch (fact.type) {
      case 'AccountOpened':
        this.opened = fact;
        this.nodes.push({ id: fact.root, kind: fact.rootKind, archived: false, captureBeyond: undefined });
        this.nodes.push({ id: fact.defaultProject, kind: 'project', archived: false, captureBeyond: undefined });
        return;
      case 'CurrencyDeclared': {
        const known = this.currencies.find((one) => one.currency === fact.currency);
        if (known === undefined) this.currencies.push({ currency: fact.currency, display: fact.display });
        else known.display = fact.display;
        return;
      }
      case 'NodeAdded':
        this.nodes.push({ id: fact.node, kind: fact.kind, archived: false, captureBeyond: undefined });
        return;
      case 'NodeMoved':
        for (const chain of this.chains) chain.isMoved = true;
        return;
      case 'NodeKindChanged':
        this.node(fact.node).kind = fact.kind;
        return;
      case 'NodeArchived':
        this.node(fact.node).archived = true;
        return;
      case 'NodeRestored':
        this.node(fact.node).archived = false;
        return;
      case 'CaptureBeyondSet':
        this.node(fact.node).captureBeyond = fact.policy;
        return;
      case 'OverageSet':
        this.deal(fact.node, fact.currency);
        return;
      case 'CreditsGranted':
        this.grants.push({ granted: fact, at });
        this.deal(fact.node, fact.currency);
        return;
      case 'CreditsTransferred':
        for (const move of fact.moves) this.deal(move.toNode, this.counted.lot(move.toLot).currency);
        return;
      case 'HoldPlaced':
        for (const one of fact.owed ?? []) this.deal(one.node, one.currency);
        this.chains.push({ hold: fact.hold, members: this.membersOf([fact.payer, ...fact.nodes]), isMoved: false });
        return;
      case 'HoldVoided':
        if (lapsing !== undefined) this.lapsed.push({ hold: lapsing, endedAt: at });
        return;
      case 'HoldExpired':
        if (lapsing !== undefined) this.lapsed.push({ hold: lapsing, endedAt: fact.at });
        return;
      case 'HoldCaptured':
      case 'CreditsDrawn':
        for (const one of fact.owed ?? []) this.deal(one.node, one.currency);
        if (fact.type === 'CreditsDrawn' && fact.late === true) this.forget(fact.hold);
        return;
      default:
        return;
    }
  }

  /** What is marked on a node that is there. */
  node(id: string): PlainNode {
    const node = this.nodes.find((one) => one.id === id);
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
  }

  /** The node and all above it, nearest first. */
  pathOf(id: string): readonly string[] {
    const parent = this.counted.nodes.find((one) => one.id === id)?.parent;
    return parent === undefined ? [id] : [id, ...this.pathOf(parent)];
  }

  /** All that the named nodes stand under, themselves too: the shallower first, then by name. */
  membersOf(named: readonly string[]): readonly string[] {
    const depth = (id: string): number => this.pathOf(id).length;
    return [...new Set(named.flatMap((id) => this.pathOf(id)))].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  }

  /** The chain of a hold, when it cannot be read from the tree of today with certainty. */
  chainSince(hold: string): readonly string[] | undefined {
    const chain = this.chains.find((one) => one.hold === hold);
    return chain?.isMoved === true ? chain.members : undefined;
  }

  /** The nodes whose lots may pay for a payer, nearest first. */
  fundingOf(payer: string): readonly string[] {
    const path = this.pathOf(payer);
    const end = path.findIndex((id) => this.poolingOf(id) === 'own');
    return path.slice(0, end + 1).filter((id) => this.poolingOf(id) !== 'parent');
  }

  /** Where credits of a node lie: with itself, or with the nearest above it that does not take all from its parent. */
  poolOf(id: string): string {
    return this.pathOf(id).find((one) => this.poolingOf(one) !== 'parent') ?? id;
  }

  poolingOf(id: string): string {
    return this.counted.nodes.find((one) => one.id === id)?.pooling ?? 'own';
  }

  private deal(node: string, currency: string): void {
    if (!this.dealtIn.some((one) => one.node === node && one.currency === currency))
      this.dealtIn.push({ node, currency });
  }

  private forget(hold: string | undefined): void {
    const index = this.lapsed.findIndex((one) => one.hold.placed.hold === hold);
    if (index >= 0) this.lapsed.splice(index, 1);
  }

  /** As much of the stored form as an answer to a request is read from. */
  asStored(): StoredState {
    const { counted } = this;
    const text = (value: bigint): string => value.toString();
    const stored = {
      sessions: [],
      endedSessions: [],
      chains: [],
      opening: { defaultProject: this.opened?.defaultProject },
      nodes: this.nodes.map(({ id, archived }) => ({
        id,
        parent: counted.nodes.find((one) => one.id === id)?.parent,
        pooling: this.poolingOf(id),
        archived,
        paused: counted.nodes.some((one) => one.id === id && one.paused) ? {} : undefined,
        limits: counted.limits
          .filter((limit) => !limit.removed && limit.set.node === id)
          .sort((a, b) => (a.set.limit < b.set.limit ? -1 : 1))
          .map((limit) => ({
            ...limit.set,
            name: limit.set.limit,
            amount: limit.amount === UNLIMITED ? 'unlimited' : text(limit.amount),
            held: text(heldBy(counted, limit)),
            counters: limit.windows.map(({ from, to, used }) => [from, to, text(used)]),
          })),
        purses: this.dealtIn
          .filter((one) => one.node === id)
          .map(({ currency }) => [
            currency,
            text(counted.balance(counted.overageLimits, id, currency).amount),
            text(counted.owedAt(id, currency)),
            text(counted.owedHeldAt(id, currency)),
          ]),
      })),
      grants: this.grants.map(({ granted, at }) => ({
        ...granted,
        id: granted.grant,
        startsAt: granted.startsAt ?? START_OF_TIME,
        expiresAt: granted.expiresAt ?? END_OF_TIME,
        grantedAt: at,
      })),
      lots: counted.lots.map((lot, index) => ({ ...lot, order: index + 1, balances: [text(lot.available)] })),
    };
    return stored as unknown as StoredState;
  }
}
