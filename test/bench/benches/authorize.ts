import type { Bench, Contender } from '../bench.js';
import { COST, PAYER, startExchequer } from '../contenders/exchequer.js';
import { startPostgres } from '../contenders/postgres.js';
import { startRedis } from '../contenders/redis.js';
import { measure, type Load } from '../measure.js';

const LOAD: Load = { inFlight: 256, warmUpMs: 1_000, measureMs: 3_000 };

/** Holds placed through the client, which sends together what is asked at once. */
export async function startAuthorize(directory: string, load: Load): Promise<Contender> {
  const bench = await startExchequer(directory, ['enforcement']);
  const authorize = async (): Promise<void> => {
    const { decision } = await bench.client.authorize({ payer: PAYER, amounts: { usd: COST }, holdFor: 'PT10M' });
    if (decision !== 'allowed') throw new Error(`the decision was ${decision}`);
  };
  return { round: () => measure(load, authorize), stop: () => bench.stop() };
}

export const authorize: Bench = {
  name: 'authorize',
  about: 'durable holds over a chain of 4 nodes with a limit on each and lots on two; 256 in flight, one account',
  ours: (directory) => startAuthorize(directory, LOAD),
  rivals: [
    { name: 'redis', start: (directory) => startRedis(directory, LOAD) },
    { name: 'postgresql', start: (directory) => startPostgres(directory, LOAD) },
  ],
  targets: [
    { rival: 'redis', figure: 'perSecond', atLeast: 3 },
    { rival: 'postgresql', figure: 'perSecond', atLeast: 20 },
  ],
};
