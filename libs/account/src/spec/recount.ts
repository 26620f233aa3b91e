import { TOY_LENGTHS } from './toy-calendar.js';
import type { Bag, Line } from '../bag.js';
import type {
  Charge,
  Entitlements,
  Fact,
  HoldPlaced,
  LimitConduct,
  LimitSet,
  Owed,
  Particulars,
  ReservePart,
  Scope,
  SessionEnded,
  SessionOpened,
  Share,
} from '../facts.js';
import { mayUse } from './reference-permission.js';
import { factPlace, type Booked } from './book.js';
import { recountCorrection, type CountedCharge } from './recount-corrections.js';
import { CountedSessions, type CountedSession } from './recount-sessions.js';

const DAYS_35 = 35 * 24 * 60 * 60 * 1_000;

export interface CountedLot {
  readonly id: string;
  readonly grant: string;
  readonly node: string;
  readonly currency: string;
  readonly endsAt: number | undefined;
  available: bigint;
  held: bigint;
  spent: bigint;
  forfeited: bigint;
  ended: boolean;
}

export interface CountedHold {
  readonly placed: HoldPlaced;
  readonly placedAt: number;
  readonly chain: readonly string[];
  endsAt: number;
  ended: boolean;
}

export interface CountedWindow {
  readonly from: number;
  readonly to: number;
  used: bigint;
}

export interface CountedLimit {
  readonly set: LimitSet;
  conduct: LimitConduct;
  amount: bigint;
  rule: string | undefined;
  readonly windows: CountedWindow[];
  removed: boolean;
}

export interface CountedNode {
  readonly id: string;
  parent: string | undefined;
  pooling: string;
  paused: boolean;
  entitlements: Entitlements;
  observe: boolean;
}

interface Balance {
  readonly node: string;
  readonly currency: string;
  amount: bigint;
}

/** What a cost says to a limit: its amounts by currency, its parts by meter and by what pays, and what was told. */
export interface Cost {
  readonly amounts: Bag;
  readonly lines: readonly Line[] | undefined;
  readonly paid: readonly { readonly currency: string; readonly layer: string; readonly amount: bigint }[];
  readonly told: Particulars | undefined;
}

/**
 * An account counted anew from nothing but its facts, with lists and sums alone, by the rules as the domain states them.
 * Whatever does not add up is kept as a sentence.
 */
export class Recount {
  readonly faults: string[] = [];
  readonly nodes: CountedNode[] = [];
  readonly lots: CountedLot[] = [];
  readonly holds: CountedHold[] = [];
  readonly limits: CountedLimit[] = [];
  readonly granted: (Balance & { readonly layer: string })[] = [];
  readonly owed: Balance[] = [];
  readonly overageLimits: Balance[] = [];
  readonly activity: Balance[] = [];
  readonly sessions = new CountedSessions((sentence) => this.faults.push(sentence));
  readonly charges: CountedCharge[] = [];
  /** Of the newest fact, from 0. */
  private place = -1;

  constructor(booked: readonly Booked[] = []) {
    for (const { fact, at } of booked) {
      this.count(fact, at);
      for (const lot of this.lots)
        for (const part of [lot.available, lot.held, lot.spent, lot.forfeited])
          if (part < 0n) this.faults.push(`${lot.id} is below zero after ${fact.type}`);
    }
  }

