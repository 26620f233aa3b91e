import type { Owed, ReservePart, SessionOpened, Share } from '../facts.js';
import { debtIn, debtOf } from './recount-overage.js';

export interface CountedSession {
  readonly opened: SessionOpened;
  /** Of whoever opened it, as it was then. */
  readonly chain: readonly string[];
  readonly way: readonly string[];
  readonly left: { readonly lot: string; amount: bigint }[];
  readonly leftOwed: { readonly node: string; readonly currency: string; amount: bigint; surcharge: bigint }[];
  ended: boolean;
}

/** Sessions counted anew: what is left of each reserve, and who stands for those that have ended. */
export class CountedSessions {
  readonly all: CountedSession[] = [];

  constructor(private readonly fault: (sentence: string) => void) {}

  open(opened: SessionOpened, chain: readonly string[], way: readonly string[]): CountedSession {
    const left = opened.shares.map(({ lot, amount }) => ({ lot, amount: amount }));
    const leftOwed = (opened.owed ?? []).map((one) => ({ ...one, amount: one.amount, surcharge: one.surcharge ?? 0n }));
    const session: CountedSession = { opened, chain, way, left, leftOwed, ended: false };
    this.all.push(session);
    return session;
  }

  find(id: string): CountedSession | undefined {
    return this.all.find(({ opened }) => opened.session === id);
  }

  isEnded = (id: string): boolean => this.find(id)?.ended === true;

  /** The open sessions that a node stands in, the nearest first. */
  around(id: string): readonly CountedSession[] {
    const session = this.find(id);
    if (session === undefined) return [];
    const outer = this.around(session.opened.payer);
    return session.ended ? outer : [session, ...outer];
  }

  /** Takes a part out of a reserve, or puts it back. */
  change({ session: id, shares, owed = [] }: ReservePart, sign: 1n | -1n): void {
    const session = this.find(id);
    if (session === undefined || session.ended) this.fault(`${id} has no reserve`);
    const changeOne = (one: { amount: bigint } | undefined, by: bigint): void => {
      if (one === undefined || one.amount + sign * by < 0n) this.fault(`${id} never had such a part`);
      else one.amount += sign * by;
    };
    for (const share of shares)
      changeOne(
        session?.left.find(({ lot }) => lot === share.lot),
        share.amount,
      );
    for (const part of owed) {
      const left = session?.leftOwed.find(({ node, currency }) => node === part.node && currency === part.currency);
      changeOne(left, part.amount);
      if (left !== undefined) left.surcharge += sign * (part.surcharge ?? 0n);
      if ((left?.surcharge ?? 0n) < 0n) this.fault(`${id} never had such a surcharge`);
    }
  }

  /** Everything that is left must be told, once. */
  end(id: string, given: readonly Share[], kept: readonly Owed[] | undefined): CountedSession {
    const session = this.find(id);
    if (session === undefined || session.ended) throw new Error(`${id} is not open`);
    session.ended = true;
    for (const { lot, amount } of session.left)
      if (sum(given.filter((share) => share.lot === lot)) !== amount)
        this.fault(`${id} ended with another part of ${lot} than ${String(amount)}`);
    for (const { node, currency, ...left } of session.leftOwed)
      if (kept !== undefined && debtIn(kept, node, currency) !== debtOf(left))
        this.fault(`${id} ended with other overage at ${node} than ${String(left.amount)}`);
    for (const { opened, ended } of this.all)
      if (!ended && opened.payer === id) this.fault(`${id} ended before ${opened.session}, which was opened in it`);
    return session;
  }
}

const sum = (parts: readonly { readonly amount: bigint }[]): bigint =>
  parts.reduce((total, { amount }) => total + amount, 0n);
