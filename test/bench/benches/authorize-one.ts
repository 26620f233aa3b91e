import type { Bench } from '../bench.js';
import { startNatsEcho } from '../contenders/nats-echo.js';
import { startRedis } from '../contenders/redis.js';
import type { Load } from '../measure.js';
import { startSingle } from './authorize-single.js';

const LOAD: Load = { inFlight: 1, warmUpMs: 500, measureMs: 2_000 };

export const authorizeOne: Bench = {
  name: 'authorize-one',
  about: 'the same holds, one after the other: how long one takes',
  ours: (directory) => startSingle(directory, LOAD),
  rivals: [
    { name: 'nats-echo', start: () => startNatsEcho(LOAD) },
    { name: 'redis', start: (directory) => startRedis(directory, LOAD) },
  ],
  targets: [
    { rival: 'nats-echo', figure: 'p50Ms', atMost: 2.5 },
    { rival: 'redis', figure: 'p50Ms', atMost: 1.5 },
  ],
};
