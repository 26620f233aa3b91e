import { describe, expect, it } from '@jest/globals';
import type {
  AuthorizationReply,
  LaterCorrectionReply,
  LimitReply,
  NodeReply,
  PausedReply,
} from '@exchequer/contracts';
import { balanceText } from '../commands/balance.js';
import { endedText, openedText } from '../commands/session.js';
import { treeText } from '../commands/tree.js';
import { importText } from '../commands/usage.js';
import { playText } from '../replay/play-text.js';
import { authorizationText } from './authorization-text.js';
import { explanationText } from './explanation-text.js';
import { flatReport } from './flat-report.js';
import { counted } from './money-text.js';
import { progressText } from './progress.js';
import { settlementText } from './settlement-text.js';
import { textTable } from './text-table.js';

describe('a table in the terminal', () => {
  it('stands numbers right under their titles, without blanks at the ends of lines', () => {
    const columns = [{ title: 'model' }, { title: 'usd', align: 'right' as const }];
    expect(
      textTable(columns, [
        ['gpt-4o', '5.8'],
        ['a', '10.25'],
      ]),
    ).toBe('model     usd\ngpt-4o    5.8\na       10.25\n');
  });

  it('lets no text move the cursor', () => {
    expect(textTable([{ title: 'tag' }], [['a\u001b[2J\nb\tc']])).toBe('tag\na [2J b c\n');
  });
});

describe('a report as a table', () => {
  const rows = [
    {
      day: '2026-11-21',
      model: 'a',
      calls: 2,
      unpriced: 0,
      meters: { output_tokens: '4', input_tokens: '9' },
      amounts: { usd: '1' },
    },
    { day: '2026-11-21', model: 'b', calls: 1, unpriced: 1, meters: { images: '3' }, amounts: { action: '6.5' } },
  ];
  it('has a column for each dimension, meter and currency that occurs, tokens first', () => {
    const { columns, rows: cells } = flatReport({ columns: [], rows, truncated: false, position: '1' }, [
      'day',
      'model',
    ]);
    expect(columns.map(({ title }) => title).join(' ')).toBe(
      'day model calls unpriced input_tokens output_tokens images action usd',
    );
    expect(cells.map((row) => row.join(' '))).toEqual(['2026-11-21 a 2 0 9 4 0 0 1', '2026-11-21 b 1 1 0 0 3 6.5 0']);
  });

  it('shows what own keys would have cost at market prices, beside what was charged', () => {
    const own = { calls: 1, unpriced: 0, meters: {}, amounts: { usd: '0.05' }, marketCost: { usd: '1', action: '2' } };
    const waived = { ...own, amounts: {}, marketCost: { usd: '3' } };
    const reply = { columns: [], rows: [own, waived, ...rows.slice(1)], truncated: false, position: '1' };
    const { columns, rows: cells } = flatReport(reply, []);
    expect(columns.map(({ title }) => title)).toEqual([
      'calls',
      'unpriced',
      'images',
      'action',
      'usd',
      'market action',
      'market usd',
    ]);
    expect(cells.map((row) => row.slice(3).join(' '))).toEqual(['0 0.05 2 1', '0 0 0 3', '6.5 0 6.5 0']);
  });

  it('says nothing of unpriced usage where there is none', () => {
    const { columns } = flatReport({ columns: [], rows: rows.slice(0, 1), truncated: false, position: '1' }, []);
    expect(columns.map(({ title }) => title)).not.toContain('unpriced');
    expect(columns.map(({ title }) => title).join()).not.toContain('market');
  });
});

