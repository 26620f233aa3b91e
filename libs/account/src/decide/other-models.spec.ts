import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import type { Authorize, Candidate, NodePolicy } from '../commands.js';
import {
  authorize,
  Book,
  capture,
  configure,
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

const CHAT = [{ kind: 'chat', models: ['nano', 'mini', 'large'] }];
const CHEAPER = { then: 'cheaper-model' } as const;

/** ada under a team, which has 30; nano costs 1, mini 4, large 10 for the call that is asked for. */
function company(ada: Partial<NodePolicy>, team: Partial<NodePolicy> = {}): Book {
  const book = new Book();
  book.must(t(0), {
    ...configure(node('org'), under('org', 'team', team), under('team', 'ada', ada)),
    modelKinds: CHAT,
  });
  book.must(t(0), grant('org', 30n));
  return book;
}

const candidate = (model: string, cost: bigint): Candidate => ({ lines: [credits(cost)], particulars: { model } });
const COSTS = { nano: 1n, mini: 4n, large: 10n } as const;

/** A call for a model, with all the others of its kind on offer. */
const call = (model: keyof typeof COSTS, more: Partial<Authorize> = {}): Authorize =>
  authorize('ada', COSTS[model], {
    particulars: { model },
    candidates: (['nano', 'mini', 'large'] as const)
      .filter((other) => other !== model)
      .map((other) => candidate(other, COSTS[other])),
    ...more,
  });

const daily = (amount: bigint, more = {}) => limit('daily', amount, every('day'), more);
const told = (model: string, cost: bigint) => ({ model, amounts: [{ currency: 'credit', amount: units(cost) }] });

describe('a refused call', () => {
  it('is told the models of its kind that would pass, in the order of the policy, beside the amount', () => {
    const refusal = company({ limits: [daily(5n)] }).refused(t(1), call('large'));
    expect(refusal).toMatchObject({ code: 'LimitReached', wouldPass: [{ amount: units(5n) }] });
    expect(refusal.otherModels).toEqual([told('nano', 1n), told('mini', 4n)]);
  });

  it('for want of credits, or by an entitlement, is told dearer models too, where they would pass', () => {
    const denied = company({ entitlements: { models: { deny: ['mini'] } } });
    expect(denied.refused(t(1), call('mini')).otherModels).toEqual([told('nano', 1n), told('large', 10n)]);
    const poor = company({});
    poor.must(t(1), record('org', 27n));
    const refusal = poor.refused(t(2), call('large'));
    expect([refusal.code, refusal.otherModels]).toEqual(['InsufficientCredits', [told('nano', 1n)]]);
  });

  it('is told none that is of another kind, that no limit lets pass, or where a pause stands in the way', () => {
    const book = company({ limits: [daily(5n), limit('nano', 0n, every('day'), { scope: { models: ['nano'] } })] });
    const offered = [candidate('nano', 1n), candidate('mini', 4n), candidate('stranger', 1n)];
    expect(book.refused(t(1), call('large', { candidates: offered })).otherModels).toEqual([told('mini', 4n)]);
    book.must(t(1), { type: 'pause', node: nodeId('ada'), actor: 'grace' });
    expect(book.refused(t(1), call('large')).otherModels).toBeUndefined();
  });

  it('is told nothing where it names no model, or is offered its own', () => {
    const book = company({ limits: [daily(5n)] });
    const unnamed = authorize('ada', 10n, { candidates: [candidate('nano', 1n)] });
    expect(book.refused(t(1), unnamed)).not.toHaveProperty('otherModels');
    const own = call('large', { candidates: [candidate('large', 1n)] });
    expect(book.refused(t(1), own)).not.toHaveProperty('otherModels');
  });

  it('is told what passes whole, though it had been content with a part', () => {
    const of = (model: string, amount: bigint) => limit(model, amount, every('day'), { scope: { models: [model] } });
    const refusal = company({ limits: [of('large', 0n), of('mini', 2n)] }).refused(
      t(1),
      call('large', { accept: 'partial' }),
    );
    expect(refusal.otherModels).toEqual([told('nano', 1n)]);
  });
});

describe('a limit that asks for a cheaper model', () => {
  it('answers with the first of the kind that passes, held at its cost, and says for what and by whom', () => {
    const book = company({ limits: [daily(5n, { ...CHEAPER, scope: { models: ['large', 'nano'] } })] });
    book.must(t(1), record('ada', 5n, { particulars: { model: 'large' } }));
    const placed = book.hold(t(2), call('large'));
    expect(placed.amounts).toEqual(told('mini', 4n).amounts);
    expect(placed.particulars).toEqual({ model: 'mini' });
    expect(placed.insteadOf).toEqual({ model: 'large', lines: [credits(10n)], node: 'ada', limit: 'daily' });
    expect(book.limit('ada', 'daily').held).toBe(0n);
  });

  it('begins a rolling window as the call that was asked for would have', () => {
    const rolling = limit('some', 5n, { kind: 'rolling', lengthMs: t(60) }, CHEAPER);
    const facts = company({ limits: [rolling] }).must(t(1), call('large'));
    expect(facts.map(({ type }) => type)).toEqual(['WindowOpened', 'HoldPlaced']);
    expect(facts[0]).not.toHaveProperty('insteadOf');
  });

  it('keeps the order of the policy, and counts the model that is used', () => {
    const book = company({ limits: [daily(9n, CHEAPER)] });
    expect(book.hold(t(1), call('large')).particulars).toEqual({ model: 'nano' });
    expect(book.limit('ada', 'daily').held).toBe(units(1n));
    expect(book.hold(t(1), call('mini')).insteadOf).toBeUndefined();
  });

  it('does not ask while the call passes, and never for a dearer one', () => {
    const book = company({ limits: [daily(10n, CHEAPER)] });
    expect(book.hold(t(1), call('large')).insteadOf).toBeUndefined();
    const cheap = company({ limits: [limit('nano', 0n, every('day'), { ...CHEAPER, scope: { models: ['nano'] } })] });
    expect(cheap.refused(t(1), call('nano')).otherModels).toEqual([told('mini', 4n), told('large', 10n)]);
  });

  it('refuses with its own reason when none passes everything', () => {
    const book = company({ limits: [daily(9n, CHEAPER)] }, { limits: [limit('team', 0n, every('day'))] });
    expect(book.refused(t(1), call('large'))).toMatchObject({ code: 'LimitReached', binding: { limit: 'team' } });
    expect(book.refused(t(1), call('large', { candidates: [] })).code).toBe('LimitReached');
  });

  it('asks also when another limit binds, and not when only others do', () => {
    const both = company({ limits: [daily(9n, CHEAPER)] }, { limits: [limit('team', 5n, every('day'))] });
    expect(both.hold(t(1), call('large')).insteadOf).toMatchObject({ node: 'ada', limit: 'daily' });
    const other = company({ limits: [daily(20n, CHEAPER)] }, { limits: [limit('team', 5n, every('day'))] });
    expect(other.refused(t(1), call('large')).otherModels).toHaveLength(2);
  });

  it('gives whoever is content with a part a part of the model that was asked for', () => {
    const book = company({ limits: [daily(5n, CHEAPER)] });
    const placed = book.hold(t(1), call('large', { accept: 'partial' }));
    expect([placed.particulars?.model, placed.amounts[0]?.amount]).toEqual(['large', units(5n)]);
    expect(
      book.hold(t(1), call('large', { accept: 'partial', candidates: [candidate('mini', 0n)] })).insteadOf,
    ).toBeDefined();
  });

  it('asks for nothing where it is merely observed', () => {
    const book = company({ observe: true, limits: [daily(5n, CHEAPER)] });
    const placed = book.hold(t(1), call('large'));
    expect([placed.insteadOf, placed.observed]).toEqual([
      undefined,
      [{ code: 'LimitReached', node: 'ada', limit: 'daily' }],
    ]);
    const bound = company(
      { observe: true, limits: [daily(5n, CHEAPER)] },
      { limits: [limit('team', 5n, every('day'))] },
    );
    expect(bound.refused(t(1), call('large'))).toMatchObject({ binding: { limit: 'team' } });
  });

  it('lets the call be settled with whichever model it really used', () => {
    const book = company({ limits: [daily(9n, { ...CHEAPER, scope: { models: ['large'] } })] });
    const { hold } = book.hold(t(1), call('large'));
    book.must(t(2), capture(hold, 10n, { particulars: { model: 'large' } }));
    expect(book.limit('ada', 'daily').counters[0]?.used).toBe(units(10n));
  });
});

describe('a rate that asks for a cheaper model', () => {
  it('has it used where the rate of the dearer one is full', () => {
    const rates = [{ models: ['large'], requests: { count: 1, per: 'minute' }, then: 'cheaper-model' } as const];
    const book = company({ rates });
    const [rate] = book.state.nodes.get(nodeId('ada'))?.rates?.all ?? [];
    if (rate === undefined) throw new Error('there is no rate');
    const placed = book.hold(t(1), call('large', { beyondRates: [{ rate, retryAfterMs: 5 }] }));
    expect(placed.insteadOf).toMatchObject({ model: 'large', node: 'ada', rate: 'requests/minute of large' });
    expect(placed.spilled).toBeUndefined();
    const beyond = { beyondRates: [{ rate }] };
    const offered = [{ ...candidate('nano', 1n), ...beyond }, candidate('mini', 4n)];
    expect(book.hold(t(1), call('large', { ...beyond, candidates: offered })).particulars?.model).toBe('mini');
    expect(book.refused(t(1), call('large', { ...beyond, candidates: [] }))).toMatchObject({ code: 'RateLimited' });
  });
});

describe('kinds of models', () => {
  it('change as stated, the whole of them, and are silent when nothing changes', () => {
    const book = company({});
    const state = (modelKinds: typeof CHAT) => book.must(t(1), { ...configure(), modelKinds });
    expect(state(CHAT)).toEqual([]);
    expect(only(state([{ kind: 'chat', models: ['mini', 'nano'] }]), 'ModelKindSet').models).toEqual(['mini', 'nano']);
    expect(state([{ kind: 'code', models: ['coder'] }]).map((fact) => fact.type)).toEqual([
      'ModelKindRemoved',
      'ModelKindSet',
    ]);
    expect(book.must(t(1), configure())).toEqual([]);
    expect([...book.state.modelKinds]).toEqual([['code', ['coder']]]);
  });

  it.each([
    ['chat', ['a', 'a'], 'The kind chat names a twice.'],
    ['code', ['nano'], 'nano is of the kind chat already.'],
  ])('have each model once: %s %s', (kind, models, message) => {
    const stated = kind === 'chat' ? [{ kind, models }] : [...CHAT, { kind, models }];
    expect(company({}).refused(t(1), { ...configure(), modelKinds: stated })).toMatchObject({
      code: 'Malformed',
      message,
    });
  });
});
