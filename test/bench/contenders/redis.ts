import { mkdir } from 'node:fs/promises';
import { Redis } from 'ioredis';
import type { Contender } from '../bench.js';
import { measure, type Load } from '../measure.js';
import { findProgram } from './find-program.js';
import { freePort } from './free-port.js';
import { startServer } from './server-process.js';

/**
 * Checks a limit at each of four levels and the lots of two, then places the hold: all or nothing. The hold's key is the
 * request's id, so that a retry finds what it made. Amounts are nano-units, far below 2⁵³.
 *
 * KEYS: the hold, the holds by expiry, then four levels from the payer up. ARGV: id, amount, expiry.
 */
const AUTHORIZE = `
local known = redis.call('HGET', KEYS[1], 'from')
if known then return {'allowed', known} end
local amount = tonumber(ARGV[2])
local tightest = nil
for level = 3, 6 do
  local limit, used, held = unpack(redis.call('HMGET', KEYS[level], 'limit', 'used', 'held'))
  local remaining = tonumber(limit) - tonumber(used) - tonumber(held)
  if remaining < amount then return {'denied', KEYS[level], tostring(remaining)} end
  if tightest == nil or remaining < tightest then tightest = remaining end
end
local left = amount
local from = ''
for level = 5, 6 do
  if left > 0 then
    local available = tonumber(redis.call('HGET', KEYS[level], 'available'))
    local take = math.min(available, left)
    if take > 0 then
      redis.call('HINCRBY', KEYS[level], 'available', -take)
      from = from .. KEYS[level] .. '=' .. string.format('%.0f', take) .. ';'
      left = left - take
    end
  end
end
if left > 0 then return redis.error_reply('INSUFFICIENT') end
for level = 3, 6 do redis.call('HINCRBY', KEYS[level], 'held', ARGV[2]) end
redis.call('HSET', KEYS[1], 'amount', ARGV[2], 'from', from, 'expires', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return {'allowed', from, tostring(tightest - amount)}
`;

const LEVELS = ['user/ada', 'project/chat', 'team/research', 'org'];
const PLENTY = '100000000000000';
const AMOUNT = '480000';
const HOLD_FOR_MS = 600_000;

interface WithScript extends Redis {
  authorize(...args: readonly string[]): Promise<readonly string[]>;
}

/** A Redis server that flushes before each reply, with one script for the whole decision and pipelining by itself. */
export async function startRedis(directory: string, load: Load): Promise<Contender> {
  const program = findProgram('redis-server', 'redis-server');
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    enableAutoPipelining: true,
    lazyConnect: true,
    retryStrategy: null,
  });
  redis.on('error', () => undefined);
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
  const server = await startServer(
    program,
    [...args, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'],
    {},
    () => redis.connect(),
  );
  redis.defineCommand('authorize', { numberOfKeys: 6, lua: AUTHORIZE });
  for (const level of LEVELS) await redis.hset(level, { limit: PLENTY, used: '0', held: '0', available: PLENTY });
  const withScript = redis as WithScript;
  let next = 0;
  const authorize = async (): Promise<void> => {
    const id = `r-${(next++).toString(36)}`;
    const [decision] = await withScript.authorize(
      `hold:${id}`,
      'holds',
      ...LEVELS,
      id,
      AMOUNT,
      String(Date.now() + HOLD_FOR_MS),
    );
    if (decision !== 'allowed') throw new Error(`the script said ${String(decision)}`);
  };
  return {
    round: () => measure(load, authorize),
    stop: async () => {
      redis.disconnect();
      await server.stop();
    },
  };
}
