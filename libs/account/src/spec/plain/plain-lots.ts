import type { Fact, Share } from '../../facts.js';
import type { CountedLot } from '../recount-lots.js';
import type { PlainAccount } from './plain-account.js';
import { fact } from './plain-decision.js';

/** A part of a lot, in plain words. */
export interface Part {
  readonly lot: string;
  readonly amount: bigint;
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** The lots of a node with something to spend, in draw-down order, those that have not started too. */
export function spendableAt(account: PlainAccount, node: string, currency: string): readonly CountedLot[] {
  const { lots } = account.counted;
  const rank = (lot: CountedLot): readonly number[] => {
    const grant = account.grants.find(({ granted }) => granted.grant === lot.grant);
    return [grant?.granted.priority ?? 0, lot.endsAt ?? Infinity, grant?.at ?? 0, lots.indexOf(lot)];
  };
  return lots
    .filter((lot) => lot.node === node && lot.currency === currency && lot.available > 0n)
    .sort((a, b) => compared(rank(a), rank(b)));
}

function compared(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((one, place) => one !== b[place]);
  return index < 0 ? 0 : (a[index] ?? 0) < (b[index] ?? 0) ? -1 : 1;
}

export const hasStarted = (account: PlainAccount, lot: CountedLot, at: number): boolean =>
  (account.grants.find(({ granted }) => granted.grant === lot.grant)?.granted.startsAt ?? -Infinity) <= at;

/** What the lots of a node could give. */
export const availableAt = (account: PlainAccount, node: string, currency: string, at: number): bigint =>
  spendableAt(account, node, currency)
    .filter((lot) => hasStarted(account, lot, at))
    .reduce((sum, { available }) => sum + available, 0n);

/** Takes from lots, nearest node first. */
export function fromLots(
  account: PlainAccount,
  nodes: readonly string[],
  currency: string,
  wanted: bigint,
  at: number,
): { readonly parts: readonly Part[]; readonly missing: bigint } {
  const parts: Part[] = [];
  let missing = wanted;
  for (const lot of nodes.flatMap((node) => spendableAt(account, node, currency))) {
    if (missing === 0n || !hasStarted(account, lot, at)) continue;
    parts.push({ lot: lot.id, amount: least(missing, lot.available) });
    missing -= least(missing, lot.available);
  }
  return { parts, missing };
}

/** A lot that a fact is about to make. */
export interface MadeLot {
  readonly grant: string;
  readonly node: string;
  readonly endsAt: number | undefined;
  readonly id: string;
}

/** The lot of a grant at a node that ends at an instant: one that is there, or the next new one. */
function nameOf(account: PlainAccount, made: MadeLot[], of: Omit<MadeLot, 'id'>): string {
  const there = [...account.counted.lots, ...made].find(
    (lot) => lot.grant === of.grant && lot.node === of.node && lot.endsAt === of.endsAt,
  );
  if (there !== undefined) return there.id;
  const id = `l-${String(account.counted.lots.length + made.length + 1)}`;
  made.push({ ...of, id });
  return id;
}

/** Moves parts of lots, each to the lot of the same grant and end at the node that it goes to, or to the next new one. */
export function movesOf(
  account: PlainAccount,
  parts: readonly (Part & { readonly toNode: string; readonly endsAt?: number })[],
  made: MadeLot[] = [],
): readonly { readonly toLot: string }[] {
  return parts.map((part) => {
    const { grant, endsAt } = account.counted.lot(part.lot);
    const toLot = nameOf(account, made, { grant, node: part.toNode, endsAt: part.endsAt ?? endsAt });
    return { lot: part.lot, amount: part.amount, toLot, toNode: part.toNode };
  });
}

/**
 * What comes back to a lot that has ended: a lot with a grace where the node that it would lie at, or one above, says so, and
 * the lot ended when its grant did.
 */
export function renewedOf(account: PlainAccount, ended: readonly Part[], at: number, made: MadeLot[]) {
  const placed = ended.map((part) => {
    const toNode = account.openPoolOf(account.counted.lot(part.lot).node);
    const rule = account
      .pathOf(toNode)
      .map((id) => account.counted.node(id).refunds)
      .find((one) => one !== undefined);
    const { grant, endsAt } = account.counted.lot(part.lot);
    const first = account.counted.lots.find((lot) => lot.grant === grant);
    const hasGrace = rule?.expired === 'new-lot' && first?.endsAt === endsAt;
    return { part, toNode, endsAt: hasGrace ? at + rule.graceMs : undefined };
  });
  const renewed = placed.flatMap(({ part, toNode, endsAt }) =>
    endsAt === undefined
      ? []
      : movesOf(account, [{ ...part, toNode, endsAt }], made).map((move) => ({ ...move, expiresAt: endsAt })),
  );
  return { renewed, broken: placed.flatMap(({ part, endsAt }) => (endsAt === undefined ? [part] : [])) };
}

/** What comes back to a node that takes all from its pool goes on to the pool. */
export function pooled(
  account: PlainAccount,
  returned: readonly (Part | Share)[],
  made?: MadeLot[],
  byItself: { readonly at?: number } = {},
): readonly Fact[] {
  const parts = returned
    .map((part) => ({ ...part, toNode: account.openPoolOf(account.counted.lot(part.lot).node) }))
    .filter((part) => part.toNode !== account.counted.lot(part.lot).node);
  return parts.length === 0
    ? []
    : [fact({ type: 'CreditsTransferred', reason: 'pooled', moves: movesOf(account, parts, made), ...byItself })];
}