describe('a decision', () => {
  const told = { decidedAt: '2026-11-21T10:00:00Z', position: 'account-demo@1.0' };
  it('says what is held, until when, and from where', () => {
    const reply: AuthorizationReply = {
      ...told,
      decision: 'allowed',
      hold: { id: 'h-1-a', expiresAt: '2026-11-21T10:02:00Z' },
      amounts: { usd: '0.00048' },
      sources: [{ node: 'org', lot: 'l-1', layer: 'plan', currency: 'usd', amount: '0.00048' }],
    };
    expect(authorizationText(reply)).toBe(
      'allowed: 0.00048 usd, held as h-1-a until 2026-11-21T10:02:00Z\n\nfrom  layer  lot   amount\norg   plan   l-1  0.00048  usd',
    );
  });

  it('has a column for what is told of its limits, and none for what is not', () => {
    const daily = { node: 'org', limit: 'daily', currency: 'usd', remaining: '2' };
    const monthly = { ...daily, limit: 'monthly', remaining: '50', resetsAt: '2026-12-01T00:00:00Z' };
    const full = { ...daily, mode: 'hard', amount: '5', used: '2', held: '1', rule: 'org' } as const;
    const rowsOf = (...chain: readonly LimitReply[]) =>
      authorizationText({ ...told, decision: 'allowed', amounts: { usd: '1' }, chain })
        .split('\n')
        .slice(2)
        .map((line) => line.replace(/ {2,}/g, ' | '));
    expect(rowsOf(daily)).toEqual(['limit | remaining', 'org/daily | 2 | usd']);
    expect(rowsOf(daily, monthly)).toEqual([
      'limit | remaining | resets',
      'org/daily | 2 | usd',
      'org/monthly | 50 | usd | 2026-12-01T00:00:00Z',
    ]);
    expect(rowsOf(full)).toEqual([
      'limit | amount | used | held | remaining | mode | rule',
      'org/daily | 5 | 2 | 1 | 2 | usd | hard | org',
    ]);
  });

  it('that is a denial has its name, its reason, and what would pass', () => {
    const reply: AuthorizationReply = {
      ...told,
      decision: 'denied',
      code: 'LimitReached',
      message: 'The limit daily of user/ada has 1 usd left.',
      amounts: { usd: '2' },
      decisionId: 'd-1',
      alternatives: [
        { kind: 'smaller-amount', amounts: { usd: '1' } },
        { kind: 'model', model: 'gpt-4o-mini', amounts: { usd: '0.2' } },
      ],
    };
    expect(authorizationText(reply)).toBe(
      'denied as d-1: 2 usd asked. The limit daily of user/ada has 1 usd left.\n\n1 usd would pass.\n\n0.2 usd with gpt-4o-mini would pass.',
    );
  });

  it('that is explained has the name by which it was asked for', () => {
    const decision: AuthorizationReply = { ...told, decision: 'denied', amounts: { usd: '2' }, message: 'No.' };
    expect(explanationText({ asked: { payer: 'ada' }, decision }, 'd-7').split('\n')).toEqual([
      'At 2026-11-21T10:00:00Z, as of account-demo@1.0: ada asked for 2 usd.',
      'denied as d-7: 2 usd asked. No.',
    ]);
  });

  it('that is explained is told as usage where it was settled without one: what waits, and how that ended', () => {
    const stamp = { decidedAt: '2026-11-21T10:00:00Z', position: 'account-demo@1.0' };
    const awaits = {
      taskId: 'ticket-1',
      until: '2026-11-24T10:00:00Z',
      charge: ['resolved'],
      otherwise: 'return',
    } as const;
    const settlement = {
      outcome: 'awaiting',
      hold: 'h-1-a',
      awaits,
      amounts: { usd: '3' },
      sources: [],
      ...stamp,
    } as const;
    const waits = { asked: { payer: 'ada', model: 'm' }, settlement };
    const lines = [
      'At 2026-11-21T10:00:00Z, as of account-demo@1.0: ada for m used 3 usd.',
      'h-1-a awaiting: 3 usd; held until the outcome of ticket-1 is told, charged if it is resolved; otherwise, and after 2026-11-24T10:00:00Z, returned',
    ];
    expect(explanationText(waits, 'e-1').split('\n')).toEqual(lines);
    const at = { at: '2026-11-21T11:00:00Z', position: 'account-demo@3.0' };
    const charged = { ...at, outcome: 'resolved', charged: { usd: '3' }, returned: {} };
    expect(explanationText({ ...waits, ended: charged }, 'e-1').split('\n')).toEqual([
      ...lines,
      'The wait ended at 2026-11-21T11:00:00Z, as of account-demo@3.0: the outcome is resolved; 3 usd charged.',
    ]);
    expect(explanationText({ ...waits, ended: { ...at, charged: {}, returned: { usd: '3' } } }, 'e-1')).toContain(
      ': no outcome was told in time; 3 usd returned.',
    );
  });

  it('that is explained is told as usage with what was corrected of it, by whom and why, and what it costs now', () => {
    const settlement = { outcome: 'drawn', amounts: { usd: '12' }, sources: [], ...told } as const;
    const plan = { node: 'org', lot: 'l-2', layer: 'plan', currency: 'usd' };
    const owing = { node: 'org', layer: 'overage', currency: 'usd' };
    const corrections: readonly LaterCorrectionReply[] = [
      {
        endsWaitForPrice: true,
        ...{ actor: 'exchequer', reason: 'its price has come', card: 'card-0-1' },
        ...{ amounts: { usd: '20' }, refunded: {}, charged: { usd: '8' }, owed: { usd: '5' } },
        ...{ sources: [], decidedAt: '2026-11-21T11:00:00Z', position: 'account-demo@5.0' },
      },
      {
        ...{ actor: 'ada', amounts: { usd: '10' }, refunded: { usd: '7' }, forgiven: { usd: '2.5' } },
        renewed: [{ lot: 'l-4', node: 'org', amounts: { usd: '1' }, expiresAt: '2026-11-23T10:00:00Z' }],
        ...{ breakage: { usd: '3' }, sources: [], decidedAt: '2026-11-21T12:00:00Z', position: 'account-demo@6.0' },
      },
    ];
    const cost = {
      ...{ amounts: { usd: '10' }, owed: { usd: '2.5' }, uncollected: { usd: '1' }, marketCost: { usd: '30' } },
      sources: [
        { ...plan, amount: '7' },
        { ...owing, amount: '2', surcharge: '0.5' },
      ],
    };
    const lines = explanationText({ asked: { payer: 'ada' }, settlement, corrections, cost }, 'e-1').split('\n');
    expect(lines.map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'At 2026-11-21T10:00:00Z, as of account-demo@1.0: ada used 12 usd.',
      'drawn: 12 usd',
      '',
      'corrected | as of | by | what | comes to | reason',
      '2026-11-21T11:00:00Z | account-demo@5.0 | exchequer | 8 usd charged in addition; 5 usd more owed; priced by card-0-1; waits for its price no more | 20 usd | its price has come',
      '2026-11-21T12:00:00Z | account-demo@6.0 | ada | 7 usd given back; 1 usd of it in the new lot l-4 of org until 2026-11-23T10:00:00Z; 3 usd of expired lots forfeited; 2.5 usd owed no more | 10 usd',
      '',
      'It costs 10 usd now; 2.5 usd owed; 1 usd written off; 30 usd at market prices, with an own key.',
      '',
      'from | layer | lot | amount',
      'org | plan | l-2 | 7 | usd',
      'org | overage | 2 | usd, and 0.5 by its rate',
    ]);
  });

  it('says which model to use, where a limit asks for a cheaper one', () => {
    const reply: AuthorizationReply = {
      ...told,
      decision: 'allowed',
      hold: { id: 'h-1-a', expiresAt: '2026-11-21T10:02:00Z' },
      amounts: { usd: '0.2' },
      model: 'gpt-4o-mini',
      insteadOf: { model: 'gpt-4o', amounts: { usd: '2' }, node: 'ada', limit: 'daily' },
      message: 'Use gpt-4o-mini in place of gpt-4o: the limit daily of ada does not let that pass.',
    };
    expect(authorizationText(reply)).toBe(
      'allowed: 0.2 usd, held as h-1-a until 2026-11-21T10:02:00Z. Use gpt-4o-mini in place of gpt-4o: the limit daily of ada does not let that pass.',
    );
  });
});

