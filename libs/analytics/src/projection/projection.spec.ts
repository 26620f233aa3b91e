import { openLedger } from '@exchequer/ledger';
import { describe, expect, it, jest } from '@jest/globals';
import { report } from '../queries/report.js';
import { ProjectionAhead, SchemaTooNew } from '../errors.js';
import { Bookkeeper, call, grant, node, open, START } from '../spec/bookkeeper.js';
import { writeBusyHour } from '../spec/busy-hour.js';
import { breaking, type Fate } from '../spec/breaking-analytics.js';
import {
  clock,
  differences,
  endOf,
  follow,
  namesOf,
  project,
  question,
  SMALL,
  withWorld,
  type World,
} from '../spec/projected.js';
import { Projection } from './projection.js';

jest.setTimeout(60_000);

async function calls(world: World): Promise<number | undefined> {
  const seen = { names: namesOf(world), position: await endOf(world.ledger) };
  return (await report(world.analytics, question({}), seen)).rows[0]?.calls;
}

describe('the rows in ClickHouse', () => {
  it('sum to what the facts of the ledger sum to', () =>
    withWorld(async (world) => {
      const books = new Bookkeeper(world.ledger);
      await writeBusyHour(books);
      await project(world);
      expect(await differences(world)).toEqual([]);
      expect(await calls(world)).toBe(
        books.facts.filter(({ type }) => ['HoldCaptured', 'CreditsDrawn', 'UsageUnpriced'].includes(type)).length,
      );
    }));

  it('keep up with what is appended while they are followed', () =>
    withWorld(async (world) => {
      const books = new Bookkeeper(world.ledger);
      await books.write(START, [open(), grant('org', 1_000n)]);
      const { projection, stop } = follow(world);
      for (let second = 1; second <= 5; second++) {
        await books.write(START + second * 1_000, [call({ id: `u-${String(second)}`, cost: 7n })]);
        expect(await projection.progress.reachedWithin(await endOf(world.ledger), 10_000)).toBe(true);
        expect(await calls(world)).toBe(second);
      }
      await stop();
      expect(await differences(world)).toEqual([]);
    }));

  it('tell accounts apart', () =>
    withWorld(async (world) => {
      const acme = new Bookkeeper(world.ledger);
      const zeta = new Bookkeeper(world.ledger, 'zeta');
      await acme.write(START, [open(), grant('org', 100n), call({ id: 'u-1', cost: 7n })]);
      await zeta.write(START, [open('zeta'), grant('org', 100n), call({ id: 'u-1', cost: 9n })]);
      await acme.write(START, [call({ id: 'u-2', cost: 1n })]);
      await project(world, 'acme');
      expect(await differences(world, 'acme')).toEqual([]);
      expect(await differences(world, 'zeta')).toEqual([]);
    }));

  it('hold a command that spans entries once, where it takes effect', () =>
    withWorld(async (world) => {
      const books = new Bookkeeper(world.ledger);
      const many = Array.from({ length: 40 }, (_, index) => node(`user/u-${String(index)}`, 'org'));
      await books.write(START, [open('acme', many), grant('org', 100n), call({ id: 'u-1', cost: 7n })], 2_000);
      expect((await world.ledger.head('account-acme'))?.revision).toBeGreaterThan(1);
      await project(world);
      expect(await differences(world)).toEqual([]);
      expect(await calls(world)).toBe(1);
    }));
});

describe('an insert that got no answer', () => {
  const settled = (fateOf: (insert: number) => Fate) =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      await project({ ...world, analytics: breaking(world.analytics, fateOf) }, 'acme', SMALL);
      expect(await differences(world)).toEqual([]);
    });

  it('is sent again and doubles nothing when it had been stored', () =>
    settled((insert) => (insert % 2 === 0 ? 'unanswered' : 'usual')));
  it('is sent again and loses nothing when it had not', () =>
    settled((insert) => (insert % 2 === 0 ? 'lost' : 'usual')));
  it('may go wrong in any order', () =>
    settled((insert) => (['lost', 'unanswered', 'unanswered', 'usual'] as const)[insert % 4] ?? 'usual'));
});

describe('a projection that ended in the middle of a batch', () => {
  it('goes on from where each table is, wherever it ended', () =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      // Each life gets two inserts further; the third is cut off, stored or not, and nothing is written down after it.
      for (let life = 0; life < 40; life++) {
        const stopping = new AbortController();
        let inserts = 0;
        const mortal = breaking(world.analytics, () => {
          inserts += 1;
          if (inserts < 3) return 'usual';
          stopping.abort();
          return life % 2 === 0 ? 'lost' : 'unanswered';
        });
        const projection = new Projection(mortal, world.ledger, {
          clock,
          bounds: { ...SMALL, checkpointEveryMs: 1_000_000 },
        });
        const end = endOf(world.ledger);
        const running = projection.run(stopping.signal);
        const reached = await Promise.race([
          projection.progress.reachedWithin(await end, 10_000),
          running.then(() => false),
        ]);
        stopping.abort();
        await running;
        if (reached && inserts < 3) break;
      }
      expect(await differences(world)).toEqual([]);
    }));
});

describe('a projection that cannot go on', () => {
  it('stops before a fact of an unknown version, says so, and keeps what came before', () =>
    withWorld(async (world) => {
      const books = new Bookkeeper(world.ledger);
      await books.write(START, [open(), grant('org', 100n), call({ id: 'u-1', cost: 7n })]);
      const before = await endOf(world.ledger);
      await books.writeStored([{ type: 'CreditsDrawn', version: 99 }]);
      const { projection, ended } = follow(world);
      await expect(ended).rejects.toThrow(/^account-acme@1\.0: version 99 of CreditsDrawn is not known/);
      expect(projection.progress.state).toBe('stopped');
      expect(projection.progress.trouble).toMatch(/version 99 of CreditsDrawn is not known/);
      expect(projection.progress.position).toBe(before);
    }));

  it('does not follow a ledger that lacks what ClickHouse has', () =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      await project(world);
      const restored = openLedger(`lmdb:${world.directory.join('restored')}`);
      await new Bookkeeper(restored).write(START, [open()]);
      await expect(follow({ ...world, ledger: restored }).ended).rejects.toThrow(ProjectionAhead);
      await restored.close();
    }));
});

describe('a new version of the projection', () => {
  it('is built beside the old one, which reports read until it has caught up', () =>
    withWorld(async (world) => {
      await writeBusyHour(new Bookkeeper(world.ledger));
      const position = await project(world);
      const { projection, stop } = follow(world, { version: 2 });
      await projection.progress.opened;
      expect(projection.progress.names?.version).toBe(1);
      expect(projection.progress.position).toBe(position);
      while (projection.progress.names?.version !== 2) await new Promise((resolve) => setTimeout(resolve, 10));
      await stop();
      expect(projection.progress.position).toBe(position);
      const tables = await world.analytics.reader.select(
        `SELECT name FROM system.tables WHERE database = 'exchequer' AND name LIKE '%_v1'`,
      );
      expect(tables).toEqual([]);
      await expect(follow(world, { version: 1 }).ended).rejects.toThrow(SchemaTooNew);
    }));
});
