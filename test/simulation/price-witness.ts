import {
  AwaitingHold,
  hadWaited,
  totalOf,
  type ChargeCorrected,
  type Fact,
  type HoldPlaced,
  type NodeState,
} from '@exchequer/account';
import type { EstimatedUse } from '@exchequer/contracts';
import type { CommandRecord } from '@exchequer/ledger';
import { estimate, rate, type PriceBook, type Use } from '@exchequer/rating';
import { formatPosition, type FactAddress } from '@exchequer/replica';
import { CatalogueWitness } from './catalogue-witness.js';
import { charged, heldPrice, kindOf, usedPrice, type Before, type Expected, type Paying } from './expected-price.js';
import type { Body } from './requests.js';
import { describe, isSame, type Told } from './told-price.js';

type Settled = Extract<Fact, { type: 'HoldCaptured' | 'CreditsDrawn' }>;
type Awaited = Extract<Fact, { type: 'OutcomeAwaited' }>;
type Unpriced = Extract<Fact, { type: 'UsageUnpriced' }>;

/** A process took a request: its clock, how many cards it knew, and how many were stored by then. */
interface Taking {
  readonly atMs: number;
  readonly known: number;
  readonly stored: number;
}

/** A charge, and when it was booked. */
interface Booked {
  readonly fact: Settled;
  readonly at: number;
}

/** Where a fact is about to be booked. */
export interface Place {
  readonly account: string;
  readonly record: CommandRecord;
  readonly address: FactAddress;
  readonly at: number;
}

/**
 * Holds every amount that is booked against the rate cards: as they were stored when it was booked, as the process knew them
 * that took the request, at the instant that counts.
 */
export class PriceWitness {
  readonly catalogue = new CatalogueWitness();
  private readonly asked = new Map<string, Body>();
  private readonly takings = new Map<string, Taking[]>();
  private readonly booked = new Map<string, Booked>();
  /** Charges at stated prices that nothing has corrected yet. */
  private readonly waiting = new Set<string>();
  /** How much was judged, by what it was. */
  readonly seen = new Map<string, number>();

  constructor(private readonly fault: (sentence: string) => void) {}

  /** Somebody is about to ask this for the first time. */
  asks(account: string, id: string, body: Body): void {
    this.asked.set(`${account} ${id}`, body);
  }

  /** A process took a request that it will price by its clock. */
  taken(account: string, id: string, atMs: number, known: number): void {
    const key = `${account} ${id}`;
    const taking = { atMs, known, stored: this.catalogue.size };
    this.takings.set(key, [...(this.takings.get(key) ?? []), taking]);
  }

  /** A fact is about to be folded. */
  judges(fact: Fact, before: Before, place: Place): void {
    if (fact.type === 'HoldPlaced') this.judgesHold(fact, before, place);
    else if (fact.type === 'HoldCaptured' || fact.type === 'CreditsDrawn') this.judgesCharge(fact, before, place);
    else if (fact.type === 'OutcomeAwaited') this.judgesCost(fact, before, place);
    else if (fact.type === 'UsageUnpriced') this.judgesUnpriced(fact, before, place);
    else if (fact.type === 'ChargeCorrected') this.judgesCorrection(fact, before, place);
  }

  /** Somebody was told that there is no price: there was none where the cards had just been looked at. */
  hasNone(account: string, id: string, use: EstimatedUse): void {
    this.count('told that there is no price');
    const asked = this.asked.get(`${account} ${id}`) ?? {};
    const isSo = this.maySay(
      { account, id },
      true,
      ({ atMs }, book) => estimate(use, instantOf(asked, atMs), book).kind === 'unpriced',
    );
    if (!isSo) this.fault(`${id} was told that ${use.model} has no price, and it has`);
  }

  /**
   * Whether something is so for the prices that a process may have had when it priced a request.
   *
   * @param isLooked whether it must have looked at the cards once more when it had the request.
   */
  maySay(
    { account, id }: { readonly account: string; readonly id: string },
    isLooked: boolean,
    isSo: (taking: Taking, book: PriceBook) => boolean,
  ): boolean {
    const { priced, unpriced } = this.asked.get(`${account} ${id}`) ?? {};
    const isOfMeter = priced !== undefined || unpriced !== undefined;
    for (const taking of this.takings.get(`${account} ${id}`) ?? [])
      for (const book of this.catalogue.books(isOfMeter ? 0 : isLooked ? taking.stored : taking.known))
        if (isSo(taking, book)) return true;
    return false;
  }