describe('a cost beyond what overage allows', () => {
  const booked = { decidedAt: '2026-11-21T10:00:00Z', position: 'account-demo@4.0' };
  const settlement = {
    outcome: 'captured' as const,
    ...{ hold: 'h-1-a', amounts: { usd: '13' }, returned: {}, owed: { usd: '2' }, sources: [], ...booked },
  };
  const beyond = { ...settlement, beyondOverage: { usd: '1' } };

  it('is told with what is owed, and where overage allows all of it there is no word of it', () => {
    expect(settlementText(beyond)).toBe(
      'h-1-a captured: 13 usd; nothing returned; 2 usd owed, 1 usd of it beyond what overage allows',
    );
    expect(settlementText(settlement)).toBe('h-1-a captured: 13 usd; nothing returned; 2 usd owed');
  });

  it('is told where a settlement is explained, and where a correction adds to it', () => {
    const corrections = [
      {
        ...{ actor: 'ada', amounts: { usd: '17' }, refunded: {}, charged: { usd: '4' }, owed: { usd: '4' } },
        ...{ beyondOverage: { usd: '3' }, sources: [], ...booked },
      },
    ];
    const text = explanationText({ asked: { payer: 'ada' }, settlement: beyond, corrections }, 's1');
    expect(text).toContain('2 usd owed, 1 usd of it beyond what overage allows\n');
    expect(text).toContain('4 usd charged in addition, 3 usd of it beyond what overage allows; 4 usd more owed');
  });

  it('is told of a file of usage as a sum', () => {
    const none = { duplicates: 0, unpriced: 0, awaiting: 0, rejected: [], broken: [] };
    const imported = { ...none, events: 3, settled: 3, amounts: { usd: '14' } };
    expect(importText({ ...imported, beyondOverage: { usd: '2' } })).toBe(
      '3 events: 3 settled for 14 usd, 2 usd of it beyond what overage allows.',
    );
    expect(importText(imported)).toBe('3 events: 3 settled for 14 usd.');
  });
});