  /** Takes in one more fact. */
  count(fact: Fact, at: number): void {
    this.place += 1;
    switch (fact.type) {
      case 'AccountOpened':
        this.nodes.push({
          id: fact.root,
          parent: undefined,
          pooling: 'own',
          paused: false,
          entitlements: {},
          observe: false,
        });
        this.nodes.push({
          id: fact.defaultProject,
          parent: fact.root,
          pooling: 'own-then-parent',
          paused: false,
          entitlements: {},
          observe: false,
        });
        return;
      case 'NodeAdded':
        this.nodes.push({
          id: fact.node,
          parent: fact.parent,
          pooling: fact.pooling,
          paused: false,
          entitlements: {},
          observe: false,
        });
        return;
      case 'NodeMoved':
        this.node(fact.node).parent = fact.parent;
        return;
      case 'NodePaused':
      case 'NodeResumed':
        this.pause(this.node(fact.node), fact.type === 'NodePaused');
        return;
      case 'RatesSet':
        return;
      case 'EntitlementsSet':
        this.node(fact.node).entitlements = { ...fact };
        return;
      case 'ObserveSet':
        this.node(fact.node).observe = fact.observe;
        return;
      case 'PoolingChanged':
        this.node(fact.node).pooling = fact.pooling;
        return;
      case 'LimitSet':
        this.setLimit(fact);
        return;
      case 'LimitAmountChanged':
        this.changeAmount(this.liveLimit(fact.node, fact.limit), fact.amount, fact.rule);
        return;
      case 'LimitConductChanged':
        this.liveLimit(fact.node, fact.limit).conduct = fact;
        return;
      case 'LimitRemoved':
        this.liveLimit(fact.node, fact.limit).removed = true;
        return;
      case 'WindowOpened':
        if (fact.used !== undefined) this.windowOf(this.liveLimit(fact.node, fact.limit), fact.from).used += fact.used;
        return;
      case 'OverageSet':
        this.balance(this.overageLimits, fact.node, fact.currency).amount = fact.limit;
        return;
      case 'CreditsGranted':
        this.granted.push({ node: fact.grant, currency: fact.currency, amount: fact.amount, layer: fact.layer });
        this.lots.push({
          id: fact.lot,
          grant: fact.grant,
          node: fact.node,
          currency: fact.currency,
          endsAt: fact.expiresAt,
          available: fact.amount,
          held: 0n,
          spent: 0n,
          forfeited: 0n,
          ended: false,
        });
        return;
      case 'CreditsTransferred':
        for (const move of fact.moves) this.move(move.lot, move.amount, move.toLot, move.toNode);
        return;
      case 'LotExpired':
        this.expireLot(fact.lot, fact.at, fact.forfeited, at);
        return;
      case 'HoldPlaced':
        this.placeHold(fact, at);
        return;
      case 'HoldExtended':
        this.openHold(fact.hold).endsAt = fact.expiresAt;
        return;
      case 'HoldVoided':
        this.endHold(fact, []);
        return;
      case 'HoldExpired': {
        const { endsAt } = this.openHold(fact.hold);
        if (endsAt !== fact.at || fact.at > at) this.faults.push(`${fact.hold} expired at another instant`);
        this.endHold(fact, []);
        return;
      }
      case 'HoldCaptured': {
        const hold = this.endHold(fact, fact.spent);
        const kept = (fact.kept?.owed ?? []).map((one) => ({ ...one, amount: (0n - one.amount) as never }));
        this.charge(fact, hold.chain, hold.placedAt, at, [...(hold.placed.owed ?? []), ...kept], fact.spent);
        return;
      }
      case 'CreditsDrawn': {
        const hold = this.holds.find(({ placed }) => placed.hold === fact.hold);
        const chain = fact.late === true && hold !== undefined ? hold.chain : this.chainOf(fact.payer, fact.nodes);
        this.charge(fact, chain, hold?.placedAt, at, [], []);
        return;
      }
      case 'SessionOpened':
        this.openSession(fact, at);
        return;
      case 'SessionEnded':
        this.endSession(fact, at);
        return;
      case 'ChargeCorrected': {
        const charge = this.charges.find((one) => one.place === factPlace(fact.of));
        if (charge === undefined) throw new Error(`there is no charge at ${fact.of}`);
        recountCorrection(this, charge, fact, at);
        return;
      }
      case 'RuleSetDefined':
      case 'RuleSetRemoved':
      case 'NodeRulesSet':
      case 'LimitOverridden':
      case 'OverrideEnded':
      case 'TiersSet':
      case 'TierAdvanced':
      case 'CurrencyDeclared':
      case 'NodeKindChanged':
      case 'NodeArchived':
      case 'NodeRestored':
      case 'CaptureBeyondSet':
      case 'EstimateSet':
      case 'UsageUnpriced':
        return;
    }
  }

  private node(id: string): CountedNode {
    const node = this.nodes.find((one) => one.id === id);
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
  }

  private pause(node: CountedNode, paused: boolean): void {
    if (node.paused === paused) this.faults.push(`${node.id} was paused or resumed twice`);
    node.paused = paused;
  }

  private observed(id: string): boolean {
    const { observe, parent } = this.node(id);
    return observe || (parent !== undefined && this.observed(parent));
  }