  /** Something was judged. */
  count(what: string, { provisional, market, particulars }: Partial<Told> = {}): void {
    const by = particulars?.estimate === undefined ? '' : ` by ${particulars.estimate.by}`;
    const how = provisional !== undefined ? ' at stated prices' : market !== undefined ? ' with an own key' : by;
    this.seen.set(what + how, (this.seen.get(what + how) ?? 0) + 1);
  }

  /** The world is at rest, everybody knows all cards: what waits has no price. */
  rests(account: string, { state }: Before): void {
    for (const { address, usedAt } of state.provisional.values()) {
      const of = address && formatPosition(account, address);
      const use = of === undefined ? undefined : useOf(this.booked.get(of)?.fact);
      if (of === undefined || use === undefined || !this.waiting.has(of))
        this.fault(`${String(of)} waits, and is none`);
      else if (rate(use, usedAt, this.catalogue.newest).kind === 'priced')
        this.fault(`${of} still waits for its price, which has come`);
    }
    const left = [...this.waiting].filter((of) => of.startsWith(`account-${account}@`)).length;
    if (left !== state.provisional.size) this.fault(`${String(left)} charges of ${account} wait that are not known to`);
  }

  private judgesHold(fact: HoldPlaced, before: Before, { account, record: { id } }: Place): void {
    const use = modelUse(this.asked.get(`${account} ${id}`));
    const { particulars, insteadOf, provisional, asked } = fact;
    if (use === undefined) {
      if (provisional !== undefined || particulars?.card !== undefined) this.fault(`${id} has a price of nothing`);
      return;
    }
    const paying = { payer: before.state.nodes.get(fact.payer), credentialType: particulars?.credentialType };
    const { model = '' } = particulars ?? {};
    if ((insteadOf?.model ?? model) !== use.model) this.fault(`${id} asked for ${use.model} and holds for ${model}`);
    const lines = fact.askedLines ?? asked ?? fact.lines ?? fact.amounts;
    const whole = { ...fact, lines, isPart: asked !== undefined };
    this.count(insteadOf === undefined ? 'held' : 'held for a cheaper model', whole);
    const isPriced = (used: EstimatedUse, told: Told): boolean =>
      this.maySay({ account, id }, provisional !== undefined && insteadOf === undefined, ({ atMs }, book) =>
        isSame(heldPrice(used, atMs, book, before, paying), told),
      );
    if (!isPriced({ ...use, model }, whole)) this.fault(`${id}: no price list makes ${describe(whole)}`);
    if (insteadOf === undefined) return;
    const kind = kindOf(before, use.model);
    if (!kind.slice(0, kind.indexOf(use.model)).includes(model)) this.fault(`${id}: ${model} is not cheaper`);
    if (provisional !== undefined) this.fault(`${id} is to use ${model}, which has no price`);
  }

  private judgesCharge(fact: Settled, before: Before, place: Place): void {
    const { account, address, at } = place;
    const of = formatPosition(account, address);
    this.booked.set(of, { fact, at });
    if (fact.provisional !== undefined) this.waiting.add(of);
    // What waited for an outcome was judged when it began to.
    if (!hadWaited(fact)) this.judgesCost(fact, before, place);
  }

  private judgesCost(fact: Settled | Awaited, before: Before, { account, record }: Place): void {
    const asked = this.asked.get(`${account} ${record.id}`);
    if (asked === undefined) return;
    const told = { ...fact, lines: fact.lines ?? fact.amounts };
    const use = modelUse(asked);
    if (use === undefined) {
      const hold = holdOf(fact, before);
      const expected = asked.amounts === undefined ? hold?.provisional : undefined;
      if (fact.provisional !== expected) this.fault(`${record.id} is at stated prices, and states what it cost`);
      return;
    }
    this.count(fact.type === 'OutcomeAwaited' ? 'waiting for an outcome' : 'charged', told);
    const paying = payingFor(fact, before);
    const isPriced = this.maySay({ account, id: record.id }, told.provisional !== undefined, ({ atMs }, book) =>
      isSame(usedPrice(use as Use, instantOf(asked, atMs), book, before, paying), told),
    );
    if (!isPriced) this.fault(`${record.id}: no price list makes ${describe(told)}`);
  }

