import { openLedger, type Ledger } from '@exchequer/ledger';
import { withScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { openAnalytics, type Analytics } from '../connection/open-analytics.js';
import type { ProjectionBounds } from '../projection/bounds.js';
import { Projection } from '../projection/projection.js';
import type { ReportQuestion } from '../queries/report.js';
import { reconcile } from '../queries/reconcile.js';
import { TableNames } from '../schema/table-names.js';

/** A ledger and a ClickHouse of one spec's own. */
export interface World {
  readonly directory: ScratchDirectory;
  readonly ledger: Ledger;
  readonly analytics: Analytics;
}

/** Runs a spec with both, and closes them. */
export const withWorld = (use: (world: World) => Promise<void>): Promise<void> =>
  withScratchDirectory(async (directory) => {
    const ledger = openLedger(`lmdb:${directory.join('ledger')}`, { pollMs: 5 });
    const analytics = await openAnalytics(`chdb:${directory.join('analytics')}`);
    try {
      await use({ directory, ledger, analytics });
    } finally {
      await analytics.close();
      await ledger.close();
    }
  });

export const clock = { now: () => Date.now() };
/** Batches of few rows that are sent at once, so that there are many. */
export const SMALL: Partial<ProjectionBounds> = {
  batchRowsMax: 4,
  lingerMs: 0,
  retryMinMs: 1,
  retryMaxMs: 4,
  checkpointEveryMs: 1,
};
const CAUGHT_UP_WITHIN_MS = 20_000;

export interface Running {
  readonly projection: Projection;
  /** Rejects with the fault that ends it. */
  readonly ended: Promise<void>;
  /** Ends it in good order. Rejects with the fault that ended it before. */
  readonly stop: () => Promise<void>;
}

/** Follows the ledger until it is stopped. */
export function follow(
  { analytics, ledger }: Pick<World, 'analytics' | 'ledger'>,
  options: { readonly version?: number; readonly bounds?: Partial<ProjectionBounds> } = {},
): Running {
  const projection = new Projection(analytics, ledger, {
    clock,
    bounds: options.bounds ?? SMALL,
    ...(options.version !== undefined && { version: options.version }),
  });
  const stopping = new AbortController();
  const running = projection.run(stopping.signal);
  running.catch(() => undefined);
  return {
    projection,
    ended: running,
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** The position of an account's newest entry. */
export async function endOf(ledger: Ledger, account = 'acme'): Promise<bigint> {
  const head = await ledger.head(`account-${account}`);
  for await (const { position } of ledger.read(`account-${account}`, head?.revision ?? 0, 1)) return position;
  throw new Error(`${account} has no entries`);
}

/** Follows until everything of an account is there, and stops. */
export async function project(
  world: Pick<World, 'analytics' | 'ledger'>,
  account = 'acme',
  bounds: Partial<ProjectionBounds> = { lingerMs: 1 },
): Promise<bigint> {
  const { projection, stop } = follow(world, { bounds });
  const position = await endOf(world.ledger, account);
  const reached = await projection.progress.reachedWithin(position, CAUGHT_UP_WITHIN_MS);
  await stop();
  if (!reached) throw new Error(`ClickHouse is not there yet: ${projection.progress.trouble ?? 'no reason known'}`);
  return position;
}

export const namesOf = ({ analytics }: Pick<World, 'analytics'>, version = 1): TableNames =>
  new TableNames(analytics.database, version);

/** The sums that differ between the ledger and ClickHouse. */
export async function differences(world: Pick<World, 'analytics' | 'ledger'>, account = 'acme') {
  const position = await endOf(world.ledger, account);
  const seen = { names: namesOf(world), position };
  const { sums } = await reconcile(
    world.analytics,
    world.ledger,
    account,
    seen,
    AbortSignal.timeout(CAUGHT_UP_WITHIN_MS),
  );
  return sums.filter(({ equal }) => !equal);
}

export const question = (more: Partial<ReportQuestion>): ReportQuestion => ({
  account: 'acme',
  by: [],
  from: undefined,
  to: undefined,
  zone: 'UTC',
  where: [],
  after: undefined,
  limit: 100,
  ...more,
});