  /** Each named node and all above it, once. */
  private chainOf(payer: string, nodes: readonly string[]): readonly string[] {
    const chain: string[] = [];
    for (const named of [payer, ...nodes])
      for (const member of this.pathOf(named)) if (!chain.includes(member)) chain.push(member);
    return chain.filter((member) => !this.sessions.isEnded(member));
  }

  /** A node and all above it; of a session, itself and the chain of whoever opened it. */
  private pathOf(named: string): readonly string[] {
    const session = this.sessions.find(named);
    if (session !== undefined) return [named, ...session.chain];
    const { parent } = this.node(named);
    return parent === undefined ? [named] : [named, ...this.pathOf(parent)];
  }

  lot(id: string): CountedLot {
    const lot = this.lots.find((one) => one.id === id);
    if (lot === undefined) throw new Error(`there is no lot ${id}`);
    return lot;
  }

  balance(list: Balance[], node: string, currency: string): Balance {
    let found = list.find((one) => one.node === node && one.currency === currency);
    if (found === undefined) list.push((found = { node, currency, amount: 0n }));
    return found;
  }

  private move(from: string, part: bigint, toId: string, toNode: string): void {
    const lot = this.lot(from);
    let to = this.lots.find((one) => one.id === toId);
    if (to === undefined)
      this.lots.push((to = { ...lot, id: toId, node: toNode, available: 0n, held: 0n, spent: 0n, forfeited: 0n }));
    if (to.grant !== lot.grant || to.node !== toNode || to.ended || lot.ended)
      this.faults.push(`${from} moved to ${toId}, which is no lot for it`);
    lot.available -= part;
    to.available += part;
  }

  private expireLot(id: string, instant: number, forfeited: bigint, at: number): void {
    const lot = this.lot(id);
    if (lot.ended || lot.endsAt !== instant || instant > at) this.faults.push(`${id} expired at another instant`);
    if (lot.available !== forfeited)
      this.faults.push(`${id} forfeited ${String(forfeited)} of ${String(lot.available)}`);
    lot.available -= forfeited;
    lot.forfeited += forfeited;
    lot.ended = true;
  }

  private openHold(id: string): CountedHold {
    const hold = this.holds.find(({ placed }) => placed.hold === id);
    if (hold === undefined || hold.ended) throw new Error(`${id} is not open`);
    return hold;
  }

  private placeHold(placed: HoldPlaced, at: number): void {
    this.setAside(placed, placed.session);
    if (placed.session !== this.sessions.around(placed.payer)[0]?.opened.session)
      this.faults.push(`${placed.hold} was taken from ${String(placed.session)}`);
    for (const { node, currency } of placed.session === undefined ? (placed.owed ?? []) : []) {
      const sum = this.owedAt(node, currency) + this.owedHeldAt(node, currency) + owedIn(placed.owed, node, currency);
      if (sum > this.balance(this.overageLimits, node, currency).amount)
        this.faults.push(`${placed.hold} holds more overage than ${node} allows`);
    }
    const chain = this.chainOf(placed.payer, placed.nodes);
    for (const node of chain)
      if (this.node(node).paused && !this.observed(node))
        this.faults.push(`${placed.hold} was placed at ${node}, which is paused`);
    for (const node of [placed.payer, ...placed.nodes, ...(placed.openers ?? [])]) {
      if (this.sessions.find(node) !== undefined) continue;
      const enforced = this.chainOf(node, []).filter((one) => !this.observed(one));
      if (
        !mayUse(
          enforced.map((one) => this.node(one).entitlements),
          placed.particulars,
        )
      )
        this.faults.push(`${placed.hold} was placed at ${node}, which may not use it`);
    }
    this.holds.push({ placed, placedAt: at, chain, endsAt: placed.expiresAt, ended: false });
    for (const limit of this.limits)
      if (limit.set.window.kind === 'rolling' && this.counts(limit, chain, this.costOfHold(placed)) > 0n)
        this.windowOf(limit, at);
  }

  /** Takes what is set aside from a reserve, or from what lots have available. */
  private setAside({ amounts, shares, owed }: HoldPlaced | SessionOpened, reserve: string | undefined): void {
    if (reserve !== undefined)
      this.sessions.change({ session: reserve as never, shares, ...(owed !== undefined && { owed }) }, -1n);
    else
      for (const { lot, amount } of shares) {
        this.lot(lot).available -= amount;
        this.lot(lot).held += amount;
      }
    for (const { currency, amount } of amounts) {
      const aside = this.inCurrency(shares, currency) + owedIn(owed, undefined, currency);
      if (aside !== amount) this.faults.push(`${String(aside)} was set aside of ${String(amount)} ${currency}`);
    }
  }

