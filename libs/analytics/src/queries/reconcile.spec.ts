import { describe, expect, it, jest } from '@jest/globals';
import { Bookkeeper } from '../spec/bookkeeper.js';
import { writeBusyHour } from '../spec/busy-hour.js';
import { differences, namesOf, project, withWorld } from '../spec/projected.js';
import { reconcile } from './reconcile.js';

jest.setTimeout(60_000);

describe('holding ClickHouse against the ledger', () => {
  it('finds both equal at every place of the ledger', () =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
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
        expect(reply.equal).toBe(true);
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
    ['an approval that is missing', 'approvals', 'DELETE WHERE position = 2', 'approvals'],
  ] as const)('finds %s', (_, table, change, sum) =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      await project(world);
      await world.analytics.writer.execute(
        `ALTER TABLE ${namesOf(world).ledger(table)} ${change} SETTINGS mutations_sync = 2`,
      );
      expect((await differences(world)).map((one) => one.sum)).toContain(sum);
    }),
  );
});
