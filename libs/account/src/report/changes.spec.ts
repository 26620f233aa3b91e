import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, limitName, nodeId, units } from '@exchequer/kernel';
import type { Configure } from '../commands.js';
import type { Fact } from '../facts.js';
import { authorize, Book, configure, CREDIT, every, grant, limit, node, record, t, under } from '../spec/book.js';
import { plan, told } from '../spec/plan-text.js';

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

  it('names a kind of models with what it held and what it holds', () => {
    const book = company();
    const stated = (...kinds: NonNullable<Configure['modelKinds']>): Configure => ({
      ...configure(),
      modelKinds: kinds,
    });
    const chat = { kind: 'chat', models: ['nano', 'mini'] };
    expect(plan(book, stated(chat))).toEqual(['add models of kind chat: nano, mini']);
    book.must(t(1), stated(chat));
    expect(plan(book, stated({ kind: 'chat', models: ['mini', 'nano', 'large'] }))).toEqual([
      'change models of kind chat: nano, mini → mini, nano, large',
    ]);
    expect(plan(book, stated())).toEqual(['remove models of kind chat']);
  });

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
      'change overage of team: 5 credit → 0 credit',
      'change captureBeyond of team: cap → draw',
      'change estimate of team: quantile 0.9 → fixed 2 credit',
    ]);
    const more = configure(under('org', 'team', { overage: [{ currency: CREDIT, amount: units(6n) }] }));
    expect(plan(company(), more)).toContain('change overage of team: 5 credit → 6 credit');
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
    expect(told(book, facts)).toEqual([]);
  });

  it('names an amount alone where its limit is set by the same policy', () => {
    const facts = [
      { type: 'LimitAmountChanged', node: nodeId('new'), limit: 'x' as never, amount: units(2n) },
    ] as const;
    expect(told(company(), facts)).toEqual(['change limit x of new: 2']);
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

  it('is of a set all that its limits count and do, as of a node', () => {
    const soft = limit('soft', 5n, every('day'), {
      scope: { models: ['o3'], tags: { env: ['prod'] } },
      pace: { aheadMs: DAY_MS },
      mode: 'throttle',
      throttle: { fromShare: '0.8', delayMs: 5_000 },
      then: 'slow',
      thresholds: [{ share: '0.5' }],
      pauses: { at: { used: units(5n) } },
    });
    const said =
      '5 credit, day UTC, models o3, env prod, released evenly, 1d ahead, throttle, slower from 80% of it on, by up to 5s, then slow, tells of 50%, pauses at 5 used';
    const command = (stated: typeof soft): Configure => ({
      ...configure(under('org', 'user/ada', { roles: ['power'] })),
      roles: [{ name: 'power', limits: [stated] }],
      groups: [{ name: 'club', limits: [soft] }],
      defaults: [{ name: 'user', limits: [soft] }],
      tiers: [{ name: 'gold', limits: [soft] }],
    });
    const book = company();
    const first = plan(book, command(soft));
    for (const set of ['role/power', 'group/club', 'default/user', 'tier/gold'])
      expect(first).toContain(`add ${set}: soft ${said}`);
    expect(first).toContain(`add limit soft of user/ada: ${said} by role/power`);
    book.must(t(9), command(soft));
    expect(plan(book, command({ ...soft, thresholds: [{ share: '0.9' }] }))).toContain(
      `change role/power: soft ${said} → soft ${said.replace('50%', '90%')}`,
    );
  });

  it('is roles, groups and tiers, who takes part, and what is in force by them', () => {
    const usd = currencyId('usd');
    const weekly = (most: bigint) => limit('weekly', most, every('week'));
    const paid = (whole: bigint) => ({ currency: usd, amount: units(whole) });
    const rules: Configure = {
      ...configure(under('org', 'ada', { roles: ['power'], groups: ['club', 'choir'], precedence: 'most-permissive' })),
      roles: [{ name: 'power', limits: [weekly(100n), limit('daily', 9n, every('day'))] }],
      groups: [
        { name: 'club', limits: [weekly(60n)] },
        { name: 'choir', limits: [] },
      ],
      tiers: [
        { name: 'free', limits: [] },
        { name: 'silver', paid: paid(50n), limits: [] },
        { name: 'gold', paid: paid(100n), ageMs: 7 * DAY_MS, limits: [] },
      ],
    };
    const book = company();
    expect(plan(book, rules)).toEqual([
      'add role/power: weekly 100 credit, week UTC; daily 9 credit, day UTC',
      'add group/club: weekly 60 credit, week UTC',
      'add group/choir: no limits',
      'add tier/free: no limits',
      'add tier/silver: no limits',
      'add tier/gold: no limits',
      'change tiers: free, silver from 50 usd paid, gold from 100 usd paid and 7d of age',
      'change tier: free',
      'add node ada: node under org, own-then-parent',
      'change rules of ada: role/power, group/club, group/choir, most-permissive',
      'add limit weekly of ada: 100 credit, week UTC by role/power',
      'add limit daily of ada: 9 credit, day UTC by role/power',
    ]);
    book.must(t(9), rules);
    const changed: Configure = {
      ...configure(under('org', 'ada', { groups: ['club'] })),
      roles: [],
      groups: [
        { name: 'club', limits: [weekly(61n)] },
        { name: 'band', limits: [] },
      ],
      tiers: [],
    };
    expect(plan(book, changed)).toEqual([
      'remove role/power',
      'remove group/choir',
      'change group/club: weekly 60 credit, week UTC → weekly 61 credit, week UTC',
      'add group/band: no limits',
      'remove tier/free',
      'remove tier/silver',
      'remove tier/gold',
      'change tiers: free, silver from 50 usd paid, gold from 100 usd paid and 7d of age → none',
      'change rules of ada: role/power, group/club, group/choir, most-permissive → group/club, nearest',
      'remove limit daily of ada',
      'change limit weekly of ada: 100 credit by role/power → 61 credit by group/club',
    ]);
  });

  it('is an override, by its amount and its end, and its withdrawal', () => {
    const book = company();
    const until = t(60);
    const overrides = [{ limit: limitName('daily'), currency: CREDIT, amount: units(20n), until }];
    const policy = { limits: [limit('daily', 1n, every('day'))], overage: [{ currency: CREDIT, amount: units(5n) }] };
    const more = { captureBeyond: 'cap', estimate: { by: 'quantile', quantile: 0.9 } } as const;
    const overridden = configure(under('org', 'team', { ...policy, ...more, overrides }));
    expect(plan(book, overridden)).toEqual([
      'change rules of team: nearest',
      'change override of limit daily of team: 20 credit until 1970-01-01T00:01:00.000Z',
      'change limit daily of team: 1 credit → 20 credit by override',
    ]);
    book.must(t(9), overridden);
    expect(plan(book, configure(under('org', 'team', { ...policy, ...more })))).toEqual([
      'remove override of limit daily of team',
      'change limit daily of team: 20 credit by override → 1 credit',
    ]);
  });

  it('is models of one kind, which may stand in for one another', () => {
    const book = company();
    const kinds = (...models: readonly string[]): Configure => ({
      ...configure(),
      modelKinds: models.length === 0 ? [] : [{ kind: 'chat', models }],
    });
    expect(plan(book, kinds('o3', 'gpt-4o'))).toEqual(['add models of kind chat: o3, gpt-4o']);
    book.must(t(9), kinds('o3', 'gpt-4o'));
    expect(plan(book, kinds('o3', 'mini'))).toEqual(['change models of kind chat: o3, gpt-4o → o3, mini']);
    expect(plan(book, kinds())).toEqual(['remove models of kind chat']);
  });

  it('is rates, each by its name', () => {
    const book = company();
    const rates = [
      { models: ['o3', 'gpt-4o*'], requests: { count: 5, per: 'minute' }, tokens: { count: 900, per: 'day' } },
      { requests: { count: 7, per: 'hour' }, then: 'spill' },
    ] as const;
    expect(plan(book, configure(node('org', { rates })))).toEqual([
      'change rates of org: 5 requests/minute of gpt-4o*, o3; 900 tokens/day of gpt-4o*, o3; 7 requests/hour, then spill',
    ]);
    book.must(t(9), configure(node('org', { rates })));
    expect(plan(book, configure(node('org')))).toEqual([
      'change rates of org: 5 requests/minute of gpt-4o*, o3; 900 tokens/day of gpt-4o*, o3; 7 requests/hour, then spill → none',
    ]);
  });

  it('is what a limit counts, how it is released, and what it does when it fills', () => {
    const slower = { mode: 'throttle', throttle: { fromShare: '0.8', delayMs: 5_000 } } as const;
    const busy = limit('busy', 8n, every('month'));
    const even = limit('even', 8n, every('month'), { pace: { aheadMs: DAY_MS } });
    const part = limit('part', 8n, every('day'), {
      scope: { models: ['o3', 'gpt-4o'], tags: { team: ['a', 'b'], feature: ['x'] } },
    });
    const book = company();
    const first = configure(
      node('org', {
        limits: [
          { ...busy, ...slower, then: 'slow', slowMs: 2_000 },
          { ...even, blocks: 'all-currencies' },
          { ...part, mode: 'alert' },
        ],
      }),
    );
    expect(plan(book, first)).toEqual([
      'add limit busy of org: 8 credit, month UTC, throttle, slower from 80% of it on, by up to 5s, then slow by 2s',
      'add limit even of org: 8 credit, month UTC, released evenly, 1d ahead, blocks all-currencies',
      'add limit part of org: 8 credit, day UTC, models o3 gpt-4o, team a b, feature x, alert',
    ]);
    book.must(t(9), first);
    const second = configure(node('org', { limits: [busy, { ...even, then: 'spill' }, { ...part, ...slower }] }));
    expect(plan(book, second)).toEqual([
      'change conduct of limit busy of org: throttle, slower from 80% of it on, by up to 5s, then slow by 2s → refuses',
      'change conduct of limit even of org: blocks all-currencies → then spill',
      'change conduct of limit part of org: alert → throttle, slower from 80% of it on, by up to 5s',
    ]);
  });

  it('is a fixed estimate in each of its currencies, and the most', () => {
    const usd = currencyId('usd');
    const book = company();
    const currencies = [CREDIT, usd].map((currency) => ({ currency, display: 2 }));
    const amounts = [CREDIT, usd].map((currency) => ({ currency, amount: units(2n) }));
    const fixed = { ...configure(node('org', { estimate: { by: 'fixed', amounts } })), currencies };
    expect(plan(book, fixed)).toEqual(['add currency usd: 2 digits', 'change estimate of org: fixed 2 credit, 2 usd']);
    book.must(t(9), fixed);
    expect(plan(book, configure(node('org', { estimate: { by: 'max' } })))).toEqual([
      'change estimate of org: fixed 2 credit, 2 usd → max',
    ]);
  });

  it('is overage in a currency that there was none of, and what is denied by name', () => {
    const overage = [{ currency: CREDIT, amount: units(6n) }];
    const entitlements = { models: { allow: ['o3', 'claude'] } };
    expect(plan(company(), configure(node('org', { overage, entitlements })))).toEqual([
      'change overage of org: 6 credit',
      'change entitlements of org: models allowed: o3, claude',
    ]);
  });

  it('is told by its facts alone where the account does not have what they speak of', () => {
    const at = { node: nodeId('new'), limit: limitName('x') };
    const facts: readonly Fact[] = [
      { type: 'NodeMoved', node: at.node, parent: nodeId('org') },
      { type: 'NodeMoved', node: nodeId('org'), parent: nodeId('new') },
      { type: 'NodeKindChanged', node: at.node, kind: 'user' },
      { type: 'PoolingChanged', node: at.node, pooling: 'own' },
      { type: 'LimitConductChanged', ...at, mode: 'alert' },
      { type: 'LimitConductChanged', ...at },
      { type: 'NodeRulesSet', node: at.node, roles: [], groups: [], precedence: 'nearest', limits: [] },
      { type: 'OverageSet', node: at.node, currency: CREDIT, limit: units(1n) },
      { type: 'OverageSet', node: at.node, currency: CREDIT, limit: units(1n), for: 'critical', rate: '1.25' },
      { type: 'CaptureBeyondSet', node: at.node, policy: 'cap' },
      { type: 'EntitlementsSet', node: at.node },
      { type: 'RatesSet', node: at.node, rates: [] },
      { type: 'EstimateSet', node: at.node, policy: { by: 'max' } },
      { type: 'TiersSet', tiers: [] },
    ];
    expect(told(company(), facts)).toEqual([
      'change parent of new: org',
      'change parent of org: new',
      'change kind of new: user',
      'change pooling of new: own',
      'change conduct of limit x of new: alert',
      'change conduct of limit x of new: refuses',
      'change rules of new: nearest',
      'change overage of new: 1 credit',
      'change overage of new: 1 credit for critical work at 1.25',
      'change captureBeyond of new: cap',
      'change entitlements of new: inherited',
      'change rates of new: none',
      'change estimate of new: max',
      'change tiers: none',
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
