import { describe, expect, it } from '@jest/globals';
import { amount, limitName, nodeId, UNLIMITED, units } from '@exchequer/kernel';
import type { LimitPolicy, Pause } from '../commands.js';
import type { Fact, LimitPause } from '../facts.js';
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
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';

const WHOLE = { share: '1' };
const DAY_ENDS = t(86_400);
const AT_RESET: LimitPause = { at: WHOLE, resume: 'at-reset' };

const pausing = (whole: bigint, pauses: LimitPause = { at: WHOLE }, more: Partial<LimitPolicy> = {}): LimitPolicy =>
  limit('daily', whole, every('day'), { mode: 'alert', pauses, ...more });

/** A team with ada and bob, whose daily limit pauses. */
function company(team: LimitPolicy, ...ada: readonly LimitPolicy[]): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), teamWith(team), adaWith(...ada), under('team', 'user/bob')));
  book.must(t(0), grant('org', 1_000n));
  return book;
}

const teamWith = (...limits: readonly LimitPolicy[]) => under('org', 'team', { limits });
const adaWith = (...limits: readonly LimitPolicy[]) => under('team', 'user/ada', { limits });
const pause = (at: string, more: Partial<Pause> = {}): Pause => ({
  type: 'pause',
  node: nodeId(at),
  actor: 'grace',
  ...more,
});
const resume = (at: string) => ({ type: 'resume' as const, node: nodeId(at) });
const paused = (facts: readonly Fact[]) =>
  facts.filter((fact) => fact.type === 'NodePaused' || fact.type === 'NodeResumed');
const isPaused = (book: Book, id: string): boolean => book.state.nodes.get(nodeId(id))?.paused !== undefined;

describe('a limit that pauses', () => {
  it('pauses its node with the charge that comes to its threshold; what is held may still settle', () => {
    const book = company(pausing(10n));
    const { hold } = book.hold(t(1), authorize('user/bob', 5n));
    const facts = book.must(t(2), record('user/ada', 10n));
    expect(facts.slice(-2)).toEqual([
      expect.objectContaining({ type: 'ThresholdCrossed', threshold: WHOLE, used: units(10n), pauses: {} }),
      { type: 'NodePaused', node: 'team', by: { limit: 'daily' } },
    ]);
    expect(book.refused(t(3), authorize('user/bob', 1n))).toMatchObject({
      code: 'Paused',
      message:
        'The node team was paused by its limit daily, which came to its threshold at 1970-01-01T00:00:02.000Z; it lets calls pass again once somebody resumes it: exchequer resume team.',
      rule: { kind: 'pause', node: 'team', limit: 'daily' },
    });
    book.must(t(4), capture(hold, 5n));
  });

  it('is resumed by a person alone: not by a refund, a higher amount, another window, or its removal', () => {
    const book = company(pausing(10n));
    book.must(t(1), record('user/ada', 10n));
    book.must(t(2), book.correction(book.charges()[0] ?? 0, { refund: [{ currency: CREDIT, amount: units(9n) }] }));
    book.must(t(3), configure(teamWith(pausing(500n))));
    book.must(t(4), configure(teamWith()));
    expect(book.refused(DAY_ENDS + 1, authorize('user/bob', 1n)).code).toBe('Paused');
    book.must(DAY_ENDS + 1, resume('team'));
    book.hold(DAY_ENDS + 2, authorize('user/bob', 1n));
  });

  it('pauses anew once it has recovered and crosses again, not while it stays beyond', () => {
    const book = company(pausing(10n));
    book.must(t(1), record('user/ada', 10n));
    book.must(t(2), resume('team'));
    expect(paused(book.must(t(3), record('user/ada', 5n)))).toEqual([]);
    book.must(t(4), book.correction(book.charges()[0] ?? 0, { refund: [{ currency: CREDIT, amount: units(9n) }] }));
    expect(paused(book.must(t(5), record('user/ada', 4n)))).toHaveLength(1);
  });

  it('pauses at once when it is lowered below what is used', () => {
    const book = company(pausing(100n));
    book.must(t(1), record('user/ada', 20n));
    expect(paused(book.must(t(2), configure(teamWith(pausing(10n)))))).toEqual([
      { type: 'NodePaused', node: 'team', by: { limit: 'daily' } },
    ]);
  });

  it('may pause at any threshold, and tells the others apart from it', () => {
    const book = company(pausing(10n, { at: { left: units(2n) } }, { thresholds: [{ share: '0.5' }] }));
    expect(paused(book.must(t(1), record('user/ada', 7n)))).toEqual([]);
    expect(paused(book.must(t(1), record('user/ada', 1n)))).toHaveLength(1);
  });

  it('marks every open node below, but for sessions, when it says so; each is then resumed by itself', () => {
    const book = company(pausing(10n, { at: WHOLE, below: true }));
    book.must(t(1), openSession('user/ada', 2n));
    expect(paused(book.must(t(1), record('user/ada', 10n)))).toEqual([
      { type: 'NodePaused', node: 'team', by: { limit: 'daily' } },
      { type: 'NodePaused', node: 'user/ada', by: { limit: 'daily', node: 'team' } },
      { type: 'NodePaused', node: 'user/bob', by: { limit: 'daily', node: 'team' } },
    ]);
    book.must(t(2), resume('team'));
    expect(book.refused(t(3), authorize('user/bob', 1n)).message).toMatch(
      /^The node user\/bob was paused by the limit daily of team, which/,
    );
  });

  it('pauses nothing where its rules are merely observed, and says that it would have', () => {
    const book = company(pausing(10n));
    book.must(t(0), configure(under('org', 'team', { limits: [pausing(10n)], observe: true })));
    const facts = book.must(t(1), record('user/ada', 10n));
    expect(facts.at(-1)).toMatchObject({ type: 'ThresholdCrossed', pauses: {} });
    expect(isPaused(book, 'team')).toBe(false);
  });

  it('goes by whether the same policy lets it be observed, and by who is below it then', () => {
    const book = company(pausing(100n));
    book.must(t(1), record('user/ada', 20n));
    const lowered = [pausing(10n, { at: WHOLE, below: true })];
    const observing = configure(under('org', 'team', { limits: lowered, observe: true }));
    expect(paused(book.must(t(2), observing))).toEqual([]);
    book.must(t(3), configure(under('org', 'team', { limits: [pausing(100n)] })));
    const policy = configure(teamWith(...lowered), under('org', 'user/ada'), under('team', 'user/cy'));
    const facts = paused(book.must(t(4), { ...policy, archive: [nodeId('user/bob')] }));
    expect(facts).toEqual([{ type: 'NodePaused', node: 'team', by: { limit: 'daily' } }]);
  });
});

