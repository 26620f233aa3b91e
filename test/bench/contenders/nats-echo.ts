import { connect } from '@nats-io/transport-node';
import { startNats } from '@exchequer/testing';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Contender } from '../bench.js';
import { measure, type Load } from '../measure.js';

const ECHO_SERVER = fileURLToPath(new URL('./echo-server.ts', import.meta.url));

/** As long as a request to authorize. */
const BODY = JSON.stringify({
  id: '0197f7c2-6d5e-7c3a-9c1e-2f6f0b7d9a11',
  payer: 'user/ada',
  amounts: { usd: '0.00048' },
  holdFor: 'PT10M',
});

/** A server on NATS that sends back what it gets: the least that any request over NATS costs. */
export async function startNatsEcho(load: Load): Promise<Contender> {
  const nats = await startNats();
  const echo = fork(ECHO_SERVER, [nats.url]);
  await once(echo, 'message');
  const connection = await connect({ servers: nats.url, noAsyncTraces: true });
  return {
    round: () => measure(load, () => connection.request('echo', BODY, { timeout: 5_000 })),
    stop: async () => {
      await connection.close();
      echo.kill();
      await nats.stop();
    },
  };
}
