import { describe, expect, it } from '@jest/globals';
import { DAY_MS, holdId, units, type HoldId } from '@exchequer/kernel';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  every,
  grant,
  limit,
  node,
  only,
  ROOT,
  t,
  under,
} from '../spec/book.js';

const voiding = (hold: HoldId) => ({ type: 'void', hold }) as const;
const extending = (hold: HoldId, seconds: number) => ({ type: 'extend', hold, holdForMs: t(seconds) }) as const;

/** A plan lot of 6 and a purchased one of 10; a call that holds 8 of them and 2 of overage is placed at 0 until 60. */
function held() {
  const book = new Book();
  const limits = [limit('daily', 20n, every('day'))];
  const overage = [{ currency: CREDIT, amount: units(5n) }];
  book.must(t(0), configure(node('org', { limits, overage }), under('org', 'team')));
  book.must(t(0), grant('org', 6n, { layer: 'plan' }));
  book.must(t(0), grant('org', 2n));
  const placed = book.hold(t(0), authorize('team', 10n));
  return { book, placed, hold: placed.hold };
}

const purse = (book: Book) => book.state.nodes.get(ROOT)?.purses.get(CREDIT);

describe('voiding a hold', () => {
  it('gives everything back to the lots that it came from', () => {
    const { book, hold } = held();
    expect(only(book.must(t(1), voiding(hold)), 'HoldVoided')).toEqual({
      type: 'HoldVoided',
      hold,
      returned: [
        { lot: 'l-1', amount: units(6n) },
        { lot: 'l-2', amount: units(2n) },
      ],
    });
    expect(['l-1', 'l-2'].map((id) => book.lot(id).held)).toEqual([0n, 0n]);
    expect(['l-1', 'l-2'].map((id) => book.lot(id).available)).toEqual([units(6n), units(2n)]);
  });

  it('frees the limits and the overage', () => {
    const { book, hold } = held();
    expect([book.limit('org', 'daily').held, purse(book)?.owedHeld]).toEqual([units(10n), units(2n)]);
    book.must(t(1), voiding(hold));
    expect([book.limit('org', 'daily').held, purse(book)?.owedHeld, purse(book)?.owed]).toEqual([0n, 0n, 0n]);
  });

  it('breaks what would go back to a lot that has ended', () => {
    const book = new Book();
    book.must(t(0), configure(node('org')));
    book.must(t(0), grant('org', 5n, { expiresAt: t(50) }));
    const { hold } = book.hold(t(0), authorize('org', 3n));
    expect(only(book.must(t(55), voiding(hold)), 'HoldVoided')).toMatchObject({
      returned: [],
      broken: [{ lot: 'l-1', amount: units(3n) }],
    });
    expect(book.lot('l-1').forfeited).toBe(units(5n));
  });

  it('happens once', () => {
    const { book, hold } = held();
    book.must(t(1), voiding(hold));
    expect(book.refused(t(2), voiding(hold)).code).toBe('HoldAlreadyEnded');
  });

  it('comes too late at the instant of the expiry', () => {
    const { book, hold } = held();
    expect(book.refused(t(60), voiding(hold)).code).toBe('HoldAlreadyEnded');
  });
});

describe('extending a hold', () => {
  it('moves its expiry, counted from now', () => {
    const { book, hold } = held();
    expect(book.must(t(50), extending(hold, 30))).toEqual([{ type: 'HoldExtended', hold, expiresAt: t(80) }]);
    expect(book.advance(t(80) - 1)).toEqual([]);
    expect(book.advance(t(80))).toMatchObject([{ type: 'HoldExpired', at: t(80) }]);
  });

  it('may bring the expiry nearer', () => {
    const { book, hold } = held();
    book.must(t(1), extending(hold, 2));
    expect(book.advance(t(3))).toMatchObject([{ type: 'HoldExpired', at: t(3) }]);
  });

  it('does nothing for a hold that has ended', () => {
    const { book, hold } = held();
    expect(book.refused(t(60), extending(hold, 30)).code).toBe('HoldAlreadyEnded');
    expect(book.refused(t(61), extending(holdId('h-9-0'), 30)).code).toBe('UnknownHold');
  });

  it('changes neither what is held nor when it was placed', () => {
    const { book, hold } = held();
    book.must(t(50), extending(hold, 30));
    const captured = only(book.must(t(70), capture(hold, 10n, { usedAt: t(-5) })), 'HoldCaptured');
    expect(captured).toMatchObject({
      countedAt: t(0),
      spent: [{ lot: 'l-1' }, { lot: 'l-2' }],
      owed: [{ node: 'org' }],
    });
  });
});

describe('a hold that nobody ends', () => {
  it('expires at its instant and gives everything back', () => {
    const { book, hold } = held();
    expect(book.advance(t(60) - 1)).toEqual([]);
    expect(book.advance(t(60))).toEqual([
      {
        type: 'HoldExpired',
        hold,
        at: t(60),
        returned: [
          { lot: 'l-1', amount: units(6n) },
          { lot: 'l-2', amount: units(2n) },
        ],
      },
    ]);
    expect([book.limit('org', 'daily').held, purse(book)?.owedHeld]).toEqual([0n, 0n]);
  });

  it('expires at its own instant however late that is booked', () => {
    const { book } = held();
    expect(book.advance(t(900))).toMatchObject([{ type: 'HoldExpired', at: t(60) }]);
    expect([...book.state.lapsed.values()]).toMatchObject([{ placedAt: t(0), endedAt: t(60) }]);
  });
});

describe('the memory of holds that lapsed', () => {
  it('is kept for 35 days from their end, and dropped then', () => {
    const { book, hold } = held();
    book.must(t(1), voiding(hold));
    const next = book.hold(t(2), authorize('org', 1n)).hold;
    const later = t(1) + 35 * DAY_MS;
    expect(book.refused(later, voiding(hold)).code).toBe('HoldAlreadyEnded');
    expect([...book.state.lapsed.keys()]).toEqual([hold, next]);
    const last = book.hold(later, authorize('org', 1n)).hold;
    book.must(later + 1, voiding(last));
    expect([...book.state.lapsed.keys()]).toEqual([next, last]);
  });

  it('is not needed to know a hold that has ended: its id tells', () => {
    const { book, hold } = held();
    book.must(t(1), capture(hold));
    expect(book.state.lapsed.size).toBe(0);
    expect(book.refused(t(2), capture(hold)).code).toBe('HoldAlreadyEnded');
  });

  it('does not take a made-up id for a hold', () => {
    const { book } = held();
    for (const made of ['h-2-0', 'h-0-0', 'h-01-0', 'h-1-00', 'h-1', 'h-1-zzzzzzzzz', 'x', ''])
      expect(book.refused(t(1), voiding(holdId(made))).code).toBe('UnknownHold');
  });
});
