import type { Share } from '../../facts.js';
import type { PlainAccount } from './plain-account.js';
import { someOf } from './plain-decision.js';
import { least, type Part } from './plain-lots.js';
import { dividedOwed, type PlainOwed } from './plain-owed.js';
import type { Money } from './plain-pay.js';

/** What becomes of what was set aside. */
export interface Split {
  readonly spent: readonly Part[];
  readonly returned: readonly Part[];
  readonly broken: readonly Part[];
  readonly owed: readonly PlainOwed[];
  /** What stays with a session that is open, in place of all that goes back. */
  readonly kept: object | undefined;
}

/** Spends a cost in the order in which it was set aside; the rest goes to the session that keeps it, else to its lots. */
export function split(
  account: PlainAccount,
  { shares, owed = [] }: { readonly shares: readonly (Share | Part)[]; readonly owed?: readonly PlainOwed[] },
  cost: readonly Readonly<Money>[],
  home: string | undefined,
): Split {
  const left = cost.map((money) => ({ ...money }));
  const take = (currency: string, most: bigint): bigint => {
    const money = left.find((one) => one.currency === currency);
    if (money === undefined) return 0n;
    const taken = least(money.amount, most);
    money.amount -= taken;
    return taken;
  };
  const parts = shares.map(({ lot, amount }) => {
    const taken = take(account.counted.lot(lot).currency, amount);
    return { lot, taken, back: amount - taken, ended: account.counted.lot(lot).ended };
  });
  const owing = owed.map((one) => dividedOwed(one, take(one.currency, one.amount)));
  const back = (ended: readonly boolean[]): readonly Part[] =>
    parts
      .filter((part) => part.back > 0n && ended.includes(part.ended))
      .map(({ lot, back: amount }) => ({ lot, amount }));
  const keptOwed = owing.map(({ left: rest }) => rest).filter(({ amount }) => amount > 0n);
  const keeps = home !== undefined && back([true, false]).length + keptOwed.length > 0;
  return {
    spent: parts.filter(({ taken }) => taken > 0n).map(({ lot, taken: amount }) => ({ lot, amount })),
    returned: home === undefined ? back([false]) : [],
    broken: home === undefined ? back([true]) : [],
    owed: owing.map(({ taken }) => taken).filter(({ amount }) => amount > 0n),
    kept: keeps ? { session: home, shares: back([true, false]), ...someOf({ owed: keptOwed }) } : undefined,
  };
}

/** The fields of a fact that say what goes back. */
export const givenBack = ({ returned, broken, kept }: Split): Readonly<Record<string, unknown>> => ({
  returned,
  ...someOf({ broken }),
  ...(kept !== undefined && { kept }),
});

/** The session that keeps what calls of a node give back: the nearest that is open. */
export const homeOf = (account: PlainAccount, payer: string): string | undefined =>
  account.counted.sessions.around(payer)[0]?.opened.session;
