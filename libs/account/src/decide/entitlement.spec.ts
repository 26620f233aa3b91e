import { describe, expect, it } from '@jest/globals';
import { nodeId } from '@exchequer/kernel';
import type { Authorize } from '../commands.js';
import type { Entitlements } from '../facts.js';
import { NameRuleState } from '../state/entitlement-state.js';
import {
  authorize,
  Book,
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

/** A team with ada, and a key of another team, all paid by the organization. */
function company(rules: Readonly<Record<string, Entitlements>>): Book {
  const book = new Book();
  const says = (id: string) => (rules[id] === undefined ? {} : { entitlements: rules[id] });
  book.must(
    t(0),
    configure(
      node('org', says('org')),
      under('org', 'team', says('team')),
      under('team', 'ada', { ...says('ada'), limits: [limit('daily', 9n, every('day'))] }),
      under('org', 'key', says('key')),
    ),
  );
  book.must(t(0), grant('org', 100n));
  return book;
}

const using = (model: string | undefined, feature?: string): Pick<Authorize, 'particulars'> => ({
  particulars: {
    ...(model !== undefined && { model }),
    ...(feature !== undefined && { tags: { feature } }),
  },
});

/** Of these models the ones that a node may use. */
const usable = (book: Book, at: string, models: readonly string[], more: Partial<Authorize> = {}): readonly string[] =>
  models.filter((model) => {
    const decision = book.do(t(1), authorize(at, 0n, { ...more, ...using(model) }));
    return !('code' in decision);
  });

const MODELS = ['gpt-4o', 'gpt-4o-mini', 'o3', 'claude'];

describe('an entitlement', () => {
  it('refuses what is denied, and names the node whose rule says so', () => {
    const book = company({ org: { models: { deny: ['o3'] } } });
    expect(book.refused(t(1), authorize('ada', 1n, using('o3')))).toMatchObject({
      code: 'NotEntitled',
      message: 'ada may not use the model o3: org denies it; ask for another model, or change the entitlements there.',
      asked: [{ currency: 'credit' }],
      rule: { kind: 'entitlement', node: 'org', model: 'o3' },
    });
    book.hold(t(1), authorize('ada', 1n, using('gpt-4o')));
  });

  it('that lists what is allowed allows nothing else', () => {
    const book = company({ team: { models: { allow: ['gpt-4o*', 'claude'] } } });
    expect(usable(book, 'ada', MODELS)).toEqual(['gpt-4o', 'gpt-4o-mini', 'claude']);
    expect(usable(book, 'key', MODELS)).toEqual(MODELS);
    expect(book.refused(t(1), authorize('ada', 1n, using('o3'))).message).toBe(
      'ada may not use the model o3: team allows gpt-4o*, claude; ask for another model, or change the entitlements there.',
    );
  });

  it.each([
    ['gpt-4o', ['gpt-4o']],
    ['gpt-4o*', ['gpt-4o', 'gpt-4o-mini']],
    ['gpt-4o-*', ['gpt-4o-mini']],
    ['*', MODELS],
  ])('takes %s for %j', (pattern, models) => {
    expect(usable(company({ org: { models: { allow: [pattern] } } }), 'ada', MODELS)).toEqual(models);
  });

  it('denies what both lists of one node name', () => {
    const book = company({ team: { models: { allow: ['gpt-4o*'], deny: ['gpt-4o'] } } });
    expect(usable(book, 'ada', MODELS)).toEqual(['gpt-4o-mini']);
    const { message } = book.refused(t(1), authorize('ada', 1n, using('gpt-4o')));
    expect(message).toContain('team denies it');
  });

  it('of the nearest node wins over those above, either way', () => {
    const narrow = { models: { allow: ['gpt-4o*'] } };
    const wide = { models: { allow: ['*'] } };
    expect(usable(company({ org: narrow, ada: wide }), 'ada', MODELS)).toEqual(MODELS);
    expect(usable(company({ org: wide, team: narrow }), 'ada', MODELS)).toEqual(['gpt-4o', 'gpt-4o-mini']);
  });

  it('that only denies says nothing of other models: what stands above still holds', () => {
    const book = company({ org: { models: { deny: ['o3'] } }, team: { models: { deny: ['claude'] } } });
    expect(usable(book, 'ada', MODELS)).toEqual(['gpt-4o', 'gpt-4o-mini']);
  });

  it('must be given on the path of every node that the call belongs to', () => {
    const book = company({ ada: { models: { allow: ['*'] } }, key: { models: { allow: ['gpt-4o-mini'] } } });
    expect(usable(book, 'ada', MODELS, { nodes: [nodeId('key')] })).toEqual(['gpt-4o-mini']);
    const refusal = book.refused(t(1), authorize('ada', 1n, { nodes: [nodeId('key')], ...using('o3') }));
    expect(refusal.rule?.node).toBe('key');
    expect(refusal.message).toContain('key may not use the model o3');
  });

  it('speaks of features, too: the tag feature', () => {
    const book = company({ team: { features: { deny: ['export*'] } } });
    expect(book.refused(t(1), authorize('ada', 1n, using('o3', 'export-csv')))).toMatchObject({
      code: 'NotEntitled',
      rule: { kind: 'entitlement', node: 'team', feature: 'export-csv' },
      message:
        'ada may not use the feature export-csv: team denies it; ask for another feature, or change the entitlements there.',
    });
    book.hold(t(1), authorize('ada', 1n, using('o3', 'summary')));
  });

  it('says nothing to a call that names no model or feature: it uses none', () => {
    const book = company({ org: { models: { allow: ['o3'] }, features: { allow: ['summary'] } } });
    book.hold(t(1), authorize('ada', 1n));
    book.hold(t(1), authorize('ada', 1n, using('o3')));
    expect(book.refused(t(1), authorize('ada', 1n, using('o3', 'export'))).rule).toMatchObject({ feature: 'export' });
  });

  it('says of each name whether it is allowed, denied, or nothing', () => {
    const rule = new NameRuleState({ allow: ['gpt-4o*'], deny: ['gpt-4o'] });
    expect(MODELS.map((model) => rule.says(model))).toEqual(['denied', 'allowed', 'denied', 'denied']);
    expect(new NameRuleState({ deny: ['o3'] }).says('claude')).toBe('nothing');
  });

  it('comes after a pause, and before limits and funds', () => {
    const book = company({ org: { models: { deny: ['o3'] } } });
    expect(book.refused(t(1), authorize('ada', 999n, using('o3'))).code).toBe('NotEntitled');
    book.must(t(2), { type: 'pause', node: nodeId('ada'), actor: 'grace' });
    expect(book.refused(t(3), authorize('ada', 999n, using('o3'))).code).toBe('Paused');
  });

  it('speaks to calls of a session by where its opener stands today, though it stood elsewhere when it was opened', () => {
    const book = company({ team: { models: { deny: ['o3'] } } });
    const { session } = only(book.must(t(1), openSession('key', 5n)), 'SessionOpened');
    book.hold(t(2), authorize(session, 1n, using('o3')));
    book.must(t(3), configure(under('team', 'key')));
    expect(book.refused(t(4), authorize(session, 1n, using('o3'))).rule?.node).toBe('team');
  });

  it('never refuses usage that happened', () => {
    const book = company({ org: { models: { deny: ['*'] } } });
    book.must(t(1), record('ada', 1n, using('o3')));
  });

  it('changes with a name that is denied, not with the order of what is denied', () => {
    const book = company({ org: { models: { deny: ['o3', 'claude'] } } });
    const deny = (...names: readonly string[]) =>
      book.must(t(1), configure(node('org', { entitlements: { models: { deny: names } } })));
    expect(deny('claude', 'o3')).toEqual([]);
    expect(deny('claude', 'o4')).toHaveLength(1);
    expect(usable(book, 'ada', ['o3', 'o4', 'claude'])).toEqual(['o3']);
  });

  it('ends when the policy no longer states it, and is no change when only its order is another', () => {
    const book = company({ org: { models: { allow: ['o3', 'claude'] } } });
    const state = (entitlements: Entitlements) => book.must(t(1), configure(node('org', { entitlements })));
    expect(state({ models: { allow: ['claude', 'o3'] } })).toEqual([]);
    expect(state({ models: { allow: ['claude'] } })).toHaveLength(1);
    expect(usable(book, 'ada', MODELS)).toEqual(['claude']);
    expect(book.must(t(1), configure(node('org')))).toEqual([{ type: 'EntitlementsSet', node: 'org' }]);
    expect(book.must(t(1), configure(node('org')))).toEqual([]);
    expect(usable(book, 'ada', MODELS)).toEqual(MODELS);
  });
});
