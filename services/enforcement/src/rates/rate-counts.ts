import {
  isObserved,
  isRefusal,
  resolveChain,
  resolveUsageChain,
  type AccountState,
  type Authorize,
  type BeyondRate,
  type Candidate,
  type HoldPlaced,
  type Particulars,
  type RateState,
  type RatesVerdict,
} from '@exchequer/account';
import { WindowCounts, windowEnd, windowStart } from './window-counts.js';

/** From when a call could run that waits for rates to have room, or the rate that it would have to wait too long for. */
type Place = { readonly runsAt: number; readonly slowing?: RateState } | { readonly tooLate: BeyondRate };

/**
 * What the rates of an account have let through, by the window in which it runs. Never in the ledger; made anew from its
 * holds whenever the account is loaded.
 */
export class RateCounts {
  private readonly counts = new WeakMap<RateState, WindowCounts>();

  /**
   * The request, and each of its candidates, with the verdict of the rates on its chain; the very same where they have
   * nothing to say.
   *
   * @param waitMs how long it waits already, because a limit asks for it.
   */
  judged(state: AccountState, command: Authorize, at: number, waitMs = 0): Authorize {
    if (state.rated.size === 0) return command;
    const chain = resolveChain(state, command.payer, command.nodes);
    if (isRefusal(chain) || chain.permission === undefined) return command;
    const { rates } = chain.permission;
    const judge = (particulars: Particulars | undefined): RatesVerdict => this.verdict(rates, particulars, at, waitMs);
    const verdict = judge(command.particulars);
    if (verdict === NOTHING_TO_SAY && command.candidates === undefined) return command;
    const candidates = command.candidates?.map((one): Candidate => ({ ...one, ...judge(one.particulars) }));
    return { ...command, ...verdict, ...(candidates !== undefined && { candidates }) };
  }

  /** Counts what was let through in the windows in which it runs, of every rate of its chain but those that it went beyond. */
  count(state: AccountState, placed: HoldPlaced, at: number): void {
    if (state.rated.size === 0) return;
    const chain = resolveUsageChain(state, placed.payer, placed.nodes, at);
    if (isRefusal(chain)) return;
    const runsAt = at + (placed.delay?.ms ?? 0);
    for (const rate of chain.permission?.rates ?? []) {
      const asked = unitsOf(rate, placed.particulars);
      if (asked === 0 || at < rate.since || wentBeyond(placed, rate)) continue;
      let counts = this.counts.get(rate);
      if (counts === undefined) this.counts.set(rate, (counts = new WindowCounts()));
      counts.add(windowStart(rate, runsAt), asked, windowStart(rate, at));
    }
  }

  /** What runs in the window of a rate that holds an instant. */
  usedAt(rate: RateState, at: number): number {
    return this.counts.get(rate)?.in(windowStart(rate, at)) ?? 0;
  }

  private verdict(
    rates: readonly RateState[],
    particulars: Particulars | undefined,
    at: number,
    waitMs: number,
  ): RatesVerdict {
    const place = this.place(rates, particulars, at, waitMs);
    const runsAt = 'tooLate' in place ? at + waitMs : place.runsAt;
    const beyondRates = rates.flatMap((rate) => {
      if (slows(rate)) return 'tooLate' in place && place.tooLate.rate === rate ? [place.tooLate] : [];
      return this.hasRoom(rate, particulars, runsAt) ? [] : [this.beyond(rate, particulars, at, runsAt)];
    });
    const slowing = 'tooLate' in place ? undefined : place.slowing;
    if (beyondRates.length === 0 && slowing === undefined) return NOTHING_TO_SAY;
    return {
      ...(beyondRates.length > 0 && { beyondRates }),
      ...(slowing !== undefined && { slowedBy: { rate: slowing, ms: runsAt - at } }),
    };
  }

  /** The first instant at which every rate that slows down has room; each wait is bounded by the rate that asks for it. */
  private place(rates: readonly RateState[], particulars: Particulars | undefined, at: number, waitMs: number): Place {
    let runsAt = at + waitMs;
    let slowing: RateState | undefined;
    for (;;) {
      const full = rates.find((rate) => slows(rate) && !this.hasRoom(rate, particulars, runsAt));
      if (full === undefined) return slowing === undefined ? { runsAt } : { runsAt, slowing };
      if (unitsOf(full, particulars) > full.count) return { tooLate: { rate: full } };
      runsAt = windowEnd(full, runsAt);
      slowing = full;
      if (runsAt - at > full.slowMs) return { tooLate: { rate: full, retryAfterMs: runsAt - full.slowMs - at } };
    }
  }

  private hasRoom(rate: RateState, particulars: Particulars | undefined, at: number): boolean {
    const asked = unitsOf(rate, particulars);
    return asked === 0 || this.usedAt(rate, at) + asked <= rate.count;
  }

  private beyond(rate: RateState, particulars: Particulars | undefined, at: number, runsAt: number): BeyondRate {
    return unitsOf(rate, particulars) > rate.count ? { rate } : { rate, retryAfterMs: windowEnd(rate, runsAt) - at };
  }
}

const NOTHING_TO_SAY: RatesVerdict = {};

/** A rate that is merely observed asks for no delay. */
const slows = (rate: RateState): boolean => rate.then === 'slow' && !isObserved(rate.node);

/** What a call asks of a rate: itself, or its tokens. */
function unitsOf(rate: RateState, particulars: Particulars | undefined): number {
  if (!rate.counts(particulars?.model)) return 0;
  if (rate.unit === 'requests') return 1;
  const { input_tokens: input = 0, output_tokens: output = 0 } = particulars?.meters ?? {};
  return Math.ceil(Number(input) + Number(output));
}

const wentBeyond = ({ spilled = [], observed = [] }: HoldPlaced, rate: RateState): boolean =>
  [...spilled, ...observed].some((one) => one.node === rate.node.id && one.rate === rate.name);
