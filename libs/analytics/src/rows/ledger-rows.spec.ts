import type { Fact } from '@exchequer/account';
import { amount, currencyId, holdId, lotId, nodeId, grantId } from '@exchequer/kernel';
import { describe, expect, it } from '@jest/globals';
import { ProjectionBroken } from '../errors.js';
import { projectFact, type AddRow, type RowOf } from './ledger-rows.js';
import { LotDirectory } from './lot-directory.js';

const USD = currencyId('usd');
const PLACE = { account: 'acme', position: 7n, revision: 3, fact: 2, booked_at: 5_000 };
const BALANCES = ['granted', 'available', 'held', 'spent', 'forfeited', 'owed'] as const;

const share = (lot: string, nanoUnits: bigint) => ({ lot: lotId(lot), amount: amount(nanoUnits) });
const usd = (nanoUnits: bigint) => [{ currency: USD, amount: amount(nanoUnits) }];

/** A directory of two lots: l-1 of the plan at org, l-2 bought for the project. */
function twoLots(): LotDirectory {
  const lots = new LotDirectory();
  lots.add('acme', 'l-1', { grant: 'g-1', node: 'org', currency: 'usd', layer: 'plan', expires_at: null });
  lots.add('acme', 'l-2', {
    grant: 'g-2',
    node: 'project/chat',
    currency: 'usd',
    layer: 'purchased',
    expires_at: null,
  });
  return lots;
}

function rowsOf(fact: Fact, lots = twoLots()): { readonly [Name in keyof RowOf]: RowOf[Name][] } {
  const rows: { [Name in keyof RowOf]: RowOf[Name][] } = {
    grants: [],
    lots: [],
    usage: [],
    charges: [],
    movements: [],
    approvals: [],
  };
  const add: AddRow = (table, row) => rows[table].push(row as never);
  projectFact(fact, PLACE, lots, add);
  return rows;
}

/** Changes by lot or, for what is owed, by node. Zeros are left out. */
const changesOf = (fact: Fact, lots?: LotDirectory) =>
  Object.fromEntries(
    rowsOf(fact, lots).movements.map((row) => [
      row.lot || row.node,
      Object.fromEntries(BALANCES.filter((name) => row[name] !== 0n).map((name) => [name, row[name]])),
    ]),
  );

const CAPTURED: Fact = {
  type: 'HoldCaptured',
  hold: holdId('h-1'),
  payer: nodeId('project/chat'),
  nodes: [nodeId('user/ada'), nodeId('key/k-7')],
  amounts: usd(13n),
  lines: [
    { meter: 'input_tokens', currency: USD, amount: amount(4n) },
    { meter: 'output_tokens', currency: USD, amount: amount(9n) },
  ],
  countedAt: 4_000,
  usedAt: 4_500,
  usage: { source: 'app', id: 'u-1' },
  particulars: {
    model: 'gpt-4o',
    card: 'card-3',
    meters: { input_tokens: 4, output_tokens: 9, images: '0.5' },
    tags: { team: 'a' },
  },
  spent: [share('l-1', 5n), share('l-2', 3n)],
  drawn: [share('l-2', 2n)],
  owed: [{ node: nodeId('org'), currency: USD, amount: amount(2n) }],
  beyondOverage: usd(1n),
  uncollected: usd(1n),
  returned: [share('l-1', 4n)],
  broken: [share('l-2', 6n)],
};