  private openSession(opened: SessionOpened, at: number): void {
    const [around] = this.sessions.around(opened.payer);
    if (opened.within !== around?.opened.session || opened.endsAt > (around?.opened.endsAt ?? Infinity))
      this.faults.push(`${opened.session} was opened elsewhere, or longer than what is around it`);
    this.setAside(opened, opened.within);
    const chain = this.chainOf(opened.payer, opened.nodes);
    const session = this.sessions.open(opened, chain);
    this.nodes.push({
      id: opened.session,
      parent: opened.payer,
      pooling: 'parent',
      paused: false,
      entitlements: {},
      observe: false,
    });
    for (const limit of this.limits)
      if (limit.set.window.kind === 'rolling' && this.counts(limit, chain, this.costOfReserve(session)) > 0n)
        this.windowOf(limit, at);
  }

  private endSession(fact: SessionEnded, at: number): void {
    const { session: id, returned, broken = [], kept } = fact;
    const { opened } = this.sessions.end(id, [...returned, ...broken, ...(kept?.shares ?? [])], kept?.owed);
    if (fact.at !== (fact.reason === 'time' ? opened.endsAt : fact.at) || fact.at > at || fact.at > opened.endsAt)
      this.faults.push(`${id} ended at another instant`);
    this.giveBack(fact, fact.reason === 'parent' ? undefined : this.sessions.around(opened.payer)[0]);
    for (const { node, currency, amount } of this.activity)
      if (node === id && sumOf(fact.spent.filter((money) => money.currency === currency)) !== amount)
        this.faults.push(`${id} spent ${String(amount)} ${currency}`);
  }

  /** What is given back goes to the session that stands around, else to its lots. */
  private giveBack(
    { returned, broken = [], kept }: { returned: readonly Share[]; broken?: readonly Share[]; kept?: ReservePart },
    home: CountedSession | undefined,
  ): void {
    if (kept !== undefined) this.sessions.change(kept, 1n);
    if (home === undefined ? kept !== undefined : returned.length + broken.length > 0)
      this.faults.push(`something went back past ${String(home?.opened.session)}`);
    if (kept !== undefined && kept.session !== home?.opened.session)
      this.faults.push(`something went back to ${kept.session}`);
    for (const { lot, amount } of returned) {
      if (this.lot(lot).ended) this.faults.push(`something went back to ${lot}, which has ended`);
      this.take(lot, 'available', amount);
    }
    for (const { lot, amount } of broken) {
      if (!this.lot(lot).ended) this.faults.push(`a part of ${lot} broke, which has not ended`);
      this.take(lot, 'forfeited', amount);
    }
  }

  private endHold(
    fact: { hold: string; returned: readonly Share[]; broken?: readonly Share[]; kept?: ReservePart },
    spent: readonly Share[],
  ): CountedHold {
    const { hold: id, returned, broken = [], kept } = fact;
    const hold = this.openHold(id);
    hold.ended = true;
    for (const { lot, amount } of hold.placed.shares) {
      const parts = [spent, returned, broken, kept?.shares ?? []].map((shares) =>
        sumOf(shares.filter((share) => share.lot === lot)),
      );
      if (parts.reduce((sum, part) => sum + part, 0n) !== amount)
        this.faults.push(`${id} ended with another share of ${lot}`);
    }
    for (const { lot, amount } of spent) this.take(lot, 'spent', amount);
    this.giveBack(fact, this.sessions.around(hold.placed.payer)[0]);
    return hold;
  }

  take(id: string, into: 'spent' | 'available' | 'forfeited', amount: bigint): void {
    const lot = this.lot(id);
    lot.held -= amount;
    lot[into] += amount;
  }