  private judgesUnpriced({ particulars }: Unpriced, before: Before, { account, record: { id } }: Place): void {
    this.count('kept apart');
    const asked = this.asked.get(`${account} ${id}`);
    const use = modelUse(asked);
    if (use === undefined || particulars?.model !== use.model) {
      this.fault(`${id} is kept apart, and states what it cost`);
      return;
    }
    const paying = { payer: undefined, credentialType: undefined };
    const isSo = this.maySay({ account, id }, true, ({ atMs }, book) => {
      const instant = instantOf(asked ?? {}, atMs);
      return usedPrice(use as Use, instant, book, before, paying) === undefined;
    });
    if (!isSo) this.fault(`${id} is kept apart, and has a price`);
  }

  private judgesCorrection(fact: ChargeCorrected, before: Before, { account, record: { id } }: Place): void {
    const booked = this.booked.get(fact.of);
    if (booked === undefined) {
      this.fault(`${id} corrects ${fact.of}, where there is no charge`);
      return;
    }
    const waited = this.waiting.delete(fact.of);
    if ((fact.settlesProvisional === true) !== waited)
      this.fault(`${id} corrects ${fact.of}, which ${waited ? 'waited' : 'did not wait'}, and says otherwise`);
    const isOfPrice = id.startsWith('price ');
    if (isOfPrice && !waited) this.fault(`${id} corrects a charge that did not wait for its price`);
    const asked = this.asked.get(`${account} ${id}`);
    if (!isOfPrice && asked?.use === undefined) return;
    this.count(isOfPrice ? 'brought to its price' : 'corrected by use', fact);
    const instant = booked.fact.usedAt ?? booked.at;
    const { model = '', serviceTier, meters = {} } = booked.fact.particulars ?? {};
    const use = { model, serviceTier, meters: asked?.use?.meters ?? meters } as Use;
    const paying = payingFor(booked.fact, before);
    const { particulars, market } = fact;
    const told: Told = {
      lines: fact.lines ?? fact.amounts,
      ...(particulars !== undefined && { particulars }),
      ...(market !== undefined && { market }),
    };
    const isSo = [...this.catalogue.books(0)].some((book) => {
      const rating = rate(use, instant, book);
      if (rating.kind === 'unpriced') return false;
      const price: Expected = { lines: rating.lines, card: rating.card, isProvisional: false };
      const expected = booked.fact.market === undefined ? price : charged(price, paying);
      const whole = booked.fact.market && (expected.market ?? totalOf(price.lines));
      return isSame({ ...expected, ...(whole !== undefined && { market: whole }) }, told);
    });
    if (!isSo) this.fault(`${id}: no price list makes ${describe(told)} of ${fact.of}`);
  }
}

/** What a body says is used of a model; undefined where it names none. */
const modelUse = (body: Body | undefined): EstimatedUse | undefined =>
  body?.use?.model === undefined ? undefined : { ...body.use, model: body.use.model };

const instantOf = ({ time }: Body, atMs: number): number => (time === undefined ? atMs : Date.parse(time));

/** The hold that usage settles, as long as it is known; not one that has been settled and waits for an outcome. */
function holdOf(fact: Settled | Awaited, { state }: Before) {
  const id = (fact.type === 'OutcomeAwaited' ? fact.meantFor : undefined) ?? fact.hold;
  const hold = id === undefined ? undefined : (state.holds.get(id) ?? state.lapsed.get(id));
  return hold instanceof AwaitingHold ? undefined : hold;
}

/** Whose policy for own keys holds: the payer's, as the hold remembers it where there is one. */
function payingFor(fact: Settled | Awaited, before: Before): Paying {
  const { payer, particulars } = fact;
  const { state } = before;
  const hold = holdOf(fact, before);
  const node: NodeState | undefined =
    hold?.chain.payer ?? state.nodes.get(payer) ?? state.endedSessions.get(payer)?.node;
  return { payer: node, credentialType: particulars?.credentialType };
}

/** What a charge says was used. */
function useOf(fact: Settled | undefined): Use | undefined {
  const { model, serviceTier, meters } = fact?.particulars ?? {};
  return model === undefined || meters === undefined ? undefined : ({ model, serviceTier, meters } as Use);
}