describe('what a fact does to balances', () => {
  it('is one movement for each lot that a capture touches, and one for what is owed', () =>
    expect(changesOf(CAPTURED)).toEqual({
      'l-1': { held: -9n, spent: 5n, available: 4n },
      'l-2': { held: -9n, spent: 5n, available: -2n, forfeited: 6n },
      org: { owed: 2n },
    }));

  it('moves what a hold sets aside from available to held, and back where it is voided', () => {
    const placed: Fact = {
      type: 'HoldPlaced',
      hold: holdId('h-1'),
      payer: nodeId('org'),
      nodes: [],
      expiresAt: 9_000,
      amounts: usd(8n),
      shares: [share('l-1', 8n)],
    };
    expect(changesOf(placed)).toEqual({ 'l-1': { available: -8n, held: 8n } });
    const voided: Fact = { type: 'HoldVoided', hold: holdId('h-1'), returned: [share('l-1', 8n)] };
    expect(changesOf(voided)).toEqual({ 'l-1': { available: 8n, held: -8n } });
  });

  it('moves the reserve of a session to held and what is left of it back; calls in between take it from there', () => {
    const session = nodeId('session/s-1');
    const opened: Fact = {
      type: 'SessionOpened',
      session,
      payer: nodeId('org'),
      nodes: [],
      endsAt: 9_000,
      amounts: usd(8n),
      shares: [share('l-1', 8n)],
    };
    expect(changesOf(opened)).toEqual({ 'l-1': { available: -8n, held: 8n } });
    expect(changesOf({ ...opened, session: nodeId('session/s-2'), payer: session, within: session })).toEqual({});
    const placed = {
      type: 'HoldPlaced',
      hold: holdId('h-1'),
      payer: session,
      nodes: [],
      openers: [nodeId('org'), nodeId('user/ada')],
      expiresAt: 9_000,
      amounts: usd(5n),
      session,
      shares: [share('l-1', 5n)],
    } satisfies Fact;
    expect(changesOf(placed)).toEqual({});
    expect(rowsOf(placed).approvals).toMatchObject([{ payer: session, nodes: ['org', 'user/ada'], user: 'user/ada' }]);
    const kept = { session, shares: [share('l-1', 2n)] };
    expect(changesOf({ type: 'HoldVoided', hold: holdId('h-1'), returned: [], kept })).toEqual({});
    const drawn: Fact = {
      type: 'CreditsDrawn',
      payer: session,
      nodes: [],
      amounts: usd(9n),
      countedAt: 1,
      reserves: [kept],
      drawn: [share('l-2', 7n)],
    };
    expect(changesOf(drawn)).toEqual({ 'l-1': { held: -2n, spent: 2n }, 'l-2': { available: -7n, spent: 7n } });
    expect(rowsOf(drawn).charges).toMatchObject([{ share_lots: ['l-1', 'l-2'], share_amounts: [2n, 7n] }]);
    const ended: Fact = {
      type: 'SessionEnded',
      session,
      at: 4_321,
      reason: 'time',
      spent: usd(9n),
      returned: [share('l-1', 1n)],
      broken: [share('l-2', 3n)],
    };
    expect(changesOf(ended)).toEqual({ 'l-1': { available: 1n, held: -1n }, 'l-2': { held: -3n, forfeited: 3n } });
    expect(rowsOf(ended).movements).toMatchObject([{ effective_at: 4_321, reason: 'SessionEnded' }, {}]);
  });

  it('takes effect at the expiry, not at its booking', () => {
    const expired: Fact = { type: 'LotExpired', lot: lotId('l-1'), at: 4_321, forfeited: amount(6n) };
    expect(changesOf(expired)).toEqual({ 'l-1': { available: -6n, forfeited: 6n } });
    expect(rowsOf(expired).movements).toMatchObject([{ effective_at: 4_321, booked_at: 5_000, reason: 'LotExpired' }]);
  });

  it('shows both ends of a transfer, each with the other, and keeps the grant of the lot that moves', () => {
    const lots = twoLots();
    const moved: Fact = {
      type: 'CreditsTransferred',
      reason: 'transfer',
      moves: [{ ...share('l-1', 3n), toLot: lotId('l-3'), toNode: nodeId('team/x') }],
    };
    expect(rowsOf(moved, lots).movements).toMatchObject([
      { lot: 'l-1', node: 'org', counterpart: 'team/x', available: -3n, granted: 0n },
      { lot: 'l-3', node: 'team/x', counterpart: 'org', available: 3n, granted: 0n, grant: 'g-1', layer: 'plan' },
    ]);
    expect(lots.find('acme', 'l-3')).toMatchObject({ grant: 'g-1', node: 'team/x' });
  });

  it('shows what is renewed: spent no more in the lot that has ended, available in one with an expiry of its own', () => {
    const lots = twoLots();
    const corrected: Fact = {
      type: 'ChargeCorrected',
      of: 'account-acme@2.0',
      number: 1,
      chain: [],
      payer: nodeId('org'),
      nodes: [],
      bookedAt: 1,
      countedAt: 1,
      amounts: usd(1n),
      amountsBefore: usd(8n),
      returned: [share('l-2', 4n)],
      renewed: [{ ...share('l-1', 3n), toLot: lotId('l-3'), toNode: nodeId('team/x'), expiresAt: 9_000 }],
      paid: [share('l-1', 1n)],
    };
    const rows = rowsOf(corrected, lots);
    expect(rows.lots).toMatchObject([{ lot: 'l-3', grant: 'g-1', node: 'team/x', layer: 'plan', expires_at: 9_000 }]);
    expect(rows.charges).toMatchObject([{ amount: -7n, share_lots: ['l-2', 'l-1'], share_amounts: [-4n, -3n] }]);
    expect(changesOf(corrected, lots)).toEqual({
      'l-1': { spent: -3n },
      'l-2': { spent: -4n, available: 4n },
      'l-3': { available: 3n },
    });
    const moved = { ...share('l-3', 3n), toLot: lotId('l-4'), toNode: nodeId('org') };
    expect(rowsOf({ type: 'CreditsTransferred', reason: 'transfer', moves: [moved] }, lots).lots).toMatchObject([
      { lot: 'l-4', expires_at: 9_000 },
    ]);
  });

  it('is refused when a lot is named that no fact before it told of', () => {
    const unknown: Fact = { type: 'LotExpired', lot: lotId('l-9'), at: 1, forfeited: amount(6n) };
    expect(() => rowsOf(unknown)).toThrow(ProjectionBroken);
    expect(() => rowsOf(unknown)).toThrow('account-acme@3.2 cannot be put into rows: the lot l-9 is not known');
  });
});

