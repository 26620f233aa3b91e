import { describe, expect, it } from '@jest/globals';
import { DAY_MS, holdId, nodeId, units } from '@exchequer/kernel';
import { COUNTER_KEPT_MS } from '../limits/windows.js';
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
  record,
  t,
  under,
} from '../spec/book.js';

const MODEL = { particulars: { model: 'gpt-4o', tags: { env: 'prod' } } };

/** A hold of 10 of ada's, placed at 0 and expired at 60. */
function lapsed() {
  const book = new Book();
  const daily = limit('daily', 12n, every('day'));
  book.must(t(0), configure(node('org'), under('org', 'team'), under('team', 'user/ada', { limits: [daily] })));
  book.must(t(0), grant('team', 100n));
  const { hold } = book.hold(t(0), authorize('team', 10n, { nodes: [nodeId('user/ada')], ...MODEL }));
  book.advance(t(60));
  return { book, hold };
}

describe('usage that arrives after its hold lapsed', () => {
  it('is drawn directly by capture or as a usage event alike, and flagged late', () => {
    for (const late of [capture(holdId('h-1-0'), 6n), record('team', 6n, { hold: holdId('h-1-0') })]) {
      const { book, hold } = lapsed();
      expect(only(book.must(t(75), late), 'CreditsDrawn')).toMatchObject({
        hold,
        late: true,
        payer: 'team',
        nodes: ['user/ada'],
        drawn: [{ lot: 'l-1', amount: units(6n) }],
      });
    }
  });

  it('is late at the very instant of the expiry', () => {
    const { book, hold } = lapsed();
    expect(only(book.must(t(60), capture(hold, 6n)), 'CreditsDrawn').late).toBe(true);
  });

  it('costs what was held when nothing else is said', () => {
    const { book, hold } = lapsed();
    expect(only(book.must(t(75), capture(hold)), 'CreditsDrawn').amounts).toEqual([
      { currency: CREDIT, amount: units(10n) },
    ]);
  });

  it('may come after a void as well', () => {
    const { book } = lapsed();
    const { hold } = book.hold(t(61), authorize('team', 3n));
    book.must(t(62), { type: 'void', hold });
    expect(only(book.must(t(63), capture(hold, 2n)), 'CreditsDrawn')).toMatchObject({
      late: true,
      drawn: [{ amount: units(2n) }],
    });
  });

  it('counts on the chain that the hold remembered, whatever it says of itself and wherever nodes were moved', () => {
    const { book, hold } = lapsed();
    book.must(t(61), configure(under('org', 'aside', { limits: [limit('daily', 9n, every('day'))] })));
    book.must(t(62), configure(under('aside', 'user/ada', { limits: [limit('daily', 12n, every('day'))] })));
    book.must(t(75), record('aside', 6n, { hold }));
    expect(book.limit('user/ada', 'daily').counters).toMatchObject([{ used: units(6n) }]);
    expect(book.limit('aside', 'daily').counters).toEqual([]);
  });

  it('goes beyond a limit, which shows the overrun', () => {
    const { book, hold } = lapsed();
    book.must(t(75), capture(hold, 15n));
    expect(book.limit('user/ada', 'daily').counters).toMatchObject([{ used: units(15n) }]);
    expect(book.refused(t(76), authorize('user/ada', 1n)).binding?.remaining).toBe(0n);
  });

  it('keeps what the authorization told, and what the settlement told over it', () => {
    const { book, hold } = lapsed();
    const told = { particulars: { provider: 'openai', tags: { team: 'a' } } };
    expect(only(book.must(t(75), capture(hold, 1n, told)), 'CreditsDrawn').particulars).toEqual({
      model: 'gpt-4o',
      provider: 'openai',
      tags: { env: 'prod', team: 'a' },
    });
  });

  it('is captured once; another capture is refused, another usage event is drawn and no longer late', () => {
    const { book, hold } = lapsed();
    book.must(t(75), capture(hold, 6n));
    expect(book.refused(t(76), capture(hold, 6n)).code).toBe('HoldAlreadyEnded');
    const again = only(book.must(t(77), record('team', 1n, { hold })), 'CreditsDrawn');
    expect([again.hold, again.late]).toEqual([hold, undefined]);
  });

  it('cannot capture what lapsed 35 days ago; a usage event is still drawn', () => {
    const { book, hold } = lapsed();
    const gone = t(60) + 35 * DAY_MS;
    expect(book.refused(gone, capture(hold, 6n)).code).toBe('HoldAlreadyEnded');
    expect(only(book.must(gone, record('team', 6n, { hold })), 'CreditsDrawn').late).toBeUndefined();
  });

  it('is drawn from a payer that was archived meanwhile', () => {
    const { book, hold } = lapsed();
    book.must(t(61), {
      type: 'transfer',
      from: nodeId('team'),
      to: nodeId('org'),
      currency: CREDIT,
      amount: units(100n),
    });
    book.must(t(62), { ...configure(), archive: [nodeId('team'), nodeId('user/ada')] });
    expect(only(book.must(t(75), capture(hold, 6n)), 'CreditsDrawn')).toMatchObject({
      drawn: [{ lot: 'l-2', amount: units(6n) }],
    });
  });

  it('names a currency of the account, or is refused', () => {
    const { book, hold } = lapsed();
    const yen = { lines: [{ currency: 'yen' as never, amount: units(1n) }] };
    for (const late of [capture(hold, 0n, yen), record('team', 0n, { hold, ...yen })])
      expect(book.refused(t(75), late).message).toBe(
        'The currency yen is not declared by this account; it has credit.',
      );
  });

  it('is drawn in full where costs beyond a hold are written off: nothing is held any more', () => {
    const { book, hold } = lapsed();
    book.must(t(70), configure(under('org', 'team', { captureBeyond: 'cap' })));
    const drawn = only(book.must(t(75), capture(hold, 13n)), 'CreditsDrawn');
    expect(drawn.drawn).toEqual([{ lot: 'l-1', amount: units(13n) }]);
    expect(drawn.uncollected).toBeUndefined();
  });
});

