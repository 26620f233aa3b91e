import type { Line } from '../../bag.js';
import type {
  AccountOpened,
  CreditsGranted,
  EstimatePolicy,
  LimitRule,
  ModelKind,
  OutcomeRule,
  OwnKeyPolicy,
  StatedPrices,
  Particulars,
  RateRule,
  Tier,
} from '../../facts.js';
import { Recount } from '../recount.js';
import type { CountedHold } from '../recount-holds.js';

/** What a node is beside its place, its pooling and who may use it, which the recount keeps. */
export interface PlainNode {
  readonly id: string;
  kind: string;
  archived: boolean;
  captureBeyond: string | undefined;
  estimate: EstimatePolicy | undefined;
  ownKey: OwnKeyPolicy | undefined;
  outcomes: readonly OutcomeRule[];
  rates: readonly RateRule[];
  rules: PlainRules | undefined;
  readonly isSession: boolean;
}

/** What a node takes part in and states itself. */
export interface PlainRules {
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly precedence: string;
  readonly personal: readonly LimitRule[];
}

export interface PlainOverride {
  readonly node: string;
  readonly limit: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly until: number;
  /** Which override of the account it is, from 1. */
  readonly order: number;
}

interface PlainMoney {
  readonly currency: string;
  readonly amount: bigint;
}

/** What a charge comes to, and what pays for it. */
export interface PlainStanding {
  readonly amounts: readonly PlainMoney[];
  readonly lines: readonly Line[] | undefined;
  readonly particulars: Particulars | undefined;
  readonly uncollected: readonly PlainMoney[];
  readonly paid: readonly { readonly lot: string; readonly amount: bigint }[];
  readonly owing: readonly (PlainMoney & { readonly node: string })[];
  readonly market: readonly PlainMoney[] | undefined;
}

/**
 * A second account, as simple as the rules allow: lists, no index, no memory of what was derived. It evolves by counting
 * its facts and keeps beside the count only what deciding needs. Slow, and meant to be read against the domain's rules.
 */
export class PlainAccount {
  readonly counted = new Recount();
  opened: AccountOpened | undefined;
  openedAt = 0;
  readonly currencies: { readonly currency: string; display: number }[] = [];
  /** Those of the tree, and the sessions that are open. */
  readonly nodes: PlainNode[] = [];
  readonly grants: { readonly granted: CreditsGranted; readonly at: number }[] = [];
  /** The members of each hold's chain as they stood when it was placed, root first, and whether any node moved since. */
  readonly chains: { readonly hold: string; readonly members: readonly string[]; isMoved: boolean }[] = [];
  readonly lapsed: { readonly hold: CountedHold; readonly endedAt: number }[] = [];
  readonly endedSessions: { readonly session: string; readonly endedAt: number }[] = [];
  /** Which currencies each node has dealt in, in the order in which it came to them. */
  readonly dealtIn: { readonly node: string; readonly currency: string }[] = [];
  /** The members that counted each charge, in the order of the charges. */
  readonly countedBy: (readonly string[])[] = [];
  /** What corrected charges come to. */
  readonly corrected: { readonly of: string; standing: PlainStanding }[] = [];
  readonly sets: { readonly set: string; limits: readonly LimitRule[] }[] = [];
  kinds: readonly ModelKind[] = [];
  prices: StatedPrices | undefined;
  /** Numbers of the charges at stated prices that nobody has corrected. */
  waiting: readonly number[] = [];
  /** How tasks came out, as it was told, oldest first. */
  readonly toldOutcomes: { readonly task: string; readonly outcome: string; readonly at: number }[] = [];
  overrides: readonly PlainOverride[] = [];
  overridesMade = 0;
  /** Nodes that are resumed by themselves, in the order in which they were paused. */
  resumptions: readonly { readonly node: string; readonly at: number }[] = [];
  /** The periods in which pool rules count at last. */
  poolPeriods: readonly { readonly node: string; readonly currency: string; readonly to: number }[] = [];
  ladder: readonly Tier[] = [];
  reached: string | undefined;

  /** What is marked on a node that is there. */
  node(id: string): PlainNode {
    const node = this.nodes.find((one) => one.id === id);
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
  }

  /** The node and all above it, nearest first; above a session stands who opened it. */
  pathOf(id: string): readonly string[] {
    const parent = this.counted.nodes.find((one) => one.id === id)?.parent;
    return parent === undefined ? [id] : [id, ...this.pathOf(parent)];
  }

  /**
   * All that the named nodes stand under, themselves too: the shallower first, then by name. A session stands under those
   * that its opener stood under when it was opened; one that has ended is no member any more.
   */
  membersOf(named: readonly string[]): readonly string[] {
    const { sessions } = this.counted;
    const depth = (id: string): number => this.pathOf(id).length;
    const standsUnder = (id: string): readonly string[] => {
      const session = sessions.find(id);
      return session === undefined ? this.pathOf(id) : [...session.chain, id];
    };
    return [...new Set(named.flatMap(standsUnder))]
      .filter((id) => !sessions.isEnded(id))
      .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  }

  /** Whom calls belong to beside the named nodes: of each session, by id, who opened it, payer and nodes, out to the outermost. */
  openersOf(named: readonly string[]): readonly string[] {
    const opened = [...named].sort().flatMap((id) => {
      const session = this.counted.sessions.find(id)?.opened;
      if (session === undefined) return [];
      const openers = [session.payer, ...session.nodes];
      return [...openers, ...this.openersOf(openers)];
    });
    return [...new Set(opened)].filter((id) => !named.includes(id));
  }

  isSession(id: string): boolean {
    return this.counted.sessions.find(id) !== undefined;
  }

  isObserved(id: string): boolean {
    return this.pathOf(id).some((one) => this.counted.nodes.some((node) => node.id === one && node.observe));
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

  /** The same, past nodes that are archived. */
  openPoolOf(id: string): string {
    const isOpen = (one: string): boolean => this.poolingOf(one) !== 'parent' && !this.node(one).archived;
    return this.pathOf(id).find(isOpen) ?? id;
  }

  poolingOf(id: string): string {
    return this.counted.nodes.find((one) => one.id === id)?.pooling ?? 'own';
  }
}
