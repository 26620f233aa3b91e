import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import type { Configure } from '../commands.js';
import { authorize, Book, configure, CREDIT, every, grant, limit, node, record, t, under } from '../spec/book.js';
import { decide } from '../decide/decide.js';
import { isRefusal } from '../refusal.js';
import { changesOf, type Change } from './changes.js';

/** What a policy would change, in lines such as `change limit daily of team: 1 credit → 2 credit`. */
function plan(book: Book, command: Configure): readonly string[] {
  const decision = decide(book.state, command, { at: t(9), calendar: book.calendar });
  if (isRefusal(decision)) throw new Error(decision.message);
  return changesOf(book.state, decision).map(lineOf);
}

const lineOf = ({ action, subject, from, to }: Change): string =>
  `${action} ${subject}${from === undefined && to === undefined ? '' : ':'}${from === undefined ? '' : ` ${from} →`}${to === undefined ? '' : ` ${to}`}`;

function company(): Book {
  const book = new Book();
  const overage = [{ currency: CREDIT, amount: units(5n) }];
  const limits = [limit('daily', 1n, every('day'))];
  book.must(
    t(0),
    configure(
      node('org'),
      under('org', 'team', { overage, limits, captureBeyond: 'cap', estimate: { by: 'quantile', quantile: 0.9 } }),
      under('org', 'old'),
    ),
  );
  book.must(t(0), grant('team', 3n));
  book.must(t(0), grant('team', 4n));
  book.must(t(0), { ...configure(), archive: [nodeId('old')] });
  return book;
}

describe('what a policy changes', () => {
  it('is the whole account at first', () =>
    expect(
      plan(new Book(), configure(node('org'), under('org', 'team', { limits: [limit('daily', 1n, every('day'))] }))),
    ).toEqual([
      'add account test: root org',
      'add currency credit: 2 digits',
      'add node team: node under org, own-then-parent',
      'add limit daily of team: 1 credit, day UTC',
    ]));

  it('is nothing when all is so already', () => {
    const same = configure(
      under('org', 'team', {
        overage: [{ currency: CREDIT, amount: units(5n) }],
        limits: [limit('daily', 1n, every('day'))],
        captureBeyond: 'cap',
        estimate: { by: 'quantile', quantile: 0.9 },
      }),
    );
    expect(plan(company(), same)).toEqual([]);
  });

  it('is said with what was there before', () => {
    const usd = currencyId('usd');
    const policy: Configure = {
      ...configure(
        under('org', 'new', { kind: 'project' }),
        under('new', 'team', {
          kind: 'squad',
          pooling: 'parent',
          limits: [limit('daily', 2n, every('day')), limit('weekly', 9n, { kind: 'rolling', lengthMs: 60_000 })],
          overage: [{ currency: CREDIT, amount: units(6n) }],
          captureBeyond: 'draw',
          estimate: { by: 'fixed', amounts: [{ currency: CREDIT, amount: units(2n) }] },
        }),
        node('old'),
      ),
      currencies: [
        { currency: CREDIT, display: 0 },
        { currency: usd, display: 2 },
      ],
    };
    expect(plan(company(), policy)).toEqual([
      'change currency credit: 2 digits → 0 digits',
      'add currency usd: 2 digits',
      'add node new: project under org, own-then-parent',
      'change kind of team: node → squad',
      'change parent of team: org → new',
      'add node old: restored',
      'change pooling of team: own-then-parent → parent',
      'change credits: 2 lots move to their pools',
      'change limit daily of team: 1 credit → 2 credit',
      'add limit weekly of team: 9 credit, rolling 1m',
      'change overage of team: 5 credit → 6 credit',
      'change captureBeyond of team: cap → draw',
      'change estimate of team: quantile 0.9 → fixed 2 credit',
    ]);
  });

  it('names what goes', () => {
    const policy = { ...configure(under('org', 'team')), archive: [nodeId('old')] };
    expect(plan(company(), policy)).toEqual([
      'remove limit daily of team',
      'change overage of team: 5 credit → 0 credit',
      'change captureBeyond of team: cap → inherited',
      'change estimate of team: quantile 0.9 → inherited',
    ]);
    const book = company();
    book.must(t(1), configure(node('old')));
    expect(plan(book, { ...configure(), archive: [nodeId('old')] })).toEqual(['remove node old']);
  });

  it('passes over facts that are no change of a policy', () => {
    const book = company();
    const facts = [...book.must(t(1), record('team', 1n)), ...book.must(t(1), authorize('org', 0n))];
    expect(changesOf(book.state, facts)).toEqual([]);
  });

  it('names an amount alone where its limit is set by the same policy', () => {
    const facts = [
      { type: 'LimitAmountChanged', node: nodeId('new'), limit: 'x' as never, amount: units(2n) },
    ] as const;
    expect(changesOf(company().state, facts).map(lineOf)).toEqual(['change limit x of new: 2']);
  });

  it('is at what a limit tells and pauses, and what of that comes at once', () => {
    const book = company();
    book.must(t(1), record('team', 3n));
    const telling = limit('daily', 1n, every('day'), {
      thresholds: [{ share: '0.755' }, { used: units(5n) }, { left: units(1n) }],
      pauses: { at: { share: '1' }, below: true, resume: 'at-reset' },
    });
    const overage = [{ currency: CREDIT, amount: units(5n) }];
    const stated = {
      limits: [telling],
      overage,
      captureBeyond: 'cap',
      estimate: { by: 'quantile', quantile: 0.9 },
    } as const;
    expect(plan(book, configure(under('org', 'team', stated)))).toEqual([
      'change conduct of limit daily of team: refuses → tells of 75.5%, 5 used, 1 left, pauses at 100% with all below until it resets',
      'change threshold 75.5% of limit daily of team: crossed',
      'change threshold 1 left of limit daily of team: crossed',
      'change threshold 100% of limit daily of team: crossed',
      'change node team: paused by limit daily until 1970-01-02T00:00:00.000Z',
    ]);
  });

  it('is who may use what, and whether rules are enforced', () => {
    const book = company();
    const entitlements = { models: { allow: ['gpt-4o*'], deny: ['gpt-4o'] }, features: { deny: ['export'] } };
    const observed = configure(node('org', { entitlements, observe: true }));
    const said = 'models allowed: gpt-4o*; models denied: gpt-4o; features denied: export';
    expect(plan(book, observed)).toEqual([
      `change entitlements of org: ${said}`,
      'change rules of org: observed: they refuse nothing',
    ]);
    book.must(t(1), observed);
    expect(plan(book, configure(node('org')))).toEqual([
      `change entitlements of org: ${said} → inherited`,
      'change rules of org: enforced',
    ]);
  });
});
