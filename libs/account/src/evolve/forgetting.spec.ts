import { describe, expect, it } from '@jest/globals';
import { DAY_MS, limitName, nodeId, units, type NodeId } from '@exchequer/kernel';
import {
  authorize,
  Book,
  configure,
  CREDIT,
  credits,
  endSession,
  every,
  factAddress,
  grant,
  limit,
  node,
  only,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';
import { evolve } from './evolve.js';

const KEPT = 35 * DAY_MS;

function company(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'east'), under('org', 'west'), under('east', 'ada')));
  book.must(t(0), grant('org', 100n));
  return book;
}

describe('what is remembered of the past', () => {
  it('holds that lapsed, for 35 days to the millisecond', () => {
    const book = company();
    const lapse = (at: number) => {
      const { hold } = book.hold(at, authorize('ada', 1n));
      book.must(at, { type: 'void', hold });
      return hold;
    };
    const first = lapse(t(1));
    const second = lapse(t(1) + KEPT - 1);
    expect([...book.state.lapsed.keys()]).toEqual([first, second]);
    const third = lapse(t(1) + KEPT);
    expect([...book.state.lapsed.keys()]).toEqual([second, third]);
  });

  it('corrections, for 35 days to the millisecond', () => {
    const book = company();
    const correct = (at: number): string => {
      book.must(at, record('ada', 5n));
      const place = book.charges().at(-1) ?? 0;
      book.must(at, book.correction(place, { lines: [credits(4n)] }));
      return factAddress(place);
    };
    const first = correct(t(1));
    const second = correct(t(1) + KEPT - 1);
    expect([...book.state.corrected.keys()]).toEqual([first, second]);
    const third = correct(t(1) + KEPT);
    expect([...book.state.corrected.keys()]).toEqual([second, third]);
  });

  it('sessions that ended, for 35 days to the millisecond', () => {
    const book = company();
    const run = (at: number): NodeId => {
      const { session } = only(book.must(at, openSession('ada', 1n)), 'SessionOpened');
      book.must(at, endSession(session));
      return session;
    };
    const first = run(t(1));
    const second = run(t(1) + KEPT - 1);
    expect([...book.state.endedSessions.keys()]).toEqual([first, second]);
    const third = run(t(1) + KEPT);
    expect([...book.state.endedSessions.keys()]).toEqual([second, third]);
  });

  it('moves, for 35 days to the millisecond', () => {
    const book = company();
    const move = (at: number, to: string) => book.must(at, configure(under(to, 'ada')));
    const from = () => book.state.moves.map((one) => one.from);
    move(t(1), 'west');
    move(t(1) + KEPT - 1, 'east');
    expect(from()).toEqual(['east', 'west']);
    move(t(1) + KEPT, 'west');
    expect(from()).toEqual(['west', 'east']);
    move(t(2) + 3 * KEPT, 'org');
    expect(from()).toEqual(['west']);
  });

  it('the newest instant, also when a fact of an earlier one comes', () => {
    const book = company();
    evolve(book.state, { type: 'NodePaused', node: nodeId('ada'), by: 'person' }, t(9));
    evolve(book.state, { type: 'NodeResumed', node: nodeId('ada') }, t(5));
    expect(book.state.now).toBe(t(9));
  });
});

describe('what a node states', () => {
  it('are entitlements as they were told, and none once nothing is told', () => {
    const book = company();
    const stated = () => book.state.nodes.get(nodeId('ada'))?.entitlements?.stated;
    const models = { allow: ['o3'] };
    book.must(t(1), configure(under('east', 'ada', { entitlements: { models } })));
    expect(stated()).toStrictEqual({ models });
    book.must(t(2), configure(under('east', 'ada', { entitlements: { features: models } })));
    expect(stated()).toStrictEqual({ features: models });
    book.must(t(3), configure(under('east', 'ada')));
    expect(book.state.nodes.get(nodeId('ada'))?.entitlements).toBeUndefined();
  });

  it('are rates, which go on counting under their name, with another number too, and end with it', () => {
    const book = company();
    const rates = () =>
      book.state.nodes
        .get(nodeId('ada'))
        ?.rates?.all.map(({ name, count, then, since }) => [name, count, then, since / 1_000]);
    const state = (at: number, ...of: NonNullable<Parameters<typeof node>[1]>['rates'] & object) =>
      book.must(t(at), configure(under('east', 'ada', { rates: of })));
    state(1, { requests: { count: 5, per: 'minute' } }, { models: ['o3'], tokens: { count: 9, per: 'hour' } });
    expect(rates()).toEqual([
      ['requests/minute', 5, 'refuse', 1],
      ['tokens/hour of o3', 9, 'refuse', 1],
    ]);
    state(
      2,
      { requests: { count: 6, per: 'minute' }, then: 'spill' },
      { models: ['o4'], tokens: { count: 9, per: 'hour' } },
    );
    expect(rates()).toEqual([
      ['requests/minute', 6, 'spill', 1],
      ['tokens/hour of o4', 9, 'refuse', 2],
    ]);
    expect([...book.state.rated].map(({ id }) => id)).toEqual(['ada']);
    state(3);
    expect([rates(), book.state.rated.size]).toEqual([undefined, 0]);
  });

  it('are overrides, which end at one instant in the order in which they were stated', () => {
    const book = company();
    const limits = ['one', 'two', 'three'].map((name) => limit(name, 5n, every('day')));
    const overrides = ['two', 'three', 'one'].map((name) => ({
      limit: limitName(name),
      currency: CREDIT,
      amount: units(9n),
      until: t(60),
    }));
    book.must(t(1), configure(under('east', 'ada', { limits, overrides })));
    expect(book.due(t(60))?.id).toBe('due/o-1');
    const ended = book.advance(t(60)).flatMap((fact) => (fact.type === 'OverrideEnded' ? [fact.limit] : []));
    expect(ended).toEqual(['two', 'three', 'one']);
  });

  it('is a limit, which counts the reserves of sessions on whose chain it is, and no others', () => {
    const book = company();
    book.must(t(1), openSession('ada', 6n));
    const limits = [limit('daily', 50n, every('day'))];
    book.must(t(2), configure(under('org', 'east', { limits }), under('org', 'west', { limits })));
    expect(['east', 'west'].map((id) => book.limit(id, 'daily').held)).toEqual([units(6n), 0n]);
  });
});
