import { openLedger } from '@exchequer/ledger';
import { withScratchDirectory } from '@exchequer/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { AnalyticsUnavailable, StatementRefused } from '../errors.js';
import { report } from '../queries/report.js';
import { Bookkeeper, call } from '../spec/bookkeeper.js';
import { writeBusyHour } from '../spec/busy-hour.js';
import { startClickHouseServer, type ClickHouseServer } from '../spec/click-house-server.js';
import { differences, endOf, follow, namesOf, project, question, SMALL, type World } from '../spec/projected.js';
import { openAnalytics } from './open-analytics.js';

jest.setTimeout(60_000);

const withServer = (use: (world: World, server: ClickHouseServer) => Promise<void>): Promise<void> =>
  withScratchDirectory(async (directory) => {
    const server = await startClickHouseServer(directory.join('server'));
    const ledger = openLedger(`lmdb:${directory.join('ledger')}`, { pollMs: 5 });
    const analytics = await openAnalytics(server.address);
    try {
      await use({ directory, ledger, analytics }, server);
    } finally {
      await analytics.close();
      await ledger.close();
      await server.close();
    }
  });

const isInsert = (statement: string): boolean => statement.includes('insert_deduplication_token');

describe('ClickHouse over HTTP', () => {
  it('gets the same rows and gives the same report', () =>
    withServer(async (world) => {
      const books = new Bookkeeper(world.ledger);
      await writeBusyHour(books);
      await books.write(0, [call({ id: 'odd', cost: 3n, more: { tags: { team: `it's "a" \\ \n Ω` } } })]);
      await project(world);
      expect(await differences(world)).toEqual([]);
      const seen = { names: namesOf(world), position: await endOf(world.ledger) };
      const where = [{ dimension: 'tag:team', value: `it's "a" \\ \n Ω` }];
      expect((await report(world.analytics, question({ where }), seen)).rows).toMatchObject([{ calls: 1 }]);
    }));

  it('may hang up on inserts, before or after it did them, and has every row once', () =>
    withServer(async (world, server) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      let inserts = 0;
      server.conduct = (statement) => {
        if (!isInsert(statement)) return 'answer';
        return (['hang-up-before', 'hang-up-after', 'answer'] as const)[inserts++ % 3] ?? 'answer';
      };
      await project(world, 'acme', SMALL);
      expect(inserts).toBeGreaterThan(6);
      expect(await differences(world)).toEqual([]);
    }));

  it('may be away: the projection waits, says so, and catches up when it is back', () =>
    withServer(async (world, server) => {
      const books = new Bookkeeper(world.ledger);
      await writeBusyHour(books);
      const { projection, stop } = follow(world);
      await projection.progress.reachedWithin(await endOf(world.ledger), 20_000);
      server.conduct = () => 'hang-up-before';
      await books.write(0, [call({ id: 'u-9', cost: 1n })]);
      while (projection.progress.trouble === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(projection.progress.trouble).toMatch(/^ClickHouse is not available/);
      server.conduct = () => 'answer';
      expect(await projection.progress.reachedWithin(await endOf(world.ledger), 20_000)).toBe(true);
      expect(projection.progress.trouble).toBeUndefined();
      await stop();
      expect(await differences(world)).toEqual([]);
    }));

  it('tells a refusal from an absence', () =>
    withServer(async ({ analytics }, server) => {
      await expect(analytics.reader.select('SELECT nothing FROM nowhere')).rejects.toThrow(StatementRefused);
      server.conduct = () => 'hang-up-before';
      await expect(analytics.reader.select('SELECT 1')).rejects.toThrow(AnalyticsUnavailable);
      const nobody = await openAnalytics('http://127.0.0.1:9');
      await expect(nobody.reader.select('SELECT 1')).rejects.toThrow(AnalyticsUnavailable);
      await nobody.close();
    }));
});
