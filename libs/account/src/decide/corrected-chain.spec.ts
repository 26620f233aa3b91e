import { describe, expect, it } from '@jest/globals';
import { DAY_MS, units } from '@exchequer/kernel';
import {
  authorize,
  Book,
  capture,
  configure,
  every,
  grant,
  limit,
  node,
  only,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';
import { back, really, share, spent, corrected } from '../spec/spent-team.js';

describe('what a correction counts by', () => {
  it('is the chain of the charge, wherever its nodes stand by now', () => {
    const book = new Book();
    const daily = [limit('daily', 100n, every('day'))];
    const tree = [node('org'), under('org', 'a', { limits: daily }), under('org', 'b', { limits: daily })];
    book.must(0, configure(...tree, under('a', 'user/ada')));
    book.must(0, grant('org', 40n));
    book.must(0, record('user/ada', 9n));
    book.must(0, configure(under('b', 'user/ada')));
    book.must(0, record('user/ada', 5n));
    book.must(0, configure(under('org', 'user/ada')));
    const [first = 0, second = 0] = book.charges();
    expect(only(book.must(0, book.correction(first, back(2n))), 'ChargeCorrected').chain).toEqual([
      'org',
      'a',
      'user/ada',
    ]);
    book.must(0, book.correction(second, back(4n)));
    expect(['a', 'b'].map((id) => book.limit(id, 'daily').counters[0]?.used)).toEqual([units(7n), units(1n)]);
  });

  it('is, for a captured hold, the chain of the day it was placed', () => {
    const book = new Book();
    const daily = [limit('daily', 100n, every('day'))];
    book.must(
      0,
      configure(
        node('org'),
        under('org', 'a', { limits: daily }),
        under('org', 'b', { limits: daily }),
        under('a', 'user/ada'),
      ),
    );
    book.must(0, grant('org', 40n));
    const { hold } = book.hold(0, authorize('user/ada', 9n));
    book.must(0, configure(under('b', 'user/ada')));
    book.must(0, capture(hold));
    corrected(book, 0, back(2n));
    expect(book.limit('a', 'daily').counters).toMatchObject([{ used: units(7n) }]);
    expect(book.limit('b', 'daily').counters).toEqual([]);
  });

  it('are not the limits that were set since, nor one that replaced another of its name', () => {
    const book = spent(12n);
    const weekly = limit('weekly', 100n, every('week'));
    const [{ window }] = [limit('daily', 100n, { kind: 'rolling', lengthMs: t(50) })];
    book.must(t(1), configure(node('org', { limits: [weekly, limit('daily', 100n, window)] })));
    book.must(t(1), record('team', 1n));
    book.must(t(2), book.correction(book.charges()[0] ?? 0, back(5n)));
    expect(['daily', 'weekly'].map((name) => book.limit('org', name).counters[0]?.used)).toEqual([
      units(1n),
      units(1n),
    ]);
  });
});

describe('a correction of what a session spent', () => {
  /** A team with 40 and a limit of 100 a day, its session with a reserve of 25, and a call in it that cost 8. */
  function spentInSession() {
    const book = new Book();
    book.must(t(0), configure(node('org'), under('org', 'team', { limits: [limit('daily', 100n, every('day'))] })));
    book.must(t(0), grant('team', 40n));
    const { session } = only(book.must(t(1), openSession('team', 25n)), 'SessionOpened');
    book.must(t(2), record(session, 8n));
    return { book, session };
  }

  it('goes back to the lots and not to the reserve, also once the session is over', () => {
    const { book, session } = spentInSession();
    corrected(book, t(3), back(3n));
    expect(book.lot('l-1')).toMatchObject({ available: units(18n), held: units(17n), spent: units(5n) });
    book.must(t(4), { type: 'end-session', session });
    expect(corrected(book, t(5), back(2n)).chain).toEqual(['org', 'team']);
    expect(book.lot('l-1')).toMatchObject({ available: units(37n), held: 0n, spent: units(3n) });
    expect(book.limit('team', 'daily').counters).toMatchObject([{ used: units(3n) }]);
  });

  it('takes what is missing from the reserve while the session is open, and from who opened it once it is over', () => {
    const { book, session } = spentInSession();
    expect(corrected(book, t(3), really(10n)).reserves).toMatchObject([{ session, shares: [share('l-1', 2n)] }]);
    book.must(t(4), { type: 'end-session', session });
    expect(corrected(book, t(5), really(11n)).drawn).toEqual([share('l-1', 1n)]);
    expect(corrected(book, t(6), back(5n)).paid).toEqual([share('l-1', 6n)]);
  });

  it('takes nothing more once nobody knows who opened the session, but gives back still', () => {
    const DAYS = DAY_MS / 1_000;
    const { book, session } = spentInSession();
    book.must(t(4), { type: 'end-session', session });
    book.must(t(34 * DAYS), record(session, 6n));
    const place = book.charges().at(-1) ?? 0;
    const later = only(book.must(t(35.5 * DAYS), openSession('team', 1n)), 'SessionOpened').session;
    book.must(t(35.5 * DAYS), { type: 'end-session', session: later });
    expect(book.refused(t(36 * DAYS), book.correction(place, really(7n)))).toEqual({
      code: 'Malformed',
      message: 'of: the session session/s-1 is over; who would pay more is not known.',
      path: 'of',
    });
    expect(corrected(book, t(36 * DAYS), back(4n)).paid).toEqual([share('l-1', 2n)]);
  });
});
