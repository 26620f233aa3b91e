import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import type { PayingLayer } from '../facts.js';
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
  record,
  t,
  under,
} from '../spec/book.js';

/** Promotional 5, plan 10 and purchased 20, overage up to 30; a limit of 8 a day on what `layers` pay. */
function paidFrom(...layers: readonly PayingLayer[]): Book {
  const book = new Book();
  const overage = [{ currency: CREDIT, amount: units(30n) }];
  book.must(
    t(0),
    configure(node('org', { overage, limits: [limit('some', 8n, every('day'), { scope: { layers } })] })),
  );
  book.must(t(0), grant('org', 5n, { layer: 'promotional' }));
  book.must(t(0), grant('org', 10n, { layer: 'plan' }));
  book.must(t(0), grant('org', 20n, { layer: 'purchased' }));
  return book;
}

const counts = (book: Book) => {
  const { held, counters } = book.limit('org', 'some');
  return [held / units(1n), (counters[0]?.used ?? 0n) / units(1n)];
};

describe('a limit on layers', () => {
  it('names its layers when it refuses', () =>
    expect(paidFrom('plan', 'purchased').refused(t(1), authorize('org', 30n)).message).toContain(
      'The limit some of org, which counts what plan and purchased pays, has 8 credit left',
    ));

  it('counts only what lots of its layers pay', () => {
    const book = paidFrom('plan');
    const { hold } = book.hold(t(1), authorize('org', 12n));
    expect(counts(book)).toEqual([7n, 0n]);
    book.must(t(2), capture(hold, 6n));
    expect(counts(book)).toEqual([0n, 1n]);
  });

  it('counts overage: spending beyond all included credit', () => {
    const book = paidFrom('overage');
    book.must(t(1), record('org', 40n));
    expect(counts(book)).toEqual([0n, 5n]);
    expect(book.hold(t(2), authorize('org', 3n)).tightest).toMatchObject({ remaining: 0n });
    expect(book.refused(t(3), authorize('org', 1n))).toMatchObject({
      code: 'LimitReached',
      message: expect.stringMatching(/^The limit some of org, which counts what overage pays, has 0 credit left and 1/),
    });
  });

  it('lets pass what the draw takes before it would come to too much of its layers', () => {
    const asked = authorize('org', 100n);
    expect(paidFrom('overage').refused(t(1), asked).wouldPass).toEqual([{ currency: CREDIT, amount: units(43n) }]);
    expect(paidFrom('plan').refused(t(1), asked).wouldPass).toEqual([{ currency: CREDIT, amount: units(13n) }]);
    expect(paidFrom('promotional', 'purchased').refused(t(1), asked).wouldPass).toEqual([
      { currency: CREDIT, amount: units(18n) },
    ]);
  });

  it('is no reason to skip its layer: what would be drawn after it waits as well', () => {
    const book = paidFrom('plan');
    expect(book.hold(t(1), authorize('org', 30n, { accept: 'partial' }))).toMatchObject({
      amounts: [{ amount: units(13n) }],
      binding: { limit: 'some', remaining: units(8n) },
    });
    expect(book.refused(t(2), authorize('org', 1n)).code).toBe('LimitReached');
  });

  it('has nothing to say where the draw does not come to it', () => {
    const book = paidFrom('purchased');
    book.hold(t(1), authorize('org', 15n));
    expect(counts(book)).toEqual([0n, 0n]);
    expect(book.refused(t(2), authorize('org', 9n)).binding).toMatchObject({ remaining: units(8n) });
  });

  it('leaves it to the funds to refuse what nothing pays', () => {
    const book = paidFrom('free');
    expect(book.refused(t(1), authorize('org', 66n)).code).toBe('InsufficientCredits');
  });

  it('counts what is written off in no layer', () => {
    const book = paidFrom('overage');
    book.must(
      t(1),
      configure(
        node('org', {
          captureBeyond: 'cap',
          limits: [limit('some', 8n, every('day'), { scope: { layers: ['overage'] } })],
        }),
      ),
    );
    const { hold } = book.hold(t(2), authorize('org', 35n));
    book.must(t(3), capture(hold, 50n));
    expect(counts(book)).toEqual([0n, 0n]);
  });

  it('follows a part of a lot to where it was transferred', () => {
    const book = paidFrom('promotional');
    book.must(t(1), configure(under('org', 'team')));
    book.must(t(1), { type: 'transfer', from: nodeId('org'), to: nodeId('team'), currency: CREDIT, amount: units(5n) });
    book.hold(t(2), authorize('team', 4n));
    expect(counts(book)).toEqual([4n, 0n]);
  });

  it('does not begin a rolling window with what another layer pays', () => {
    const book = new Book();
    const weekly = limit('weekly', 9n, { kind: 'rolling', lengthMs: 100 }, { scope: { layers: ['plan'] } });
    book.must(t(0), configure(node('org', { limits: [weekly] })));
    book.must(t(0), grant('org', 9n));
    book.hold(t(1), authorize('org', 1n));
    expect(book.limit('org', 'weekly').counters).toEqual([]);
  });

  it('cannot count by meters as well', () =>
    expect(
      new Book().refused(
        t(0),
        configure(
          node('org', {
            limits: [limit('some', 1n, every('day'), { scope: { meters: ['images'], layers: ['plan'] } })],
          }),
        ),
      ),
    ).toMatchObject({ code: 'Malformed', path: 'nodes.0.limits.0.scope' }));
});
