import { DAY_MS } from '@exchequer/kernel';
import type { ExtendHold, VoidHold } from '../../commands.js';
import type { Fact } from '../../facts.js';
import type { CountedHold } from '../recount-holds.js';
import type { PlainAccount } from './plain-account.js';
import { fact, type PlainDecision } from './plain-decision.js';
import { pooled } from './plain-lots.js';
import { givenBack, homeOf, split } from './plain-split.js';

export type Found =
  | { readonly is: 'open' | 'lapsed'; readonly hold: CountedHold }
  | { readonly is: 'ended'; readonly placedAt: number }
  | { readonly is: 'unknown' };

/** What an id of a hold says: it is open, it lapsed within 35 days, it could have been one, or it is none. */
export function found(account: PlainAccount, id: string, at: number): Found {
  const open = account.counted.holds.find((one) => one.placed.hold === id && !one.ended);
  if (open?.awaited !== undefined) return { is: 'ended', placedAt: open.placedAt };
  if (open !== undefined) return { is: 'open', hold: open };
  const lapsed = account.lapsed.find((one) => one.hold.placed.hold === id && at < one.endedAt + 35 * DAY_MS);
  if (lapsed !== undefined) return { is: 'lapsed', hold: lapsed.hold };
  const [, order = '', placed = ''] = id.split('-');
  const placedAt = Number.parseInt(placed, 36);
  const number = Number.parseInt(order, 36);
  const could = number >= 1 && number <= account.counted.holds.length && placedAt <= at;
  return could ? { is: 'ended', placedAt } : { is: 'unknown' };
}

export function plainVoid(account: PlainAccount, { hold: id }: VoidHold, at: number): PlainDecision {
  const hold = found(account, id, at);
  if (hold.is !== 'open') return hold.is === 'unknown' ? 'UnknownHold' : 'HoldAlreadyEnded';
  return given(account, hold.hold, 'HoldVoided', {});
}

export function plainExtend(account: PlainAccount, { hold: id, holdForMs }: ExtendHold, at: number): PlainDecision {
  const hold = found(account, id, at);
  if (hold.is !== 'open') return hold.is === 'unknown' ? 'UnknownHold' : 'HoldAlreadyEnded';
  return [fact({ type: 'HoldExtended', hold: id, expiresAt: at + holdForMs })];
}

/** An end of a hold that gives everything back. */
export function given(
  account: PlainAccount,
  { placed }: CountedHold,
  type: 'HoldVoided' | 'HoldExpired',
  more: { readonly at?: number },
): readonly Fact[] {
  const parts = split(account, placed, [], homeOf(account, placed.payer));
  return [
    fact({ type, hold: placed.hold, ...more, ...givenBack(parts) }),
    ...pooled(account, parts.returned, [], more),
  ];
}