  /** Books a cost: from lots, as owed, and where limits count it. */
  private charge(
    fact: Charge & { readonly type: string; readonly payer: string },
    chain: readonly string[],
    placedAt: number | undefined,
    at: number,
    heldOwed: readonly Owed[],
    spent: readonly Share[],
  ): void {
    for (const { lot, amount } of fact.drawn ?? []) {
      this.lot(lot).available -= amount;
      this.lot(lot).spent += amount;
    }
    for (const part of fact.reserves ?? []) {
      this.sessions.change(part, -1n);
      for (const { lot, amount } of part.shares) this.take(lot, 'spent', amount);
    }
    this.checkReserves(fact);
    this.checkOverage(fact, [...heldOwed, ...(fact.reserves ?? []).flatMap(({ owed = [] }) => owed)]);
    for (const { node, currency, amount } of fact.owed ?? []) this.balance(this.owed, node, currency).amount += amount;
    const reserved = (fact.reserves ?? []).flatMap(({ shares }) => shares);
    const counted = lessUncollected(fact, this.paidBy([...spent, ...reserved, ...(fact.drawn ?? [])], fact.owed));
    for (const { currency, amount } of counted.amounts) {
      const paid =
        this.inCurrency(spent, currency) +
        sumOf((fact.reserves ?? []).map(({ shares }) => ({ amount: this.inCurrency(shares, currency) }))) +
        this.inCurrency(fact.drawn ?? [], currency) +
        owedIn(fact.owed, undefined, currency);
      if (paid !== amount)
        this.faults.push(`${fact.type} of ${String(amount)} ${currency} was paid with ${String(paid)}`);
      for (const node of chain) this.balance(this.activity, node, currency).amount += amount;
    }
    const countedAt = clamped(fact.usedAt, placedAt, at);
    if (fact.countedAt !== countedAt)
      this.faults.push(`${fact.type} counts at ${String(fact.countedAt)}, not ${String(countedAt)}`);
    for (const limit of this.limits) {
      const part = this.counts(limit, chain, counted);
      if (part > 0n) this.windowOf(limit, countedAt).used += part;
    }
    this.charges.push({
      place: this.place,
      chain,
      bookedAt: at,
      countedAt,
      limits: this.limits.filter((limit) => !limit.removed),
      cost: fact,
      parts: [
        ...[...spent, ...reserved, ...(fact.drawn ?? [])].map(({ lot, amount }) => ({
          lot,
          node: undefined,
          currency: this.lot(lot).currency,
          amount,
        })),
        ...(fact.owed ?? []).map(({ node, currency, amount }) => ({ lot: undefined, node, currency, amount })),
      ],
    });
  }

  /** Nothing is drawn, owed anew or written off while a reserve that stands around still has something. */
  private checkReserves({
    payer,
    drawn = [],
    owed = [],
    beyondOverage = [],
    uncollected = [],
    reserves = [],
  }: Charge & { readonly payer: string }): void {
    const taken = reserves.flatMap((part) => part.owed ?? []);
    const around = this.sessions.around(payer);
    for (const { currency } of around.length === 0 ? [] : this.lots) {
      const left = sumOf(around.map((session) => ({ amount: this.leftIn(session, currency) })));
      const beyond =
        this.inCurrency(drawn, currency) +
        sumOf([...beyondOverage, ...uncollected].filter((money) => money.currency === currency));
      if (left > 0n && beyond > 0n)
        this.faults.push(`${payer} paid ${String(beyond)} past ${String(left)} of its reserve`);
      if (owedIn(taken, undefined, currency) > owedIn(owed, undefined, currency))
        this.faults.push(`${payer} took overage from a reserve and owes less`);
    }
  }

  private leftIn({ left, leftOwed }: CountedSession, currency: string): bigint {
    return (
      sumOf(left.filter(({ lot }) => this.lot(lot).currency === currency)) +
      sumOf(leftOwed.filter((one) => one.currency === currency))
    );
  }

  /** What is owed anew fits the overage limits, but for what is flagged. */
  checkOverage(fact: Charge, heldOwed: readonly Owed[]): void {
    for (const { currency } of fact.owed ?? []) {
      const flagged = sumOf((fact.beyondOverage ?? []).filter((money) => money.currency === currency));
      let beyond = 0n;
      for (const { node } of (fact.owed ?? []).filter((one) => one.currency === currency)) {
        const held = owedIn(heldOwed, node, currency);
        const owing = owedIn(fact.owed, node, currency);
        const before = this.owedAt(node, currency) + this.owedHeldAt(node, currency) + held;
        const room = this.balance(this.overageLimits, node, currency).amount - before;
        const fresh = owing > held ? owing - held : 0n;
        beyond += fresh > (room > 0n ? room : 0n) ? fresh - (room > 0n ? room : 0n) : 0n;
      }
      if (beyond !== flagged)
        this.faults.push(`${String(beyond)} ${currency} is beyond the overage, ${String(flagged)} is flagged`);
    }
  }