describe('a decision beyond a rate', () => {
  it('says which rate let it pass into credits, and with which rate card it was priced', () => {
    const reply: AuthorizationReply = {
      decision: 'allowed',
      amounts: { usd: '0.05' },
      card: 'card-0-x',
      spilled: [{ node: 'team', rate: 'requests/minute' }],
      decidedAt: '2026-11-21T10:00:00Z',
      position: 'account-demo@1.0',
    };
    expect(authorizationText(reply)).toBe(
      'allowed: 0.05 usd\nRate card: card-0-x.\n\nBeyond the rate requests/minute of team: it passes into credits.',
    );
  });
});

describe('a decision about an own key, or without a price', () => {
  it('says the market cost beside what is charged, and that a price is missing', () => {
    const reply: AuthorizationReply = {
      decision: 'allowed',
      amounts: { usd: '0.05' },
      marketCost: { usd: '1' },
      unpriced: true,
      decidedAt: '2026-11-21T10:00:00Z',
      position: 'account-demo@1.0',
    };
    expect(authorizationText(reply).split('\n')).toEqual([
      'allowed: 0.05 usd',
      'With an own key: 1 usd at market prices.',
      'There is no price: this is at the stated prices of the account, until a price comes.',
    ]);
  });
});

describe('a tree', () => {
  it('shows each node below its parent, with its limits', () => {
    const node = (name: string, depth: number): NodeReply => ({
      node: name,
      kind: 'team',
      depth,
      pooling: 'own',
      balances: [],
      limits: [],
    });
    const balance = { currency: 'usd', available: '10', heldInLots: '0', held: '1', spent: '2.5', owed: '0' };
    const daily = { node: 'b', limit: 'daily', currency: 'usd', amount: '5', used: '2', held: '1', remaining: '2' };
    const lines = treeText([
      { ...node('a', 1), balances: [balance, { ...balance, currency: 'action', owed: '0.5' }] },
      { ...node('b', 2), archived: true, limits: [daily], rates: [{ rate: 'requests/minute', count: 5, used: 2 }] },
      { ...node('c', 2), paused: { by: 'person', since: '2026-11-21T10:00:00Z' } },
    ]).split('\n');
    expect(lines.map((line) => line.replace(/ {2,}/g, ' | ').trimEnd())).toEqual([
      'node | available | held | spent | limit',
      'a | 10 | 1 | 2.5 | usd',
      ' | 10 | 1 | 2.5 | action | owes 0.5',
      ' | b (archived)',
      ' | · daily | 2 | 1 | 2 | usd | of 5',
      ' | · requests/minute | 3 | 2 | of 5',
      ' | c (paused)',
      '',
    ]);
  });
});

