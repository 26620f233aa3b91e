import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, nodeId, units, type CurrencyId } from '@exchequer/kernel';
import type { Configure, NodePolicy } from '../commands.js';
import type { StatedPrices } from '../facts.js';
import { Book, configure, CREDIT, node, t, under } from '../spec/book.js';
import { plan, told } from '../spec/plan-text.js';

const USD = currencyId('usd');

/** An organization and a team under it, with two currencies. */
const stated = (team: Partial<NodePolicy> = {}, org: Partial<NodePolicy> = {}): Configure => ({
  ...configure(node('org', org), under('org', 'team', team)),
  currencies: [CREDIT, USD].map((currency) => ({ currency, display: 2 })),
});

function company(): Book {
  const book = new Book();
  book.must(t(0), stated());
  return book;
}

describe('what a policy changes of who pays and how much', () => {
  it('is when notice is given before lots expire, before and after', () => {
    const book = company();
    const notice = (...days: readonly number[]) => node('org', { expiryNoticeMs: days.map((day) => day * DAY_MS) });
    expect(plan(book, configure(notice(1, 7)))).toEqual([
      'change notice before lots of org expire: 7d before, 1d before',
    ]);
    book.must(t(9), configure(notice(1, 7)));
    expect(plan(book, configure(notice(30)))).toEqual([
      'change notice before lots of org expire: 7d before, 1d before → 30d before',
    ]);
    expect(plan(book, configure(notice()))).toEqual([
      'change notice before lots of org expire: 7d before, 1d before → none',
    ]);
    expect(plan(book, configure(node('org')))).toEqual([
      'change notice before lots of org expire: 7d before, 1d before → inherited',
    ]);
  });

  it('is what becomes of refunds to lots that have expired, before and after', () => {
    const book = company();
    const grace = { expired: 'new-lot', graceMs: t(90) } as const;
    const policy = configure(node('org', { refunds: grace }));
    expect(plan(book, policy)).toEqual(['change refunds of org to lots that have expired: new-lot for 90s']);
    book.must(t(9), policy);
    expect(plan(book, configure(node('org', { refunds: { expired: 'breakage' } })))).toEqual([
      'change refunds of org to lots that have expired: new-lot for 90s → breakage',
    ]);
    expect(plan(book, configure(node('org')))).toEqual([
      'change refunds of org to lots that have expired: new-lot for 90s → inherited',
    ]);
  });

  it('is what a node may count on from above, take from there and give below, in each currency', () => {
    const book = company();
    const pool = (currency: CurrencyId, reserve: bigint) => ({ currency, reserve: units(reserve) });
    const first = stated({
      pools: [{ ...pool(CREDIT, 20n), borrowMax: units(5n), lendMax: units(7n) }, pool(USD, 3n)],
    });
    expect(plan(book, first)).toEqual([
      'change pool rules of team in credit: reserve 20 credit, borrowMax 5 credit, lendMax 7 credit',
      'change pool rules of team in usd: reserve 3 usd',
    ]);
    book.must(t(9), first);
    expect(plan(book, stated({ pools: [{ currency: CREDIT, lendMax: units(8n) }] }))).toEqual([
      'change pool rules of team in credit: reserve 20 credit, borrowMax 5 credit, lendMax 7 credit → lendMax 8 credit',
      'change pool rules of team in usd: reserve 3 usd → none',
    ]);
  });

  it('is what calls with own keys are charged, currency by currency', () => {
    const book = company();
    const first = stated({ ownKey: { usd: 'charged', credit: 'waived' } });
    expect(plan(book, first)).toEqual(['change charges of own keys of team: own key: credit waived, usd charged']);
    book.must(t(9), first);
    expect(plan(book, stated({ ownKey: { credit: 'waived', usd: 'charged' } }))).toEqual([]);
    expect(plan(book, stated({ ownKey: { usd: { share: '0.1' }, credit: { fixed: '2' } } }))).toEqual([
      'change charges of own keys of team: own key: credit waived, usd charged → own key: credit fee 2 a call, usd fee 0.1 of the market cost',
    ]);
    expect(plan(book, stated())).toEqual([
      'change charges of own keys of team: own key: credit waived, usd charged → inherited',
    ]);
  });

  it('is for which outcomes tasks are charged, and what happens without one', () => {
    const book = company();
    const tickets = {
      taskTypes: ['ticket', 'chat'],
      charge: ['solved', 'sold'],
      withinMs: DAY_MS,
      otherwise: 'return',
    } as const;
    const mails = { taskTypes: ['mail'], charge: ['sent'], withinMs: 2 * DAY_MS, otherwise: 'charge' } as const;
    const first = stated({ outcomes: [tickets, mails] });
    const said =
      'ticket, chat: charged when solved or sold within 1d, else returned; mail: charged when sent within 2d, else charged all the same';
    expect(plan(book, first)).toEqual([`change tasks charged by their outcome of team: ${said}`]);
    book.must(t(9), first);
    expect(plan(book, first)).toEqual([]);
    expect(plan(book, stated())).toEqual([`change tasks charged by their outcome of team: ${said} → inherited`]);
  });

  it('is what usage without a price is held and charged at', () => {
    const book = company();
    const price = (text: string) => ({ price: text, currency: CREDIT });
    const priced = (statedPrices: StatedPrices): Configure => ({ ...stated(), statedPrices });
    const first = priced({ meters: { output_tokens: price('0.5'), input_tokens: price('0.1') }, request: price('2') });
    const said = 'input_tokens 0.1 credit, output_tokens 0.5 credit, request 2 credit';
    expect(plan(book, first)).toEqual([`change prices of usage without a price: ${said}`]);
    book.must(t(9), first);
    const turned = priced({ meters: { input_tokens: price('0.1'), output_tokens: price('0.5') }, request: price('2') });
    expect(plan(book, turned)).toEqual([]);
    expect(plan(book, priced({ meters: {} }))).toEqual([
      `change prices of usage without a price: ${said} → none: it is kept apart`,
    ]);
  });

  it('is told by its facts alone of a node that comes with the same policy', () => {
    const at = { node: nodeId('new') };
    const book = company();
    book.must(t(1), stated({ pools: [{ currency: CREDIT, lendMax: units(2n) }] }));
    expect(
      told(book, [
        { type: 'PoolRulesSet', ...at, currency: CREDIT },
        { type: 'PoolRulesSet', node: nodeId('team'), currency: CREDIT, reserve: units(1n) },
        { type: 'PoolRulesSet', node: nodeId('team'), currency: USD },
        { type: 'ExpiryNoticeSet', ...at },
        { type: 'OwnKeySet', ...at },
        { type: 'OutcomesSet', ...at },
        { type: 'RefundsSet', ...at },
        { type: 'StatedPricesSet' },
      ]),
    ).toEqual([
      'change pool rules of new in credit: none',
      'change pool rules of team in credit: lendMax 2 credit → reserve 1 credit',
      'change pool rules of team in usd: none',
      'change notice before lots of new expire: inherited',
      'change charges of own keys of new: inherited',
      'change tasks charged by their outcome of new: inherited',
      'change refunds of new to lots that have expired: inherited',
      'change prices of usage without a price: none: it is kept apart',
    ]);
  });
});
