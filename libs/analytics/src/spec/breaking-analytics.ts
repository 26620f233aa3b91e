import type { ClickHouse } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import { AnalyticsUnavailable } from '../errors.js';

/** What becomes of an insert: as usual; lost on its way; stored, with the answer lost. */
export type Fate = 'usual' | 'lost' | 'unanswered';

/** A ClickHouse whose inserts of rows meet the fate that `fateOf` tells, by their number from 0. */
export function breaking(analytics: Analytics, fateOf: (insert: number) => Fate): Analytics {
  let inserts = 0;
  const { writer } = analytics;
  const broken: ClickHouse = {
    select: (statement, parameters) => writer.select(statement, parameters),
    execute: (statement) => writer.execute(statement),
    close: () => writer.close(),
    insert: async (statement, rows) => {
      if (!statement.includes('insert_deduplication_token')) return writer.insert(statement, rows);
      const fate = fateOf(inserts++);
      if (fate !== 'lost') await writer.insert(statement, rows);
      if (fate !== 'usual') throw new AnalyticsUnavailable(`insert ${String(inserts)} got no answer`);
    },
  };
  return { ...analytics, writer: broken };
}
