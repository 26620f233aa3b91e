import type { ChargeCorrected, Fact } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import type { Booked } from './book.js';
import { bookedAtOf } from './recount-waits.js';

const DAYS_35 = 35 * 24 * 60 * 60 * 1_000;

/** Which charges at stated prices wait for their price, told from the facts alone, against what the state keeps. */
export function* differentProvisional(booked: readonly Booked[], state: AccountState): Iterable<string> {
  const waiting = booked.filter(
    (one) =>
      isProvisional(one.fact) &&
      bookedAtOf(one.fact, one.at) + DAYS_35 > state.now &&
      correctionsOf(booked, one.fact).length === 0,
  );
  const mine = waiting.map((one) =>
    'number' in one.fact ? `${String(one.fact.number)} of ${String(bookedAtOf(one.fact, one.at))}` : '',
  );
  const theirs = [...state.provisional]
    .filter(([, { bookedAt }]) => bookedAt + DAYS_35 > state.now)
    .map(([number, { bookedAt }]) => `${String(number)} of ${String(bookedAt)}`);
  if (mine.join() !== theirs.join()) yield `the charges ${theirs.join()} wait for a price, and should ${mine.join()}`;
  for (const { fact } of booked) {
    if (fact.type !== 'HoldCaptured' && fact.type !== 'CreditsDrawn') continue;
    const settling = correctionsOf(booked, fact).map(({ settlesProvisional }) => settlesProvisional === true);
    if (settling.some((settles, index) => settles !== (index === 0 && isProvisional(fact))))
      yield `the charge ${String(fact.number)} does not end its wait with its first correction`;
  }
}

const isProvisional = (fact: Fact): boolean =>
  (fact.type === 'HoldCaptured' || fact.type === 'CreditsDrawn') && fact.provisional !== undefined;

const correctionsOf = (booked: readonly Booked[], charge: Fact): readonly ChargeCorrected[] =>
  booked.flatMap(({ fact }) =>
    fact.type === 'ChargeCorrected' && 'number' in charge && fact.number === charge.number ? [fact] : [],
  );
