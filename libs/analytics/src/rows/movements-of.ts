import { owedInAll } from '@exchequer/account';
import type {
  ChargeCorrected,
  CostReturned,
  CreditsDrawn,
  CreditsTransferred,
  Fact,
  HoldCaptured,
  HoldExpired,
  HoldVoided,
  OutcomeAwaited,
  Owed,
  Renewal,
  SessionEnded,
  Share,
} from '@exchequer/account';
import { storableInstant } from './instants.js';
import type { LotEntry } from './lot-directory.js';
import type { MovementRow } from './movement-row.js';
import type { Place } from './table.js';

type Part = 'granted' | 'available' | 'held' | 'spent' | 'forfeited';
type Change = Record<Part, bigint>;

/** What a fact does to balances: one row for each lot that it touches, and for each node that owes more or less by it. */
export function movementsOf(fact: Fact, place: Place, lotOf: (lot: string) => LotEntry): readonly MovementRow[] {
  const movements = new Movements(place, fact.type, lotOf);
  switch (fact.type) {
    case 'CreditsGranted':
      movements.change(fact.lot, 'granted', fact.amount);
      movements.change(fact.lot, 'available', fact.amount);
      break;
    case 'CreditsTransferred':
      return transferRows(fact, place, lotOf);
    case 'LotExpired':
      movements.effectiveAt = fact.at;
      movements.change(fact.lot, 'available', 0n - fact.forfeited);
      movements.change(fact.lot, 'forfeited', fact.forfeited);
      break;
    case 'HoldPlaced':
      movements.hold = fact.hold;
      if (fact.session === undefined) movements.shift(fact.shares, 'available', 'held');
      break;
    case 'SessionOpened':
      if (fact.within === undefined) movements.shift(fact.shares, 'available', 'held');
      break;
    case 'SessionEnded':
      movements.effectiveAt = fact.at;
      movements.giveBack(fact);
      break;
    case 'HoldVoided':
      movements.hold = fact.hold;
      movements.giveBack(fact);
      break;
    case 'HoldExpired':
      movements.effectiveAt = fact.at;
      movements.hold = fact.hold;
      movements.giveBack(fact);
      break;
    case 'OutcomeAwaited':
      movements.hold = fact.hold;
      movements.giveBack(fact);
      movements.shift(fact.drawn ?? [], 'available', 'held');
      break;
    case 'CostReturned':
      movements.effectiveAt = fact.at;
      movements.hold = fact.hold;
      movements.giveBack(fact);
      break;
    case 'HoldCaptured':
      movements.effectiveAt = fact.at ?? place.booked_at;
      movements.hold = fact.hold;
      movements.shift(fact.spent, 'held', 'spent');
      movements.spendReserves(fact);
      movements.giveBack(fact);
      movements.shift(fact.drawn ?? [], 'available', 'spent');
      movements.owe(fact.owed);
      break;
    case 'CreditsDrawn':
      movements.hold = fact.hold ?? '';
      movements.spendReserves(fact);
      movements.shift(fact.drawn ?? [], 'available', 'spent');
      movements.owe(fact.owed);
      break;
    case 'ChargeCorrected':
      movements.hold = fact.hold ?? '';
      movements.shift(fact.returned, 'spent', 'available');
      movements.shift(fact.broken ?? [], 'spent', 'forfeited');
      movements.renew(fact.renewed ?? []);
      movements.spendReserves(fact);
      movements.shift(fact.drawn ?? [], 'available', 'spent');
      movements.owe(fact.owed);
      movements.forgive(fact.forgiven ?? []);
      break;
    default:
      return NONE;
  }
  return movements.rows();
}

type GivingBack = HoldCaptured | HoldVoided | HoldExpired | OutcomeAwaited | CostReturned | SessionEnded;

/** By how much more or less a node owes. */
interface Owing extends Pick<Owed, 'node' | 'currency'> {
  readonly by: bigint;
}

const NONE: readonly MovementRow[] = [];

const unchanged = (): Change => ({ granted: 0n, available: 0n, held: 0n, spent: 0n, forfeited: 0n });

/** Adds up what one fact does to each lot. */
class Movements {
  effectiveAt: number;
  hold = '';
  private readonly changes = new Map<string, Change>();
  private owed: readonly Owing[] = [];

  constructor(
    private readonly place: Place,
    private readonly reason: string,
    private readonly lotOf: (lot: string) => LotEntry,
  ) {
    this.effectiveAt = place.booked_at;
  }

  change(lot: string, part: Part, by: bigint): void {
    let change = this.changes.get(lot);
    if (change === undefined) this.changes.set(lot, (change = unchanged()));
    change[part] += by;
  }

  shift(shares: readonly Share[], from: Part, to: Part): void {
    for (const { lot, amount } of shares) {
      this.change(lot, from, 0n - amount);
      this.change(lot, to, amount);
    }
  }

  /** Spent no more in the one lot, and available in the other. */
  renew(renewed: readonly Renewal[]): void {
    for (const { lot, amount, toLot } of renewed) {
      this.change(lot, 'spent', 0n - amount);
      this.change(toLot, 'available', amount);
    }
  }

  /** What goes back to a reserve stays held. */
  giveBack({ returned, broken }: GivingBack): void {
    this.shift(returned, 'held', 'available');
    this.shift(broken ?? [], 'held', 'forfeited');
  }

  spendReserves({ reserves }: HoldCaptured | CreditsDrawn | ChargeCorrected): void {
    for (const { shares } of reserves ?? []) this.shift(shares, 'held', 'spent');
  }

  owe(owed: readonly Owed[] | undefined): void {
    if (owed !== undefined) this.owed = owed.map((one) => ({ ...one, by: owedInAll(one) }));
  }

  forgive(forgiven: readonly Owed[]): void {
    this.owed = [...this.owed, ...forgiven.map((one) => ({ ...one, by: 0n - owedInAll(one) }))];
  }

  rows(): readonly MovementRow[] {
    const shared = {
      ...this.place,
      effective_at: storableInstant(this.effectiveAt),
      reason: this.reason,
      hold: this.hold,
      counterpart: '',
    };
    const rows: MovementRow[] = [];
    for (const [lot, change] of this.changes) {
      const { grant, node, layer, currency } = this.lotOf(lot);
      rows.push({ ...shared, line: rows.length, lot, grant, node, layer, currency, ...change, owed: 0n });
    }
    for (const { node, currency, by } of this.owed) {
      const overage = { lot: '', grant: '', node, layer: 'overage', currency };
      rows.push({ ...shared, line: rows.length, ...overage, ...unchanged(), owed: by });
    }
    return rows;
  }
}

/** Both ends of every move, so that each names the other. */
function transferRows(
  fact: CreditsTransferred,
  place: Place,
  lotOf: (lot: string) => LotEntry,
): readonly MovementRow[] {
  const rows: MovementRow[] = [];
  const add = (lot: string, counterpart: string, available: bigint): void => {
    const { grant, node, layer, currency } = lotOf(lot);
    rows.push({
      ...place,
      line: rows.length,
      effective_at: storableInstant(fact.at ?? place.booked_at),
      reason: `${fact.type}/${fact.reason}`,
      hold: '',
      lot,
      grant,
      node,
      counterpart,
      layer,
      currency,
      ...unchanged(),
      available,
      owed: 0n,
    });
  };
  for (const move of fact.moves) {
    add(move.lot, move.toNode, 0n - move.amount);
    add(move.toLot, lotOf(move.lot).node, move.amount);
  }
  return rows;
}
