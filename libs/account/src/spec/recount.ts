import { parseAmount } from '@exchequer/kernel';
import type { Fact } from '../facts.js';
import type { Booked } from './book.js';
import { countCharges } from './recount-charges.js';
import { countCorrections, type CountedCharge } from './recount-corrections.js';
import { sumOf } from './recount-cost.js';
import { countHolds, type CountedHold } from './recount-holds.js';
import { countLimits, type CountedLimit } from './recount-limits.js';
import { countLots, type CountedLot } from './recount-lots.js';
import { countNotices, type CountedNotices } from './recount-notices.js';
import { debtIn, debtOf, type CountedOverage } from './recount-overage.js';
import { countPools, type CountedPool } from './recount-pools.js';
import { countReserves } from './recount-reserves.js';
import { CountedSessions } from './recount-sessions.js';
import { countThresholds } from './recount-thresholds.js';
import { countTree, type CountedNode } from './recount-tree.js';
import { countWaits } from './recount-waits.js';

interface Balance {
  readonly node: string;
  readonly currency: string;
  amount: bigint;
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
  readonly overages: CountedOverage[] = [];
  readonly activity: Balance[] = [];
  readonly sessions = new CountedSessions((sentence) => this.faults.push(sentence));
  readonly charges: CountedCharge[] = [];
  readonly pools: CountedPool[] = [];
  readonly notices: CountedNotices[] = [];
  /** When what anybody says of notices before lots end, or who stands under whom, changed last. */
  noticesChangedAt = -Infinity;
  /** Of the newest fact, from 0. */
  place = -1;

  constructor(booked: readonly Booked[] = []) {
    for (const { fact, at } of booked) {
      this.count(fact, at);
      for (const lot of this.lots)
        for (const part of [lot.available, lot.held, lot.spent, lot.forfeited])
          if (part < 0n) this.faults.push(`${lot.id} is below zero after ${fact.type}`);
    }
  }

  /** Takes in one more fact. Each is counted by one subject alone, or is none that moves credits or counts. */
  count(fact: Fact, at: number): void {
    this.place += 1;
    countTree(this, fact, at);
    countLots(this, fact, at);
    countPools(this, fact);
    countLimits(this, fact);
    countHolds(this, fact, at);
    countReserves(this, fact, at);
    countCharges(this, fact, at);
    countWaits(this, fact, at);
    countCorrections(this, fact, at);
    countThresholds(this, fact, at);
    countNotices(this, fact, at);
    if (fact.type === 'OverageSet') {
      const overage = this.overage(fact.node, fact.currency);
      overage.limit = fact.limit;
      overage.criticalOnly = fact.for === 'critical';
      overage.rate = fact.rate === undefined ? 1_000_000_000n : parseAmount(fact.rate);
    }
  }

  node(id: string): CountedNode {
    const node = this.nodes.find((one) => one.id === id);
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
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

  overage(node: string, currency: string): CountedOverage {
    let found = this.overages.find((one) => one.node === node && one.currency === currency);
    if (found === undefined)
      this.overages.push((found = { node, currency, limit: 0n, criticalOnly: false, rate: 1_000_000_000n }));
    return found;
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
      .reduce(
        (sum, { placed }) => sum + debtIn(placed.owed, node, currency),
        sumOf(inReserves.map((one) => ({ amount: debtOf(one) }))),
      );
  }
}