describe('the limits of a node', () => {
  const daily = {
    node: 'team',
    limit: 'daily',
    currency: 'usd',
    remaining: '1',
    amount: '10',
    thresholds: [
      { share: '0.5', crossed: true },
      { share: '1', crossed: false },
      { used: '7', crossed: true },
      { left: '1', crossed: true },
    ],
  };
  const team = { node: 'team', kind: 'team', depth: 0, pooling: 'own', balances: [], limits: [daily] };

  const reply = { ...team, lots: [], fundingPath: ['team'], spendable: {}, at: 'now', position: 'account-acme@4.0' };

  it('name the thresholds that the present window has crossed', () =>
    expect(treeText([team])).toMatch(/of 10, crossed 50% and 7 used and 1 left$/m));

  it('stand beside who paused the node, and until when', () => {
    const since = '2026-11-21T10:00:00Z';
    const text = (paused: PausedReply): string => balanceText({ ...reply, paused });
    expect(text({ by: { limit: 'daily' }, since, resumesAt: '2026-11-22T00:00:00Z' })).toContain(
      'Paused by its limit daily since 2026-11-21T10:00:00Z, until 2026-11-22T00:00:00Z.',
    );
    expect(text({ by: { limit: 'daily', node: 'org' }, since })).toContain(
      'Paused by the limit daily of org since 2026-11-21T10:00:00Z.',
    );
  });

  it('stand above its lots, with when notice is given before they expire where it is to come', () => {
    const lot = { lot: 'l-1', grant: 'g-1', currency: 'usd', layer: 'plan', priority: 20, held: '0', spent: '0' };
    const soon = { ...lot, available: '5', expiresAt: '2026-12-31T00:00:00Z', noticeAt: '2026-12-24T00:00:00Z' };
    const never = { ...lot, lot: 'l-2', available: '7' };
    expect(balanceText({ ...reply, lots: [never] })).not.toContain('notice');
    expect(balanceText({ ...reply, lots: [soon, never] })).toMatch(
      /spent +expires +notice\nl-1 .* 2026-12-31T00:00:00Z +2026-12-24T00:00:00Z\nl-2 .* never *\n/,
    );
  });

  it('of the past says what its rates have let through as what it is: unknown', () => {
    const rates = [{ rate: 'requests/minute', count: 5 }];
    const text = balanceText({ ...reply, rates }, 'then');
    expect(text).toContain('Spendable then, limits aside:');
    expect(text).toContain('What its rates had let through by then is in no ledger and cannot be told.\nAs of ');
    expect(balanceText(reply, 'then')).not.toContain('rates');
    expect(balanceText({ ...reply, rates })).not.toContain('in no ledger');
  });
});

