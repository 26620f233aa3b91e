import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, UNLIMITED, units } from '@exchequer/kernel';
import type { Configure, LimitPolicy, NodePolicy, RuleSetPolicy } from '../commands.js';
import { limitLines } from '../report/limit-lines.js';
import { authorize, Book, capture, configure, every, grant, limit, node, only, t, under } from '../spec/book.js';

const weekly = (most: bigint, more: Partial<LimitPolicy> = {}) => limit('weekly', most, every('week'), more);
const set = (name: string, ...limits: readonly LimitPolicy[]): RuleSetPolicy => ({ name, limits });

const POWER = set('power', weekly(100n));
const CONTRACTOR = set('contractor', weekly(20n));
const CLUB = set('club', weekly(60n), limit('daily', 9n, every('day')));
const USERS = set('user', weekly(5n));

/** Ada, with whatever a test says of her, in an account with all the sets above. */
function company(ada: Partial<NodePolicy> = {}, more: Partial<Configure> = {}): Book {
  const book = new Book();
  const rules = { roles: [POWER, CONTRACTOR], groups: [CLUB], defaults: [USERS], ...more };
  book.must(t(0), { ...configure(node('org'), under('org', 'user/ada', ada)), ...rules });
  book.must(t(0), grant('org', 1_000n));
  return book;
}

const lines = (book: Book, of = 'user/ada') =>
  limitLines(book.state.nodes.get(nodeId(of))?.limits ?? [], { at: book.state.now, calendar: book.calendar });

const inForce = (book: Book, of = 'user/ada') =>
  lines(book, of).map((line) => [line.limit, line.amount / 1_000_000_000n, line.rule]);

const typesOf = (facts: readonly { readonly type: string }[]) => facts.map(({ type }) => type);

describe('of several limits of one purpose', () => {
  it('the personal one is nearest, then a role or group, then the default of the kind', () => {
    expect(inForce(company())).toEqual([['weekly', 5n, 'default/user']]);
    expect(inForce(company({ roles: ['contractor'] }))).toEqual([['weekly', 20n, 'role/contractor']]);
    expect(inForce(company({ groups: ['club'] }))).toEqual([
      ['daily', 9n, 'group/club'],
      ['weekly', 60n, 'group/club'],
    ]);
    expect(inForce(company({ limits: [weekly(7n)], roles: ['power'] }))).toEqual([['weekly', 7n, 'personal']]);
  });

  it('roles come before groups, each in the order in which the node names them', () => {
    expect(inForce(company({ groups: ['club'], roles: ['contractor', 'power'] }))).toContainEqual([
      'weekly',
      20n,
      'role/contractor',
    ]);
    expect(inForce(company({ roles: ['power', 'contractor'] }))).toEqual([['weekly', 100n, 'role/power']]);
  });

  it('the largest or the smallest of all of them is in force where the node says so', () => {
    const all = { limits: [weekly(70n)], roles: ['contractor', 'power'], groups: ['club'] };
    expect(inForce(company({ ...all, precedence: 'most-permissive' }))).toContainEqual(['weekly', 100n, 'role/power']);
    expect(inForce(company({ ...all, precedence: 'most-restrictive' }))).toContainEqual(['weekly', 5n, 'default/user']);
  });

  it.each(['roles', 'groups'] as const)(
    '%s of other names are others, also where they read the same in one row; the same are no change',
    (of) => {
      const sets = [set('ab', weekly(1n)), set('c', weekly(2n)), set('a', weekly(3n)), set('bc', weekly(4n))];
      const book = company({ [of]: ['ab', 'c'] }, { [of]: sets });
      expect(inForce(book)).toEqual([['weekly', 1n, `${of.slice(0, -1)}/ab`]]);
      book.must(t(1), configure(under('org', 'user/ada', { [of]: ['a', 'bc'] })));
      expect(inForce(book)).toEqual([['weekly', 3n, `${of.slice(0, -1)}/a`]]);
      expect(book.must(t(2), configure(under('org', 'user/ada', { [of]: ['a', 'bc'] })))).toEqual([]);
    },
  );

  it('one that comes from another rule with the same amount is named by that rule from then on', () => {
    const equal = set('regular', weekly(100n));
    const book = company({ roles: ['power'] }, { roles: [POWER, equal] });
    const facts = book.must(t(1), configure(under('org', 'user/ada', { roles: ['regular'] })));
    expect(facts).toContainEqual({
      type: 'LimitAmountChanged',
      node: 'user/ada',
      limit: 'weekly',
      amount: units(100n),
      rule: 'role/regular',
    });
    expect(inForce(book)).toEqual([['weekly', 100n, 'role/regular']]);
  });

  it('among equal amounts the nearest is named', () =>
    expect(inForce(company({ limits: [weekly(100n)], roles: ['power'], precedence: 'most-permissive' }))).toEqual([
      ['weekly', 100n, 'personal'],
    ]));

  it('among equal amounts the nearest is named when the smallest counts, too', () =>
    expect(inForce(company({ limits: [weekly(5n)], roles: ['power'], precedence: 'most-restrictive' }))).toEqual([
      ['weekly', 5n, 'personal'],
    ]));

  it('unlimited is more than any amount', () => {
    const roles = [set('power', weekly(0n, { amount: UNLIMITED })), CONTRACTOR];
    const ada = { roles: ['power', 'contractor'] };
    expect(lines(company({ ...ada, precedence: 'most-permissive' }, { roles }))).toMatchObject([
      { amount: UNLIMITED, rule: 'role/power' },
    ]);
    expect(lines(company({ ...ada, precedence: 'most-restrictive' }, { roles }))).toMatchObject([
      { amount: units(5n), rule: 'default/user' },
    ]);
  });

  it('those of other nodes on the chain all apply besides', () => {
    const book = company({ roles: ['power'] });
    book.must(t(1), configure(node('org', { limits: [weekly(50n)] })));
    expect(book.refused(t(2), authorize('user/ada', 60n)).binding).toMatchObject({
      node: 'org',
      remaining: units(50n),
    });
  });
});

