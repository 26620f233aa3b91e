import { describe, expect, it, jest } from '@jest/globals';
import { SchemaTooNew } from '../errors.js';
import { withWorld } from '../spec/projected.js';
import { KEPT_MIGRATIONS } from './kept-tables.js';
import { LEDGER_MIGRATIONS } from './ledger-tables.js';
import { migrate } from './migrate.js';

jest.setTimeout(60_000);

const STEPS = `SELECT scope, toString(number) FROM exchequer.migrations ORDER BY scope, number`;

/** Every step of this release, as the database lists what was done. */
const ALL = [
  ...KEPT_MIGRATIONS.map((_, index) => ['kept', String(index + 1)]),
  ...LEDGER_MIGRATIONS.map((_, index) => ['ledger v1', String(index + 1)]),
];

describe('the steps of the schema', () => {
  it('are done once each', () =>
    withWorld(async ({ analytics }) => {
      await migrate(analytics, 1);
      const steps = await analytics.reader.select(STEPS);
      expect(steps).toEqual(ALL);
      await migrate(analytics, 1);
      expect(await analytics.reader.select(STEPS)).toEqual(steps);
    }));

  it('go on where they were interrupted', () =>
    withWorld(async ({ analytics }) => {
      let left = 6;
      const { writer } = analytics;
      const execute = async (statement: string): Promise<void> => {
        if (left-- <= 0) throw new Error('interrupted');
        await writer.execute(statement);
      };
      const cut = {
        ...analytics,
        writer: {
          execute,
          select: writer.select.bind(writer),
          insert: writer.insert.bind(writer),
          close: writer.close.bind(writer),
        },
      };
      await expect(migrate(cut, 1)).rejects.toThrow('interrupted');
      await migrate(analytics, 1);
      expect(await analytics.reader.select(STEPS)).toEqual(ALL);
    }));

  it('are refused by a release that does not know them', () =>
    withWorld(async ({ analytics }) => {
      await migrate(analytics, 1);
      await analytics.writer.execute(
        `INSERT INTO exchequer.migrations (scope, number, name) VALUES ('kept', 99, 'later')`,
      );
      await expect(migrate(analytics, 1)).rejects.toThrow(SchemaTooNew);
    }));
});