describe('a session', () => {
  const booked = { decidedAt: '2026-11-21T10:00:00Z', position: 'account-acme@4.0' };

  it('stands in the tree with what is left of its reserve', () => {
    const session = {
      openedAt: '2026-11-21T10:00:00Z',
      expiresAt: '2026-11-21T11:00:00Z',
      reserve: { usd: '25' },
      left: { usd: '7' },
    };
    const node = {
      node: 'session/s-1',
      kind: 'session',
      depth: 2,
      pooling: 'parent',
      balances: [],
      limits: [],
      session,
    };
    expect(treeText([node])).toMatch(/session\/s-1\n *· reserve +7 +usd +of 25, ends 2026-11-21T11:00:00Z/);
  });

  it('says until when it is open with how much, or why it is not', () => {
    const opened = { decision: 'partial', session: 'session/s-1', expiresAt: '2026-11-21T11:00:00Z' } as const;
    expect(openedText({ ...opened, amounts: { usd: '5' }, ...booked })).toBe(
      'session/s-1 is open until 2026-11-21T11:00:00Z with 5 usd, a part of what was asked.',
    );
    const denied = { decision: 'denied', code: 'InsufficientCredits', message: 'team can spend 5 usd.' } as const;
    const alternatives = [{ kind: 'smaller-amount', amounts: { usd: '5' } }] as const;
    expect(openedText({ ...denied, amounts: { usd: '9' }, alternatives, ...booked })).toBe(
      'denied: InsufficientCredits: team can spend 5 usd. 5 usd would pass.',
    );
  });

  it('says what its calls cost, what went back, and what was lost', () =>
    expect(
      endedText({
        session: 'session/s-1',
        endedWithin: ['session/s-2'],
        spent: { usd: '18' },
        returned: { usd: '6' },
        forfeited: { usd: '1' },
        ...booked,
      }),
    ).toBe(
      'session/s-1 has ended, with session/s-2 in it: 18 usd spent, 6 usd returned, 1 usd forfeited with lots that had expired.',
    ));
});

describe('a play', () => {
  it('says what was settled, refused by what, and whether ClickHouse agrees', () => {
    const sums = { contextTokens: 3_521_436, generatedTokens: 786_275, usd: '0.999980400' };
    const text = playText({
      ...sums,
      events: 19_366,
      settled: 3_044,
      duplicates: 0,
      unpriced: 0,
      allowed: 3_044,
      refused: 16_322,
      firstRefusedRow: 3_043,
      seconds: 2.87,
      byModel: { 'gpt-4o-mini': { ...sums, calls: 3_044 } },
      refusals: [
        {
          code: 'LimitReached',
          node: 'user/ada',
          limit: 'daily',
          currency: 'usd',
          resetsAt: '2026-11-22T00:00:00.000Z',
          count: 16_322,
          firstRow: 3_043,
        },
      ],
      source: 'replay/x',
      clickhouse: {
        agrees: true,
        calls: 3_044,
        contextTokens: '3521436',
        generatedTokens: '786275',
        amounts: {},
        differences: [],
      },
    });
    expect(text.split('\n')).toEqual([
      '19,366 calls played in 2.9 s: 3,044 settled, 3,044 allowed and 16,322 refused.',
      '',
      'model        calls    context  generated          usd',
      'gpt-4o-mini  3,044  3,521,436    786,275  0.999980400',
      '',
      '16,322 refused by the limit daily of user/ada in usd, which resets at 2026-11-22T00:00:00.000Z (LimitReached), the first at row 3,043.',
      '',
      'ClickHouse has the same sums.',
    ]);
  });
});

describe('progress', () => {
  it('is a bar where the end is known, and a count where it is not', () => {
    expect(progressText(6_400, 19_200, 'calls')).toBe('████████░░░░░░░░░░░░░░░░  33 %  6,400 of 19,200 calls');
    expect(progressText(3, undefined, 'entries')).toBe('3 entries');
    expect(progressText(5, 0, 'calls')).toBe('5 calls');
  });
});

describe('a number of things', () => {
  it.each([
    [0, '0 rows'],
    [1, '1 row'],
    [1_234, '1,234 rows'],
  ])('%d of them is "%s"', (count, text) => {
    expect(counted(count, 'row')).toBe(text);
  });
});