describe('the instant at which usage of a hold counts', () => {
  const countedAt = (usedAt: number | undefined, at = t(75)) => {
    const { book, hold } = lapsed();
    return only(book.must(at, record('team', 1n, { hold, ...(usedAt !== undefined && { usedAt }) })), 'CreditsDrawn')
      .countedAt;
  };

  it.each([
    ['its own', t(40), t(40)],
    ['the placing, when it claims to be earlier', t(-40), t(0)],
    ['now, when it claims to be later', t(90), t(75)],
    ['now, when it says nothing', undefined, t(75)],
  ])('is %s', (_, usedAt, expected) => expect(countedAt(usedAt)).toBe(expected));

  it('is never before the placing of a hold that was captured', () => {
    const book = new Book();
    book.must(t(0), configure(node('org')));
    const placed = book.hold(t(50), authorize('org', 0n));
    book.must(t(51), capture(placed.hold));
    const drawn = only(book.must(t(75), record('org', 1n, { hold: placed.hold, usedAt: t(10) })), 'CreditsDrawn');
    expect(drawn.countedAt).toBe(t(50));
  });

  it('is never more than 35 days ago', () => expect(countedAt(t(1), t(50) + COUNTER_KEPT_MS)).toBe(t(50)));

  it('cannot be put into the future by a made-up hold: there is no such hold', () => {
    const { book } = lapsed();
    const madeUp = holdId(`h-1-${t(9_999_999).toString(36)}`);
    expect(book.refused(t(75), record('team', 9n, { hold: madeUp, usedAt: t(70) })).code).toBe('UnknownHold');
  });

  it('cannot be lost in time by a made-up hold either', () => {
    const { book } = lapsed();
    const endless = holdId(`h-1-${'z'.repeat(300)}`);
    const made = record('user/ada', 9n, { hold: endless, usedAt: t(70) });
    expect(book.refused(t(75), made).code).toBe('UnknownHold');
  });
});