  owedAt(node: string, currency: string): bigint {
    return this.balance(this.owed, node, currency).amount;
  }

  owedHeldAt(node: string, currency: string): bigint {
    const inReserves = this.sessions.all
      .filter(({ ended }) => !ended)
      .flatMap(({ leftOwed }) => leftOwed.filter((one) => one.node === node && one.currency === currency));
    return this.holds
      .filter((hold) => !hold.ended)
      .reduce((sum, { placed }) => sum + owedIn(placed.owed, node, currency), sumOf(inReserves));
  }

  paidBy(
    shares: CountedSession['left'] | readonly Share[],
    owed: CountedSession['leftOwed'] | readonly Owed[] = [],
  ): Cost['paid'] {
    const layerOf = (id: string): string =>
      this.granted.find((grant) => grant.node === this.lot(id).grant)?.layer ?? 'none';
    return [
      ...shares.map(({ lot, amount }) => ({ currency: this.lot(lot).currency, layer: layerOf(lot), amount })),
      ...owed.map(({ currency, amount }) => ({ currency, layer: 'overage', amount })),
    ];
  }

  private costOfHold({ amounts, lines, particulars, shares, owed }: HoldPlaced): Cost {
    return { amounts, lines, paid: this.paidBy(shares, owed), told: particulars };
  }

  /** What is left of a reserve. It has no meters, and of its own only what was told when the session was opened. */
  private costOfReserve(session: CountedSession): Cost {
    const { left, leftOwed, opened } = session;
    const amounts = opened.amounts.map(({ currency }) => ({ currency, amount: this.leftIn(session, currency) }));
    const paid = this.paidBy(left, leftOwed);
    return { amounts: amounts as readonly unknown[] as Bag, lines: undefined, paid, told: opened.particulars };
  }

  private inCurrency(shares: readonly Share[], currency: string): bigint {
    return sumOf(shares.filter((share) => this.lot(share.lot).currency === currency));
  }

  private setLimit(set: LimitSet): void {
    const limit: CountedLimit = { set, conduct: set, amount: set.amount, rule: set.rule, windows: [], removed: false };
    this.limits.push(limit);
    if (set.usedAtStart !== undefined) this.windowOf(limit, 0).used += set.usedAtStart;
  }

  private changeAmount(limit: CountedLimit, most: bigint, rule: string | undefined): void {
    limit.amount = most;
    limit.rule = rule;
  }

  private liveLimit(node: string, name: string): CountedLimit {
    const limit = this.limits.find((one) => !one.removed && one.set.node === node && one.set.limit === name);
    if (limit === undefined) throw new Error(`${node} has no limit ${name}`);
    return limit;
  }

  /** How much of a cost a limit counts: none once it was removed, or when its node is not on the chain. */
  counts(limit: CountedLimit, chain: readonly string[], { amounts, lines, paid, told }: Cost): bigint {
    const { node, currency, scope } = limit.set;
    if (limit.removed || !chain.includes(node) || !speaksOf(scope, told)) return 0n;
    const { meters, layers } = scope ?? {};
    if (layers !== undefined)
      return sumOf(paid.filter((part) => part.currency === currency && layers.some((layer) => layer === part.layer)));
    if (meters === undefined) return sumOf(amounts.filter((money) => money.currency === currency));
    return sumOf(
      (lines ?? []).filter((line) => line.currency === currency && meters.some((meter) => meter === line.meter)),
    );
  }

  /** The window of a limit at an instant; a rolling one begins there when none runs. */
  windowOf({ set: { window }, windows }: CountedLimit, at: number): CountedWindow {
    const running = windows.find(({ from, to }) => from <= at && at < to);
    if (running !== undefined) return running;
    const opened: CountedWindow = { ...spanOf(window, at, windows), used: 0n };
    windows.push(opened);
    return opened;
  }

  /** What the open holds set aside that a limit counts, and what is left of the reserves. */
  heldBy(limit: CountedLimit): bigint {
    return sumOf(this.aside().map(({ chain, cost }) => ({ amount: this.counts(limit, chain, cost) })));
  }