describe('a change of rules', () => {
  it('reaches every node that takes part, whether the policy names it or not', () => {
    const book = company({ roles: ['power'] });
    book.must(t(1), configure(under('org', 'user/bob', { roles: ['contractor'] })));
    const facts = book.must(t(2), { ...configure(), roles: [set('power', weekly(90n)), CONTRACTOR] });
    expect(facts).toMatchObject([
      { type: 'RuleSetDefined', set: 'role/power' },
      { type: 'LimitAmountChanged', node: 'user/ada', amount: units(90n), rule: 'role/power' },
    ]);
  });

  it('reaches those of a group as well, and who has the role beside others', () => {
    const book = company({ groups: ['club'] });
    book.must(t(1), configure(under('org', 'user/bob', { roles: ['power', 'contractor'] })));
    const facts = book.must(t(2), {
      ...configure(),
      groups: [set('club', weekly(61n))],
      roles: [set('power', weekly(90n)), CONTRACTOR],
    });
    expect(inForce(book)).toEqual([['weekly', 61n, 'group/club']]);
    expect(inForce(book, 'user/bob')).toEqual([['weekly', 90n, 'role/power']]);
    expect(typesOf(facts)).toEqual([
      'RuleSetDefined',
      'RuleSetDefined',
      'LimitRemoved',
      'LimitAmountChanged',
      'LimitAmountChanged',
    ]);
  });

  it('reaches who has two groups of which one changes', () => {
    const book = company({ groups: ['club', 'choir'] }, { groups: [CLUB, set('choir')] });
    book.must(t(1), { ...configure(), groups: [set('club', weekly(61n)), set('choir')] });
    expect(inForce(book)).toEqual([['weekly', 61n, 'group/club']]);
  });

  it.each<[string, Partial<NodePolicy>, Partial<NodePolicy>]>([
    ['role', { roles: ['power'] }, { roles: ['contractor'] }],
    ['order of roles', { roles: ['power', 'contractor'] }, { roles: ['contractor', 'power'] }],
    ['group', { roles: ['power'] }, { roles: ['power'], groups: ['club'] }],
    ['precedence', { precedence: 'most-permissive' }, { precedence: 'most-restrictive' }],
  ])('is remembered of a node whose own limit is in force all the same: another %s', (_what, before, after) => {
    const own = { limits: [weekly(70n), limit('daily', 5n, every('day'))] };
    const book = company({ ...own, ...before });
    const facts = book.must(t(1), configure(under('org', 'user/ada', { ...own, ...after })));
    expect(facts[0]).toMatchObject({ type: 'NodeRulesSet', node: 'user/ada', roles: [], groups: [], ...after });
  });

  it('tells names apart that run together to the same', () => {
    const sets = ['a', 'ab', 'b', 'bc', 'c'].map((name) => set(name));
    const names = { roles: ['a', 'bc'], groups: ['a', 'bc'] };
    const book = company(names, { roles: sets, groups: sets });
    const state = (more: Partial<NodePolicy>) =>
      book.must(t(1), configure(under('org', 'user/ada', { ...names, ...more })));
    expect(state({})).toEqual([]);
    expect(state({ roles: ['ab', 'c'] })).toMatchObject([{ type: 'NodeRulesSet', roles: ['ab', 'c'] }]);
    expect(state({ roles: ['ab', 'c'], groups: ['ab', 'c'] })).toMatchObject([{ groups: ['ab', 'c'] }]);
  });

  it('lets another rule win that has become the larger', () => {
    const book = company({ limits: [weekly(70n)], roles: ['contractor'], precedence: 'most-permissive' });
    expect(inForce(book)).toEqual([['weekly', 70n, 'personal']]);
    book.must(t(1), { ...configure(), roles: [POWER, set('contractor', weekly(80n))] });
    expect(inForce(book)).toEqual([['weekly', 80n, 'role/contractor']]);
  });

  it('is the same rule in whatever order its fields stand', () => {
    const book = company({ roles: ['power'] });
    const turned = Object.fromEntries(Object.entries(weekly(100n)).reverse()) as unknown as LimitPolicy;
    expect(book.must(t(1), { ...configure(), roles: [set('power', turned), CONTRACTOR] })).toEqual([]);
  });

  it('does not say again what a limit had used at its start', () => {
    const own = { limits: [weekly(70n, { usedAtStart: units(3n) })], roles: ['power'] };
    const [stated] = company(own).booked.flatMap(({ fact }) => (fact.type === 'NodeRulesSet' ? [fact] : []));
    expect(stated?.limits).toEqual([weekly(70n)]);
  });

  it('keeps what a purpose has used while window, currency and scope are the same', () => {
    const book = company({ roles: ['power'] });
    book.must(t(1), capture(book.hold(t(1), authorize('user/ada', 15n)).hold));
    book.hold(t(2), authorize('user/ada', 2n));
    book.must(t(3), configure(under('org', 'user/ada', { roles: ['contractor'] })));
    expect(lines(book)).toMatchObject([{ rule: 'role/contractor', used: units(15n), remaining: units(3n) }]);
    book.must(t(4), configure(under('org', 'user/ada', { limits: [weekly(17n)] })));
    expect(lines(book)).toMatchObject([{ rule: 'personal', used: units(15n), held: units(2n), remaining: 0n }]);
  });

  it('begins to count anew where the rule that wins has another window', () => {
    const book = company({ roles: ['power'] }, { groups: [set('club', limit('weekly', 60n, every('day')))] });
    book.must(t(1), capture(book.hold(t(1), authorize('user/ada', 15n)).hold));
    const facts = book.must(t(2), configure(under('org', 'user/ada', { groups: ['club'] })));
    expect(typesOf(facts)).toEqual(['NodeRulesSet', 'LimitRemoved', 'LimitSet']);
    expect(lines(book)).toMatchObject([{ used: 0n, amount: units(60n) }]);
  });

  it('brings back the personal limit when a role goes that was larger', () => {
    const book = company({ limits: [weekly(7n)], roles: ['power'], precedence: 'most-permissive' });
    book.must(t(1), configure(under('org', 'user/ada', { limits: [weekly(7n)] })));
    expect(inForce(book)).toEqual([['weekly', 7n, 'personal']]);
  });

  it('leaves a node alone that states the limit itself', () => {
    const book = company({ limits: [weekly(7n)] });
    const facts = book.must(t(1), {
      ...configure(),
      defaults: [set('user', weekly(6n), limit('daily', 1n, every('day')))],
    });
    expect(inForce(book)).toEqual([
      ['daily', 1n, 'default/user'],
      ['weekly', 7n, 'personal'],
    ]);
    expect(typesOf(facts)).toEqual(['RuleSetDefined', 'LimitSet']);
  });

  it('follows the kind of a node', () => {
    const book = company();
    book.must(t(1), configure(under('org', 'user/ada', { kind: 'robot' })));
    expect(inForce(book)).toEqual([]);
  });

  it('gives the default of its kind to the project that every account has', () => {
    const book = company({}, { defaults: [set('project', weekly(3n))] });
    expect(inForce(book, 'project/default')).toEqual([['weekly', 3n, 'default/project']]);
  });

  it('is nothing when a policy is applied again', () => {
    const ada = { limits: [weekly(7n)], roles: ['power'], groups: ['club'], precedence: 'most-restrictive' as const };
    const book = company(ada);
    const again = { roles: [POWER, CONTRACTOR], groups: [CLUB], defaults: [USERS] };
    expect(book.must(t(1), { ...configure(node('org'), under('org', 'user/ada', ada)), ...again })).toEqual([]);
  });

  it('leaves sections alone that a policy does not have, and takes away what a section no longer names', () => {
    const book = company({ groups: ['club'] });
    expect(typesOf(book.must(t(1), configure(under('org', 'user/ada', { groups: ['club'] }))))).toEqual([]);
    const facts = book.must(t(2), { ...configure(), roles: [POWER] });
    expect(facts).toEqual([{ type: 'RuleSetRemoved', set: 'role/contractor' }]);
  });

  it('waits for an archived node until it comes back', () => {
    const book = company({ roles: ['power'] });
    book.must(t(1), { ...configure(), archive: [nodeId('user/ada')] });
    expect(typesOf(book.must(t(2), { ...configure(), roles: [set('power', weekly(1n))] }))).toEqual([
      'RuleSetRemoved',
      'RuleSetDefined',
    ]);
    book.must(t(3), configure(under('org', 'user/ada', { roles: ['power'] })));
    expect(inForce(book)).toEqual([['weekly', 1n, 'role/power']]);
  });
});

