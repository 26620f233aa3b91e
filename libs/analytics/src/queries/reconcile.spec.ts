import type { ReconcileReply } from '@exchequer/contracts';
import { amount, nodeId } from '@exchequer/kernel';
import { describe, expect, it, jest } from '@jest/globals';

import { textOf } from '../connection/click-house.js';
import { authorize, Bookkeeper, call, grant, node, open, START, transfer, USD } from '../spec/bookkeeper.js';
import { writeBusyHour, writeCorrections } from '../spec/busy-hour.js';
import { differences, endOf, namesOf, project, withWorld, type World } from '../spec/projected.js';
import type { LedgerTable } from '../schema/table-names.js';
import { reconcile } from './reconcile.js';

jest.setTimeout(60_000);

const alter = (world: World, table: LedgerTable, change: string): Promise<void> =>
  world.analytics.writer.execute(`ALTER TABLE ${namesOf(world).ledger(table)} ${change} SETTINGS mutations_sync = 2`);

const compare = async (world: World): Promise<ReconcileReply> =>
  reconcile(
    world.analytics,
    world.ledger,
    'acme',
    { names: namesOf(world), position: await endOf(world.ledger) },
    AbortSignal.timeout(20_000),
  );

describe('holding ClickHouse against the ledger', () => {
  it('finds both equal at every place of the ledger, corrections included', () =>
    withWorld(async (world) => {
      const books = new Bookkeeper(world.ledger);
      await writeBusyHour(books);
      await writeCorrections(books);
      const end = await project(world);
      for (let position = 0n; position <= end; position++) {
        const reply = await reconcile(
          world.analytics,
          world.ledger,
          'acme',
          { names: namesOf(world), position },
          AbortSignal.timeout(20_000),
        );
        expect(reply.sums.filter(({ equal }) => !equal)).toEqual([]);
        expect(reply.groups).toEqual([]);
        expect(reply.equal).toBe(true);
      }
    }));

  it('finds both equal while sessions open, nest, cost more than they reserved, and end', () =>
    withWorld(async (world) => {
      const keeper = new Bookkeeper(world.ledger);
      const later = (minutes: number): number => START + minutes * 60_000;
      const opening = (payer: string, reserve: bigint) =>
        ({ ...authorize(reserve, payer), type: 'open-session', lifeForMs: 600_000 }) as const;
      await keeper.write(START, [open(), grant('org', 900n, USD, { expiresAt: later(8) }), grant('org', 200n)]);
      await keeper.write(later(1), [opening('user/ada', 1_000n), opening('session/s-1', 100n)]);
      const { hold } = await keeper.hold(later(2), authorize(40n, 'session/s-2'));
      const lines = [{ currency: USD, amount: amount(150n) }];
      await keeper.write(later(3), [{ type: 'capture', hold, lines }]);
      await keeper.hold(later(4), authorize(30n, 'session/s-1'));
      await keeper.write(later(6), [{ type: 'end-session', session: nodeId('session/s-2') }]);
      await keeper.write(later(20), [call({ id: 'u-1', cost: 70n, payer: 'session/s-1' })]);
      const end = await project(world);
      for (let position = 0n; position <= end; position++) {
        const reply = await reconcile(
          world.analytics,
          world.ledger,
          'acme',
          { names: namesOf(world), position },
          AbortSignal.timeout(20_000),
        );
        expect(reply.sums.filter(({ equal }) => !equal)).toEqual([]);
        expect(reply.groups).toEqual([]);
      }
      const types = new Set(keeper.facts.map(({ type }) => type));
      expect(types).toContain('SessionEnded');
      expect(types).toContain('LotExpired');
    }));

  it('finds both equal when refunds come after the expiry of their lots, also once the process was started anew', () =>
    withWorld(async (world) => {
      const keeper = new Bookkeeper(world.ledger);
      const refunds = { expired: 'new-lot', graceMs: 60_000 } as const;
      const usd = { currency: USD, amount: amount(40n) };
      await keeper.write(START, [open(), { ...open(), nodes: [{ ...node('org'), refunds }] }]);
      await keeper.write(START, [
        grant('org', 100n, USD, { expiresAt: START + 1_000 }),
        call({ id: 'u-1', cost: 90n }),
      ]);
      await keeper.write(START + 2_000, [keeper.correction('u-1', { refund: [usd] })]);
      await project(world);
      await keeper.write(START + 3_000, [transfer('org', 'project/chat', 30n), call({ id: 'u-2', cost: 5n })]);
      await keeper.write(START + 90_000, [call({ id: 'u-3', cost: 1n })]);
      const position = await project(world);
      const names = namesOf(world);
      const reply = await reconcile(
        world.analytics,
        world.ledger,
        'acme',
        { names, position },
        AbortSignal.timeout(20_000),
      );
      expect(reply.equal).toBe(true);
      const lots = await world.analytics.writer.select(
        `SELECT lot, toUnixTimestamp64Milli(expires_at) FROM ${names.ledger('lots')} ORDER BY lot`,
      );
      const end = String(START + 62_000);
      expect(lots.map(([lot, ends = null]) => [lot, ends === null ? null : textOf(ends)])).toEqual([
        ['l-1', null],
        ['l-2', end],
        ['l-3', end],
      ]);
    }));

  it('finds both equal while calls wait for the outcome of their task, are charged by it, and go back', () =>
    withWorld(async (world) => {
      const keeper = new Bookkeeper(world.ledger);
      const later = (minutes: number): number => START + minutes * 60_000;
      const rule = { taskTypes: ['ticket'], charge: ['resolved'], withinMs: 600_000, otherwise: 'return' } as const;
      const told = (taskId: string) => ({ model: 'gpt-4o', taskType: 'ticket', taskId, meters: { input_tokens: 7 } });
      const usage = (task: string, cost: bigint) =>
        ({
          type: 'record',
          payer: nodeId('team/desk'),
          nodes: [],
          lines: [{ currency: USD, amount: amount(cost) }],
          particulars: told(task),
        }) as const;
      const desk = node('team/desk', 'org', { pooling: 'parent', outcomes: [rule] });
      await keeper.write(START, [open('acme', [desk]), grant('org', 100n, USD, { expiresAt: later(8) })]);
      const { hold } = await keeper.hold(later(1), { ...authorize(40n, 'team/desk'), particulars: told('t-1') });
      await keeper.write(later(2), [{ type: 'capture', hold, lines: [{ currency: USD, amount: amount(30n) }] }]);
      await keeper.write(later(3), [
        usage('t-1', 20n),
        usage('t-2', 25n),
        { ...usage('t-3', 60n), provisional: 'none' },
      ]);
      const tell = (task: string, outcome: string) => ({ type: 'tell-outcome', task, outcome }) as const;
      await keeper.write(later(4), [tell('t-1', 'resolved'), { type: 'advance' }]);
      await keeper.write(later(9), [tell('t-2', 'dropped'), usage('t-4', 5n), { type: 'advance' }]);
      await keeper.write(later(30), [{ type: 'advance' }]);
      const types = keeper.facts.map(({ type }) => type);
      expect(types.filter((type) => type === 'OutcomeAwaited')).toHaveLength(5);
      expect(types.filter((type) => type === 'HoldCaptured')).toHaveLength(2);
      expect(types.filter((type) => type === 'CostReturned')).toHaveLength(3);
      const end = await project(world);
      for (let position = 0n; position <= end; position++) {
        const { sums, groups } = await reconcile(
          world.analytics,
          world.ledger,
          'acme',
          { names: namesOf(world), position },
          AbortSignal.timeout(20_000),
        );
        expect(sums.filter(({ equal }) => !equal)).toEqual([]);
        expect(groups).toEqual([]);
        if (position !== end) continue;
        // Five calls were made; 30 and 20 were charged, and what had waited for a price waits no more.
        const of = (name: string) => sums.find(({ sum }) => sum === name)?.ledger;
        expect([of('calls'), of('unpriced'), of('charged')]).toEqual(['5', undefined, '0.00000005']);
      }
    }));

  it('states the sums of the account', () =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      const position = await project(world);
      const { sums } = await reconcile(
        world.analytics,
        world.ledger,
        'acme',
        { names: namesOf(world), position },
        AbortSignal.timeout(20_000),
      );
      // Charged 70 captured, 25, 60 and 5,000 drawn; 1,050 granted; what is beyond is owed.
      const of = (name: string) => sums.find(({ sum }) => sum === name)?.ledger;
      expect(of('calls')).toBe('5');
      expect(of('unpriced')).toBe('1');
      expect(of('approvals')).toBe('3');
      expect(of('granted')).toBe('0.00000105');
      expect(of('charged')).toBe('0.000005155');
    }));

  it.each([
    ['a charge that was changed', 'charges', 'UPDATE amount = amount + 1 WHERE fact = 0', 'charged'],
    ['a usage event that is missing', 'usage', `DELETE WHERE usage_id = 'u-1'`, 'calls'],
    ['a quantity that was changed', 'usage', `UPDATE output_tokens = 1 WHERE usage_id = 'u-2'`, 'quantity'],
    [
      'a movement that is missing',
      'movements',
      `DELETE WHERE reason = 'CreditsGranted' AND layer = 'purchased'`,
      'granted',
    ],
    ['a price that is said to be missing still', 'usage', `UPDATE unpriced = true WHERE usage_id = 'u-2'`, 'unpriced'],
    ['an approval that is missing', 'approvals', 'DELETE WHERE position = 2', 'approvals'],
  ] as const)('finds %s', (_, table, change, sum) =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      await project(world);
      await alter(world, table, change);
      expect((await differences(world)).map((one) => one.sum)).toContain(sum);
    }),
  );

  it('names the group whose charges went to another model, and the one that they went to', () =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      await project(world);
      await alter(world, 'charges', `UPDATE model = 'free' WHERE usage_id = 'u-1'`);
      const { sums, groups, differentGroups } = await compare(world);
      expect(sums.filter(({ equal }) => !equal)).toEqual([]);
      const group = { sum: 'charged', of: 'usd', hour: '2026-11-21T10', payer: 'project/chat' };
      expect(groups).toEqual([
        { ...group, model: 'gpt-4o-mini', ledger: '0.000000085', clickhouse: '0.00000006' },
        { ...group, model: 'free', ledger: '0', clickhouse: '0.000000025' },
      ]);
      expect(differentGroups).toBe(2);
    }));

  it('says of a tag alone that the calls of its group have another checksum', () =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      await project(world);
      await alter(world, 'usage', `UPDATE tags = map('team', 'evil') WHERE usage_id = 'u-1'`);
      expect((await compare(world)).groups).toMatchObject([
        { sum: 'checksum of calls', of: '', hour: '2026-11-21T10', payer: 'project/chat', model: 'gpt-4o-mini' },
      ]);
    }));

  it('names no more than a hundred groups, and says that there are more', () =>
    withWorld(async (world) => {
      const books = new Bookkeeper(world.ledger);
      await books.write(START, [open(), grant('org', 1_000n)]);
      await books.write(
        START,
        Array.from({ length: 130 }, (_, hour) =>
          call({ id: `u-${String(hour)}`, cost: 1n, usedAt: START - hour * 3_600_000 }),
        ),
      );
      await project(world);
      await alter(world, 'usage', `UPDATE provider = 'other' WHERE true`);
      const { groups, differentGroups } = await compare(world);
      expect(groups).toHaveLength(100);
      expect(differentGroups).toBe(101);
    }));

  it('takes names and tags of any script, and quantities of any size, as they were told', () =>
    withWorld(async (world) => {
      const books = new Bookkeeper(world.ledger);
      await books.write(START, [open(), grant('org', 1_000n)]);
      const meters = { seconds: '0.123456789', pages: 0.5, images: 1e15, input_tokens: 7, '': 0 };
      const tags = { '\u{1F600}': 'a:1', '\uFF5E': '"\\\n\t\0', b: '', '10': 'x', '9': '\uD800', ä: "'" };
      await books.write(START, [
        call({ id: '1:a', cost: 3n, source: 'é', usedAt: -5, more: { model: '\uDC00', tags, meters } }),
        call({ id: 'far', cost: 3n, usedAt: Date.UTC(2300, 0), more: { tags: {}, outcome: '\u{10FFFF}' } }),
      ]);
      await project(world);
      expect(await compare(world)).toMatchObject({ equal: true, groups: [], differentGroups: 0 });
    }));

  it.each([
    ['payer', `payer = 'org'`],
    ['model', `model = 'free'`],
    ['tag', `tags = map('team', 'evil')`],
    ['user', `user = 'user/eve'`],
    ['instant within its hour', `used_at = used_at + INTERVAL 1 SECOND`],
    ['source', `source = 'elsewhere'`],
    ['node', `nodes = ['user/eve']`],
  ] as const)('finds a call or a charge that was given another %s, though every total is right', (_, change) =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      await project(world);
      for (const table of ['usage', 'charges'] as const) {
        await alter(world, table, `UPDATE ${change} WHERE usage_id = 'u-1'`);
        const { equal, sums, groups } = await compare(world);
        expect(sums.every((sum) => sum.equal)).toBe(true);
        expect(equal).toBe(false);
        expect(groups.length).toBeGreaterThan(0);
      }
    }),
  );
});
