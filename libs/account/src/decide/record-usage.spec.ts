import { describe, expect, it } from '@jest/globals';
import { currencyId, holdId, nodeId, units } from '@exchequer/kernel';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  every,
  grant,
  limit,
  node,
  only,
  record,
  t,
  under,
} from '../spec/book.js';

function company(): Book {
  const book = new Book();
  const limits = [limit('daily', 5n, every('day'))];
  book.must(t(0), configure(node('org'), under('org', 'team', { limits }), under('team', 'user/ada', { limits })));
  book.must(t(0), grant('org', 10n));
  book.must(t(0), grant('team', 2n));
  return book;
}

const USAGE = { source: 'gateway', id: 'call-1' };

describe('recording usage without a hold', () => {
  it('draws it in draw-down order along the funding path', () => {
    const book = company();
    expect(only(book.must(t(1), record('team', 3n, { usage: USAGE })), 'CreditsDrawn')).toEqual({
      type: 'CreditsDrawn',
      number: 1,
      payer: 'team',
      nodes: [],
      amounts: [{ currency: CREDIT, amount: units(3n) }],
      countedAt: t(1),
      usage: USAGE,
      drawn: [
        { lot: 'l-2', amount: units(2n) },
        { lot: 'l-1', amount: units(1n) },
      ],
    });
  });

  it('is never refused for a limit: it shows the overrun', () => {
    const book = company();
    book.must(t(1), record('team', 8n, { nodes: [nodeId('user/ada')] }));
    expect(book.limit('user/ada', 'daily').counters).toMatchObject([{ used: units(8n) }]);
  });

  it('is never refused for want of funds: the rest is owed', () => {
    const book = company();
    expect(only(book.must(t(1), record('team', 15n)), 'CreditsDrawn')).toMatchObject({
      owed: [{ node: 'team', amount: units(3n) }],
      beyondOverage: [{ amount: units(3n) }],
    });
  });

  it('counts once at a node on several of its paths', () => {
    const book = company();
    book.must(t(1), record('team', 3n, { nodes: [nodeId('user/ada'), nodeId('team')] }));
    expect(book.limit('team', 'daily').counters).toMatchObject([{ used: units(3n) }]);
    expect(book.state.nodes.get(nodeId('org'))?.activity.get(CREDIT)?.spent).toBe(units(3n));
  });

  it('is paid by the default project when no payer is named', () => {
    const book = company();
    const drawn = only(book.must(t(1), { type: 'record', nodes: [], lines: [credits(1n)] }), 'CreditsDrawn');
    expect(drawn).toMatchObject({ payer: 'project/default', drawn: [{ lot: 'l-1' }] });
  });

  it('is written down even when it cost nothing', () => {
    const book = company();
    expect(book.must(t(1), { type: 'record', nodes: [], usage: USAGE })).toEqual([
      {
        type: 'CreditsDrawn',
        number: 1,
        payer: 'project/default',
        nodes: [],
        amounts: [],
        countedAt: t(1),
        usage: USAGE,
      },
    ]);
  });

  it('is refused where it names nobody of the account, an archived node, or a currency that is not declared', () => {
    const book = company();
    book.must(t(0), configure(under('org', 'old')));
    book.must(t(0), { ...configure(), archive: [nodeId('old')] });
    expect(book.refused(t(1), record('nobody', 1n)).code).toBe('UnknownNode');
    expect(book.refused(t(1), record('team', 1n, { nodes: [nodeId('nobody')] })).code).toBe('UnknownNode');
    expect(book.refused(t(1), record('old', 1n)).code).toBe('NodeArchived');
    const yen = [{ currency: currencyId('yen'), amount: units(1n) }];
    expect(book.refused(t(1), record('team', 1n, { lines: yen })).code).toBe('Malformed');
  });

  it('is refused for a hold that never was', () =>
    expect(company().refused(t(1), record('team', 1n, { hold: holdId('h-1-0') })).code).toBe('UnknownHold'));
});

describe('recording usage with a hold', () => {
  it('captures the hold while it is open', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('team', 4n));
    const captured = only(book.must(t(2), record('team', 3n, { hold, usage: USAGE })), 'HoldCaptured');
    expect(captured).toMatchObject({ hold, usage: USAGE, spent: [{ amount: units(2n) }, { amount: units(1n) }] });
  });

  it('draws a second event on a captured hold directly, from whom it names, and not flagged late', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('team', 4n));
    book.must(t(2), capture(hold, 1n));
    const drawn = only(book.must(t(3), record('org', 1n, { hold })), 'CreditsDrawn');
    expect(drawn).toMatchObject({ hold, payer: 'org', drawn: [{ lot: 'l-1', amount: units(1n) }] });
    expect(drawn.late).toBeUndefined();
  });
});

describe('usage without a price', () => {
  const unpriced = { lines: [], unpriced: 'no card prices the model nova-9', usage: USAGE } as const;

  it('is kept apart with all that is needed to rate it later, and charged nothing', () => {
    const book = company();
    const particulars = { model: 'nova-9', meters: { input_tokens: 1200 } };
    const told = record('team', 0n, { ...unpriced, particulars, usedAt: t(1), nodes: [nodeId('user/ada')] });
    expect(book.must(t(2), told)).toEqual([
      {
        type: 'UsageUnpriced',
        payer: 'team',
        nodes: ['user/ada'],
        usedAt: t(1),
        usage: USAGE,
        particulars,
        reason: 'no card prices the model nova-9',
      },
    ]);
    expect(book.state.unpriced).toBe(1);
    expect(book.limit('team', 'daily').counters).toEqual([]);
  });

  it('leaves its hold open, so that what was set aside stays so until it expires', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('team', 4n));
    expect(only(book.must(t(2), record('team', 0n, { ...unpriced, hold })), 'UsageUnpriced').hold).toBe(hold);
    expect(book.state.holds.has(hold)).toBe(true);
  });

  it('names nodes of the account, or is refused', () => {
    expect(company().refused(t(1), record('nobody', 0n, unpriced)).code).toBe('UnknownNode');
    expect(company().refused(t(1), record('team', 0n, { ...unpriced, hold: holdId('h-9-0') })).code).toBe(
      'UnknownHold',
    );
  });
});