describe('rules that cannot stand', () => {
  it('name a role or group that is not there', () => {
    const book = company();
    expect(book.refused(t(1), configure(under('org', 'user/ada', { roles: ['power', 'boss'] })))).toMatchObject({
      code: 'Malformed',
      message: 'There is no role boss for user/ada.',
      path: 'nodes.0.roles.1',
    });
    expect(book.refused(t(1), configure(under('org', 'user/ada', { groups: ['x'] }))).path).toBe('nodes.0.groups.0');
  });

  it('take away a role that a node takes part in', () => {
    const book = company({ roles: ['power'] });
    expect(book.refused(t(1), { ...configure(), roles: [] })).toMatchObject({
      code: 'Malformed',
      message: 'The role power cannot be removed: user/ada takes part in it.',
      path: 'roles',
    });
  });

  it('take away a role with the last who has it, and one that only archived nodes have', () => {
    const leaving = company({ roles: ['power'] });
    leaving.must(t(1), { ...configure(), roles: [], archive: [nodeId('user/ada')] });
    const archived = company({ roles: ['power'] });
    archived.must(t(1), { ...configure(), archive: [nodeId('user/ada')] });
    archived.must(t(2), { ...configure(), roles: [] });
    expect([...archived.state.ruleSets.keys()]).toEqual(['group/club', 'default/user']);
  });

  it('change a set so that a node that is not named could not compare any more', () => {
    const book = company({ limits: [weekly(7n)], roles: ['power'], precedence: 'most-permissive' });
    expect(
      book.refused(t(1), { ...configure(), roles: [set('power', limit('weekly', 1n, every('day'))), CONTRACTOR] }),
    ).toEqual({
      code: 'Malformed',
      message:
        'The limits weekly of itself and of role/power cannot be compared for user/ada: they differ in currency, length of window or scope; state them alike, name them differently, or set its precedence to nearest.',
    });
  });

  it('compare two rolling windows of different lengths', () => {
    const rolling = (lengthMs: number) => limit('weekly', 7n, { kind: 'rolling', lengthMs });
    const ada = { limits: [rolling(5_000)], roles: ['power'], precedence: 'most-permissive' } as const;
    const roles = [set('power', rolling(9_000))];
    const book = new Book();
    const command = { ...configure(node('org'), under('org', 'user/ada', ada)), roles };
    expect(book.refused(t(0), command).message).toContain('cannot be compared for user/ada');
  });

  it.each([
    ['another length of window', limit('weekly', 1n, every('day'))],
    ['another scope', weekly(1n, { scope: { models: ['gpt-4o'] } })],
    ['another currency', weekly(1n, { currency: currencyId('usd') })],
  ])('compare with %s; nearest compares nothing', (_what, other) => {
    const book = company();
    const currencies = [...configure().currencies, { currency: currencyId('usd'), display: 2 }];
    const rules = {
      ...configure(under('org', 'user/ada', { limits: [other], precedence: 'most-permissive' })),
      currencies,
    };
    expect(book.refused(t(1), rules)).toMatchObject({
      code: 'Malformed',
      message: expect.stringContaining('cannot be compared for user/ada'),
      path: 'nodes.0',
    });
    book.must(t(1), { ...configure(under('org', 'user/ada', { limits: [other] })), currencies });
  });

  it('compare where another zone begins its weeks: that is a week all the same', () => {
    const berlin = limit('weekly', 90n, every('week', 'Europe/Berlin'));
    const book = company({ limits: [berlin], roles: ['power'], precedence: 'most-restrictive' });
    expect(inForce(book)).toEqual([['weekly', 5n, 'default/user']]);
  });

  it('are limits of a set that a node could not have either', () =>
    expect(company().refused(t(1), { ...configure(), roles: [set('power', weekly(1n), weekly(2n))] })).toMatchObject({
      code: 'Malformed',
      message: 'role/power states the limit weekly twice.',
      path: 'roles.power.limits.1',
    }));
});

describe('what a ledger from before rules says', () => {
  it('is of personal limits', () => {
    const book = company({ limits: [weekly(7n)] }, { roles: [], groups: [], defaults: [] });
    expect(
      only(
        book.booked.map(({ fact }) => fact),
        'LimitSet',
      ),
    ).not.toHaveProperty('rule');
    expect(inForce(book)).toEqual([['weekly', 7n, 'personal']]);
  });
});
