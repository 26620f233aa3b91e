import { amount, currencyId, lotId, nodeId, UNLIMITED, UNLIMITED_TEXT, type Amount } from '@exchequer/kernel';
import type { Bag, Line, Money } from '../bag.js';
import type {
  Binding,
  EstimatePolicy,
  InsteadOf,
  Move,
  Owed,
  Renewal,
  ReservePart,
  Share,
  Tier,
  Tightest,
} from '../facts.js';

/** How one field of a fact is written as JSON, and read again. Amounts become decimal strings of nano-units. */
export interface FieldCodec<Value> {
  readonly write: (value: Value) => unknown;
  readonly read: (stored: never) => Value;
}

const codec = <Value, Stored>(write: (value: Value) => Stored, read: (stored: Stored) => Value): FieldCodec<Value> => ({
  write,
  read: read,
});

/** JSON as it is: texts, numbers, instants, windows, particulars. */
export const asIs = <Value>(): FieldCodec<Value> => PLAIN as FieldCodec<Value>;
export const PLAIN = codec<unknown, unknown>(
  (value) => value,
  (stored) => stored,
);

const readAmount = (text: string): Amount => amount(BigInt(text));
export const AMOUNT = codec<Amount, string>((value) => value.toString(), readAmount);

/** The amount of a limit, and what it leaves: nano-units, or `unlimited`. */
export const LIMIT_AMOUNT = codec<Amount, string>(
  (value) => (value === UNLIMITED ? UNLIMITED_TEXT : value.toString()),
  (text) => (text === UNLIMITED_TEXT ? UNLIMITED : readAmount(text)),
);

type StoredMoney = readonly [currency: string, amount: string];
const writeMoney = ({ currency, amount: value }: Money): StoredMoney => [currency, value.toString()];
const readMoney = ([currency, value]: StoredMoney): Money => ({
  currency: currencyId(currency),
  amount: readAmount(value),
});
export const MONEY = codec<Money, StoredMoney>(writeMoney, readMoney);

export const BAG = codec<Bag, readonly StoredMoney[]>(
  (bag) => bag.map(writeMoney),
  (stored) => stored.map(readMoney),
);

type StoredLine = readonly [meter: string | null, currency: string, amount: string];
export const LINES = codec<readonly Line[], readonly StoredLine[]>(
  (lines) => lines.map((line) => [line.meter ?? null, line.currency, line.amount.toString()]),
  (stored) =>
    stored.map(([meter, currency, value]) => {
      const money = { currency: currencyId(currency), amount: readAmount(value) };
      return meter === null ? money : { meter, ...money };
    }),
);

type StoredInsteadOf = Omit<InsteadOf, 'lines'> & { readonly lines: readonly StoredLine[] };
export const INSTEAD_OF = codec<InsteadOf, StoredInsteadOf>(
  (asked) => ({ ...asked, lines: LINES.write(asked.lines) as readonly StoredLine[] }),
  (stored) => ({ ...stored, lines: LINES.read(stored.lines as never) }),
);

type StoredShare = readonly [lot: string, amount: string];
export const SHARES = codec<readonly Share[], readonly StoredShare[]>(
  (shares) => shares.map((share) => [share.lot, share.amount.toString()]),
  (stored) => stored.map(([lot, value]) => ({ lot: lotId(lot), amount: readAmount(value) })),
);

type StoredOwed = readonly [node: string, currency: string, amount: string, surcharge?: string];
export const OWED = codec<readonly Owed[], readonly StoredOwed[]>(
  (owed) => owed.map(storedOwed),
  (stored) =>
    stored.map(([node, currency, value, surcharge]) => ({
      node: nodeId(node),
      currency: currencyId(currency),
      amount: readAmount(value),
      ...(surcharge !== undefined && { surcharge: readAmount(surcharge) }),
    })),
);

function storedOwed({ node, currency, amount: cost, surcharge }: Owed): StoredOwed {
  const stored = [node, currency, cost.toString()] as const;
  return surcharge === undefined ? stored : [...stored, surcharge.toString()];
}

type StoredReservePart = readonly [session: string, shares: readonly StoredShare[], owed?: readonly StoredOwed[]];
export const RESERVE_PART = codec<ReservePart, StoredReservePart>(
  ({ session, shares, owed }) => {
    const stored = SHARES.write(shares) as readonly StoredShare[];
    return owed === undefined ? [session, stored] : [session, stored, OWED.write(owed) as readonly StoredOwed[]];
  },
  ([session, shares, owed]) => ({
    session: nodeId(session),
    shares: SHARES.read(shares as never),
    ...(owed !== undefined && { owed: OWED.read(owed as never) }),
  }),
);
export const RESERVE_PARTS = codec<readonly ReservePart[], readonly unknown[]>(
  (parts) => parts.map(RESERVE_PART.write),
  (stored) => stored.map((part) => RESERVE_PART.read(part as never)),
);

type StoredMove = readonly [lot: string, amount: string, toLot: string, toNode: string];
export const MOVES = codec<readonly Move[], readonly StoredMove[]>(
  (moves) => moves.map((move) => [move.lot, move.amount.toString(), move.toLot, move.toNode]),
  (stored) =>
    stored.map(([lot, value, toLot, toNode]) => ({
      lot: lotId(lot),
      amount: readAmount(value),
      toLot: lotId(toLot),
      toNode: nodeId(toNode),
    })),
);

type StoredRenewal = readonly [...StoredMove, expiresAt: number];
export const RENEWALS = codec<readonly Renewal[], readonly StoredRenewal[]>(
  (parts) => parts.map((part) => [part.lot, part.amount.toString(), part.toLot, part.toNode, part.expiresAt]),
  (stored) =>
    stored.map(([lot, value, toLot, toNode, expiresAt]) => ({
      lot: lotId(lot),
      amount: readAmount(value),
      toLot: lotId(toLot),
      toNode: nodeId(toNode),
      expiresAt,
    })),
);

interface StoredTier {
  readonly name: string;
  readonly paid?: StoredMoney;
  readonly ageMs?: number;
}
export const TIERS = codec<readonly Tier[], readonly StoredTier[]>(
  (tiers) => tiers.map(({ paid, ...tier }) => ({ ...tier, ...(paid !== undefined && { paid: writeMoney(paid) }) })),
  (stored) => stored.map(({ paid, ...tier }) => ({ ...tier, ...(paid !== undefined && { paid: readMoney(paid) }) })),
);

type Remaining<Of extends { remaining: Amount }> = Omit<Of, 'remaining'> & { readonly remaining: string };
const withRemaining = <Of extends { remaining: Amount }>() =>
  codec<Of, Remaining<Of>>(
    (value) => ({ ...value, remaining: LIMIT_AMOUNT.write(value.remaining) as string }),
    // The spread gives back every field of Of; only `remaining` changes its type.
    (stored) => ({ ...stored, remaining: LIMIT_AMOUNT.read(stored.remaining as never) }) as unknown as Of,
  );
export const TIGHTEST = withRemaining<Tightest>();
export const BINDING = withRemaining<Binding>();

export type StoredEstimate =
  Exclude<EstimatePolicy, { by: 'fixed' }> | { readonly by: 'fixed'; readonly amounts: readonly StoredMoney[] };
export const ESTIMATE = codec<EstimatePolicy, StoredEstimate>(
  (policy) => (policy.by === 'fixed' ? { by: 'fixed', amounts: policy.amounts.map(writeMoney) } : policy),
  (stored) => (stored.by === 'fixed' ? { by: 'fixed', amounts: stored.amounts.map(readMoney) } : stored),
);
