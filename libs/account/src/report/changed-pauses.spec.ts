import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import type { LimitPolicy } from '../commands.js';
import { Book, configure, every, grant, limit, node, record, t, under } from '../spec/book.js';
import { plan, told } from '../spec/plan-text.js';

const daily = (amount: bigint, more: Partial<LimitPolicy> = {}) =>
  configure(
    node('org'),
    under('org', 'team', { limits: [limit('daily', amount, every('day'), more)] }),
    under('team', 'ada'),
  );
const HALF = { thresholds: [{ share: '0.5' }] } as const;

/** A team that has used 6 of the 10 credits that it may use in a day. */
function company(more: Partial<LimitPolicy> = {}): Book {
  const book = new Book();
  book.must(t(0), daily(10n, more));
  book.must(t(0), grant('team', 30n));
  book.must(t(1), record('team', 6n));
  return book;
}

describe('what a policy changes of thresholds and pauses', () => {
  it('is a threshold that is crossed no longer, by a limit that is larger', () =>
    expect(plan(company(HALF), daily(20n, HALF))).toEqual([
      'change limit daily of team: 10 credit → 20 credit',
      'change threshold 50% of limit daily of team: no longer crossed',
    ]));

  it('is a pause of all below by a limit that is not their own, with no end where somebody must resume them', () =>
    expect(plan(company(), daily(10n, { pauses: { at: { used: units(5n) }, below: true } }))).toEqual([
      'change conduct of limit daily of team: refuses → pauses at 5 used with all below',
      'change threshold 5 used of limit daily of team: crossed',
      'change node team: paused by limit daily',
      'change node ada: paused by limit daily of team',
    ]));

  it('is nothing of a pause that somebody asked for, but could be told of one', () =>
    expect(told(company(), [{ type: 'NodePaused', node: nodeId('ada'), by: 'person', actor: 'grace' }])).toEqual([
      'change node ada: paused by a person',
    ]));
});