describe('what a fact tells of usage', () => {
  it('is a usage row with quantities and a charge row with its shares, joined by place and id', () => {
    const { usage, charges } = rowsOf(CAPTURED);
    const shared = {
      ...PLACE,
      used_at: 4_500,
      source: 'app',
      usage_id: 'u-1',
      hold: 'h-1',
      payer: 'project/chat',
      user: 'user/ada',
      key: 'key/k-7',
      project: 'project/chat',
      agent: '',
      model: 'gpt-4o',
      tags: { team: 'a' },
    };
    expect(usage).toMatchObject([
      {
        ...shared,
        input_tokens: '4',
        output_tokens: '9',
        cache_read_tokens: '0',
        meters: { images: '0.5' },
        currencies: ['usd'],
        unpriced: false,
      },
    ]);
    expect(charges).toMatchObject([
      {
        ...shared,
        currency: 'usd',
        amount: 13n,
        card: 'card-3',
        meters: ['input_tokens', 'output_tokens'],
        meter_amounts: [4n, 9n],
        share_lots: ['l-1', 'l-2', ''],
        share_layers: ['plan', 'purchased', 'overage'],
        share_amounts: [5n, 5n, 2n],
        owed: 2n,
        beyond_overage: 1n,
        uncollected: 1n,
      },
    ]);
    const [charge] = charges;
    const total = (parts: readonly bigint[]): bigint => parts.reduce((sum, part) => sum + part, 0n);
    expect(total(charge?.share_amounts ?? []) + (charge?.uncollected ?? 0n)).toBe(charge?.amount);
  });

  it('says what is owed with its surcharge, beside the share that overage pays', () => {
    const owed = [{ node: nodeId('org'), currency: currencyId('usd'), amount: amount(4n), surcharge: amount(1n) }];
    const drawn: Fact = {
      type: 'CreditsDrawn',
      payer: nodeId('org'),
      nodes: [],
      amounts: usd(4n),
      countedAt: 1,
      owed,
    };
    expect(rowsOf(drawn).charges).toMatchObject([{ amount: 4n, share_amounts: [4n], owed: 5n, surcharge: 1n }]);
    expect(rowsOf(drawn).movements).toMatchObject([{ layer: 'overage', owed: 5n }]);
    const corrected: Fact = {
      type: 'ChargeCorrected',
      of: 'account-acme@3.2',
      number: 1,
      chain: [nodeId('org')],
      payer: nodeId('org'),
      nodes: [],
      bookedAt: 1,
      amounts: usd(0n),
      amountsBefore: usd(4n),
      countedAt: 1,
      returned: [],
      forgiven: owed,
      paid: [],
    };
    expect(rowsOf(corrected).charges).toMatchObject([{ amount: -4n, share_amounts: [-4n], owed: -5n, surcharge: -1n }]);
    expect(rowsOf(corrected).movements).toMatchObject([{ layer: 'overage', owed: -5n }]);
  });

  it('is a charge row for each currency, with the lots of that currency', () => {
    const lots = twoLots();
    lots.add('acme', 'l-3', { grant: 'g-3', node: 'org', currency: 'action', layer: 'plan', expires_at: null });
    const ACTION = currencyId('action');
    const fact: Fact = {
      type: 'CreditsDrawn',
      payer: nodeId('org'),
      nodes: [],
      amounts: [...usd(7n), { currency: ACTION, amount: amount(1n) }],
      countedAt: 1,
      drawn: [share('l-1', 7n), share('l-3', 1n)],
    };
    expect(rowsOf(fact, lots).charges).toMatchObject([
      { currency: 'usd', amount: 7n, share_lots: ['l-1'], meters: [''], meter_amounts: [7n], used_at: 5_000 },
      { currency: 'action', amount: 1n, share_lots: ['l-3'] },
    ]);
    expect(rowsOf(fact, lots).usage).toHaveLength(1);
  });

  it('is usage without a charge where there is no price', () => {
    const { usage, charges, movements } = rowsOf({
      type: 'UsageUnpriced',
      payer: nodeId('org'),
      nodes: [],
      reason: 'no price of x',
      particulars: { model: 'x', meters: { characters: 12 } },
    });
    expect(usage).toMatchObject([
      { unpriced: true, unpriced_reason: 'no price of x', meters: { characters: '12' }, currencies: [] },
    ]);
    expect([...charges, ...movements]).toEqual([]);
  });
});

describe('a grant', () => {
  it('is a grant, a lot and a movement', () => {
    const fact: Fact = {
      type: 'CreditsGranted',
      grant: grantId('g-5'),
      lot: lotId('l-5'),
      node: nodeId('org'),
      currency: USD,
      amount: amount(80n),
      layer: 'promotional',
      priority: 10,
      paid: { currency: USD, amount: amount(0n) },
    };
    const rows = rowsOf(fact);
    expect(rows.grants).toMatchObject([
      { grant: 'g-5', amount: 80n, starts_at: null, expires_at: null, paid_currency: 'usd' },
    ]);
    expect(rows.lots).toMatchObject([{ lot: 'l-5', grant: 'g-5', node: 'org', layer: 'promotional' }]);
    expect(changesOf(fact)).toEqual({ 'l-5': { granted: 80n, available: 80n } });
  });
});