  /** The same for a node and all under it. */
  heldAt(node: string, currency: string): bigint {
    const parts = this.aside().filter(({ chain }) => chain.includes(node));
    return sumOf(parts.flatMap(({ cost }) => cost.amounts.filter((money) => money.currency === currency)));
  }

  private aside(): readonly { readonly chain: readonly string[]; readonly cost: Cost }[] {
    const holds = this.holds.filter((hold) => !hold.ended);
    const sessions = this.sessions.all.filter((session) => !session.ended);
    return [
      ...holds.map(({ chain, placed }) => ({ chain, cost: this.costOfHold(placed) })),
      ...sessions.map((session) => ({ chain: session.chain, cost: this.costOfReserve(session) })),
    ];
  }
}

/** A sliding window counts in sixtieths of its length, rounded up to milliseconds. */
const bucketMs = (lengthMs: number): number => Math.ceil(lengthMs / 60);

/** Whether what was used in a sliding window's bucket still counts: as many buckets count as make up the length. */
export const stillCounts = (lengthMs: number, from: number, at: number): boolean =>
  Math.floor(at / bucketMs(lengthMs)) - from / bucketMs(lengthMs) < Math.ceil(lengthMs / bucketMs(lengthMs));

export function spanOf(
  window: LimitSet['window'],
  at: number,
  others: readonly CountedWindow[],
): { from: number; to: number } {
  if (window.kind === 'lifetime') return { from: -Infinity, to: Infinity };
  if (window.kind === 'sliding') {
    const bucket = bucketMs(window.lengthMs);
    return { from: Math.floor(at / bucket) * bucket, to: Math.floor(at / bucket) * bucket + bucket };
  }
  if (window.kind === 'calendar') {
    const from = Math.floor(at / TOY_LENGTHS[window.unit]) * TOY_LENGTHS[window.unit];
    return { from, to: from + TOY_LENGTHS[window.unit] };
  }
  const later = others.map(({ from }) => from).filter((from) => from > at);
  return { from: at, to: Math.min(at + window.lengthMs, ...later) };
}

/** Usage counts when it was used, but neither before its hold, nor 35 days ago, nor later than now. */
export function clamped(usedAt: number | undefined, placedAt: number | undefined, now: number): number {
  if (usedAt === undefined || usedAt >= now) return now;
  return Math.max(usedAt, placedAt ?? -Infinity, now - DAYS_35);
}

/** A charge without what was written off; where a part was, its meters shrink in proportion, rounded down. */
export function lessUncollected(
  { amounts, lines, uncollected = [], particulars }: Pick<Charge, 'amounts' | 'lines' | 'uncollected' | 'particulars'>,
  paid: Cost['paid'] = [],
): Cost {
  const gone = (currency: string): bigint => sumOf(uncollected.filter((money) => money.currency === currency));
  const kept = amounts.map((money) => ({ ...money, amount: (money.amount - gone(money.currency)) as never }));
  const keptLines = lines?.map((line) => {
    const whole = sumOf(amounts.filter((money) => money.currency === line.currency));
    const part = whole - gone(line.currency);
    return { ...line, amount: (whole === 0n ? 0n : (line.amount * part) / whole) as never };
  });
  return { amounts: kept, lines: keptLines, paid, told: particulars };
}

/** Whether a scope speaks of a call at all. */
export function speaksOf(scope: Scope | undefined, told: Particulars | undefined): boolean {
  const { models, taskTypes, features, tags = {} } = scope ?? {};
  const wanted: [readonly string[] | undefined, string | undefined][] = [
    [models, told?.model],
    [taskTypes, told?.taskType],
    [features, told?.tags?.['feature']],
    ...Object.keys(tags).map((tag): [readonly string[] | undefined, string | undefined] => [
      tags[tag],
      told?.tags?.[tag],
    ]),
  ];
  return wanted.every(([names, name]) => names === undefined || names.some((one) => one === name));
}

export const sumOf = (parts: readonly { readonly amount: bigint }[]): bigint =>
  parts.reduce((sum, part) => sum + part.amount, 0n);

const owedIn = (owed: readonly Owed[] | undefined, node: string | undefined, currency: string): bigint =>
  sumOf((owed ?? []).filter((one) => one.currency === currency && (node === undefined || one.node === node)));