describe('a pause that ends with the window', () => {
  it('ends by itself there, and says so to those whom it refuses', () => {
    const book = company(pausing(10n, AT_RESET));
    const facts = book.must(t(1), record('user/ada', 10n));
    expect(facts.at(-1)).toEqual({ type: 'NodePaused', node: 'team', by: { limit: 'daily' }, resumesAt: DAY_ENDS });
    expect(book.refused(DAY_ENDS - 1, authorize('user/bob', 1n))).toMatchObject({
      message: expect.stringContaining(
        'calls pass again at 1970-01-02T00:00:00.000Z, or once somebody resumes it: exchequer resume team.',
      ),
      resetsAt: DAY_ENDS,
    });
    expect(book.advance(DAY_ENDS + 9)).toEqual([{ type: 'NodeResumed', node: 'team', at: DAY_ENDS }]);
    book.hold(DAY_ENDS + 9, authorize('user/bob', 1n));
  });

  it('ends for each node that it marked, and for none that somebody has resumed', () => {
    const book = company(pausing(10n, { ...AT_RESET, below: true }));
    book.must(t(1), record('user/ada', 10n));
    book.must(t(2), resume('user/ada'));
    expect(book.advance(DAY_ENDS)).toEqual([
      { type: 'NodeResumed', node: 'team', at: DAY_ENDS },
      { type: 'NodeResumed', node: 'user/bob', at: DAY_ENDS },
    ]);
  });

  it('becomes one that a person must end, when a person pauses the node as well', () => {
    const book = company(pausing(10n, AT_RESET));
    book.must(t(1), record('user/ada', 10n));
    expect(paused(book.must(t(2), pause('team')))).toHaveLength(1);
    expect(book.advance(DAY_ENDS)).toEqual([]);
    expect(isPaused(book, 'team')).toBe(true);
  });

  it('does not take the place of one that a person began', () => {
    const book = company(pausing(10n, AT_RESET));
    book.must(t(1), pause('team'));
    expect(paused(book.must(t(2), record('user/ada', 10n)))).toEqual([]);
    expect(book.advance(DAY_ENDS)).toEqual([]);
    expect(isPaused(book, 'team')).toBe(true);
  });

  it('gives way to that of another limit which lasts longer', () => {
    const monthly = limit('monthly', 12n, every('month'), { mode: 'alert', pauses: AT_RESET });
    const book = company(pausing(10n, AT_RESET));
    book.must(t(0), configure(teamWith(pausing(10n, AT_RESET), monthly)));
    book.must(t(1), record('user/ada', 10n));
    expect(paused(book.must(t(2), record('user/ada', 2n)))).toMatchObject([{ by: { limit: 'monthly' } }]);
    expect(book.advance(DAY_ENDS)).toEqual([]);
    expect(book.advance(31 * DAY_ENDS)).toMatchObject([{ type: 'NodeResumed', node: 'team' }]);
  });

  it('stays that of the limit which lasts longer, where another would end sooner', () => {
    const book = company(pausing(10n));
    const monthly = limit('monthly', 10n, every('month'), { mode: 'alert', pauses: AT_RESET });
    book.must(t(0), configure(teamWith(pausing(12n, AT_RESET), monthly)));
    book.must(t(1), record('user/ada', 10n));
    expect(paused(book.must(t(2), record('user/ada', 2n)))).toEqual([]);
    expect(book.advance(DAY_ENDS)).toEqual([]);
  });

  it('may be that of a rolling window', () => {
    const book = company(pausing(10n, AT_RESET, { window: { kind: 'rolling', lengthMs: t(60) } }));
    book.must(t(1), record('user/ada', 10n));
    expect(book.advance(t(61))).toEqual([{ type: 'NodeResumed', node: 'team', at: t(61) }]);
  });

  it('stays that of the limit which came first, where another would last no longer', () => {
    const book = company(pausing(10n), pausing(20n));
    const monthly = limit('monthly', 12n, every('month'), { mode: 'alert', pauses: { at: WHOLE } });
    book.must(t(0), configure(teamWith(pausing(10n), monthly)));
    book.must(t(1), record('user/bob', 10n));
    expect(paused(book.must(t(2), record('user/bob', 2n)))).toEqual([]);
    expect(book.state.nodes.get(nodeId('team'))?.paused).toMatchObject({ by: { limit: 'daily' }, since: t(1) });
  });

  it('of two limits that one charge brings to their thresholds is told once, for the longer', () => {
    const book = company(pausing(10n, { at: WHOLE, below: true }), pausing(10n, AT_RESET));
    expect(paused(book.must(t(1), record('user/ada', 10n)))).toMatchObject([
      { node: 'team', by: { limit: 'daily' } },
      { node: 'user/ada', by: { limit: 'daily', node: 'team' } },
      { node: 'user/bob', by: { limit: 'daily', node: 'team' } },
    ]);
  });

  it('does not begin when a late charge counts in a window that is over', () => {
    const book = company(pausing(10n, AT_RESET));
    const facts = book.must(DAY_ENDS + t(5), record('user/ada', 10n, { usedAt: t(5) }));
    expect(facts.at(-1)).toMatchObject({ type: 'ThresholdCrossed', from: t(0) });
    expect(facts.at(-1)).not.toHaveProperty('pauses');
    const justOver = company(pausing(10n, AT_RESET)).must(DAY_ENDS, record('user/ada', 10n, { usedAt: t(5) }));
    expect(paused(justOver)).toEqual([]);
    const other = company(pausing(10n));
    expect(paused(other.must(DAY_ENDS + t(5), record('user/ada', 10n, { usedAt: t(5) })))).toHaveLength(1);
  });

  it.each([
    ['sliding', { kind: 'sliding', lengthMs: t(60) }],
    ['lifetime', { kind: 'lifetime' }],
  ] as const)('is refused where the window has no end: %s', (_, window) => {
    const book = company(pausing(10n));
    expect(book.refused(t(1), configure(teamWith(pausing(10n, AT_RESET, { window }))))).toMatchObject({
      code: 'Malformed',
      message: 'The limit daily of team: its window has no end at which it could resume; let a person resume.',
      path: 'nodes.0.limits.0',
    });
  });

  it.each([
    ['100%', { at: { share: '1' } }],
    ['0.5 left', { at: { left: amount(500_000_000n) }, below: true }],
  ] as const)('is refused where the limit is unlimited and never comes to %s', (told, pauses) => {
    const book = company(pausing(10n));
    const unlimited = (pause: LimitPause) => configure(teamWith(pausing(0n, pause, { amount: UNLIMITED })));
    expect(book.refused(t(1), unlimited(pauses))).toMatchObject({
      code: 'Malformed',
      message: `The limit daily of team: it is unlimited, never comes to ${told} and would never pause; let it pause at an amount used, or give it an amount.`,
      path: 'nodes.0.limits.0',
    });
    book.must(t(1), unlimited({ at: { used: units(5n) } }));
  });

  it('comes when an override ends', () => {
    const override = { limit: limitName('daily'), currency: CREDIT, amount: units(100n), until: t(9) };
    const book = company(pausing(10n));
    book.must(t(0), configure(under('org', 'team', { limits: [pausing(10n)], overrides: [override] })));
    book.must(t(1), record('user/ada', 20n));
    expect(paused(book.advance(t(10)))).toHaveLength(1);
  });
});
