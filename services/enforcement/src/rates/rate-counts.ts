import {
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
} from '@exchequer/account';

/** What was let through in the window that began at `from`. */
interface Count {
  readonly from: number;
  used: number;
}

/**
 * What the rates of an account have let through, one number for each: of the minute, hour or day that runs. Never in the
 * ledger; made anew from its holds whenever the account is loaded.
 */
export class RateCounts {
  private readonly counts = new WeakMap<RateState, Count>();

  /** The request with the verdict of the rates on its chain; the very same when it fits in all of them. */
  judged(state: AccountState, command: Authorize, at: number): Authorize {
    if (state.rated.size === 0) return command;
    const chain = resolveChain(state, command.payer, command.nodes);
    if (isRefusal(chain) || chain.permission === undefined) return command;
    const { rates } = chain.permission;
    const { candidates } = command;
    const beyondRates = this.beyondOf(rates, command.particulars, at);
    if (beyondRates.length === 0 && candidates === undefined) return command;
    return {
      ...command,
      ...(beyondRates.length > 0 && { beyondRates }),
      ...(candidates !== undefined && { candidates: candidates.map((one) => this.judgedCandidate(rates, one, at)) }),
    };
  }

  private judgedCandidate(rates: readonly RateState[], candidate: Candidate, at: number): Candidate {
    const beyondRates = this.beyondOf(rates, candidate.particulars, at);
    return beyondRates.length === 0 ? candidate : { ...candidate, beyondRates };
  }

  private beyondOf(rates: readonly RateState[], particulars: Particulars | undefined, at: number) {
    return rates.flatMap((rate) => this.beyond(rate, particulars, at) ?? []);
  }

  /** Counts what was let through, in every rate of its chain but those that it went beyond. */
  count(state: AccountState, placed: HoldPlaced, at: number): void {
    if (state.rated.size === 0) return;
    const chain = resolveUsageChain(state, placed.payer, placed.nodes, at);
    if (isRefusal(chain)) return;
    for (const rate of chain.permission?.rates ?? []) {
      const asked = unitsOf(rate, placed.particulars);
      if (asked === 0 || at < rate.since || wentBeyond(placed, rate)) continue;
      const from = windowStart(rate, at);
      const count = this.counts.get(rate);
      if (count?.from === from) count.used += asked;
      else this.counts.set(rate, { from, used: asked });
    }
  }

  private beyond(rate: RateState, particulars: Particulars | undefined, at: number): BeyondRate | undefined {
    const asked = unitsOf(rate, particulars);
    const from = windowStart(rate, at);
    const count = this.counts.get(rate);
    const used = count?.from === from ? count.used : 0;
    if (asked === 0 || used + asked <= rate.count) return undefined;
    return asked > rate.count ? { rate } : { rate, retryAfterMs: from + rate.lengthMs - at };
  }
}

/** Minutes, hours and days of UTC all begin at a multiple of their length. */
export const windowStart = ({ lengthMs }: RateState, at: number): number => Math.floor(at / lengthMs) * lengthMs;

/** What a call asks of a rate: itself, or its tokens. */
function unitsOf(rate: RateState, particulars: Particulars | undefined): number {
  if (!rate.counts(particulars?.model)) return 0;
  if (rate.unit === 'requests') return 1;
  const { input_tokens: input = 0, output_tokens: output = 0 } = particulars?.meters ?? {};
  return Math.ceil(Number(input) + Number(output));
}

const wentBeyond = ({ spilled = [], observed = [] }: HoldPlaced, rate: RateState): boolean =>
  [...spilled, ...observed].some((one) => one.node === rate.node.id && one.rate === rate.name);
