import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LeashMessage } from '../processes/leash.js';
import type { ProcessPlan } from '../processes/supervised-process.js';
import { NATS_PROCESS } from '../stack/stack.js';
import type { NatsAddress } from './nats-address.js';
import { natsConfiguration, parseVersion } from './nats-configuration.js';
import { runProgram } from './run-program.js';

const VERSION_WITHIN_MS = 5_000;
const GREETING_WITHIN_MS = 1_000;
/** The built leash, also when this file runs from its source. */
const LEASH = fileURLToPath(new URL('../../dist/processes/leash.js', import.meta.url));

/** How the NATS server of the local stack is run. Writes its configuration. */
export async function natsPlan(program: string, address: NatsAddress, data: string): Promise<ProcessPlan> {
  const directory = join(data, 'nats');
  const configuration = join(directory, 'nats.conf');
  await mkdir(directory, { recursive: true });
  const version = parseVersion(await runProgram(program, ['--version'], { withinMs: VERSION_WITHIN_MS }));
  // It may hold a password: for nobody else's eyes.
  await writeFile(configuration, natsConfiguration(address, directory, version), { mode: 0o600 });
  return {
    name: NATS_PROCESS,
    command: process.execPath,
    args: [LEASH, program, '--config', configuration],
    env: process.env,
    cwd: data,
    logPath: join(data, 'logs', `${NATS_PROCESS}.log`),
    isReady: (said) => (programPid(said) === undefined ? Promise.resolve(false) : greets(address)),
    programPid,
  };
}

const programPid = (said: unknown): number | undefined => (isStarted(said) ? said.pid : undefined);

const isStarted = (said: unknown): said is LeashMessage =>
  typeof said === 'object' && said !== null && 'type' in said && said.type === 'started';

/** True when a server greets at the address, as NATS does once it takes clients. */
export const greets = ({ host, port }: NatsAddress): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host.replace(/^\[|\]$/g, ''));
    socket.setTimeout(GREETING_WITHIN_MS, () => socket.destroy());
    socket.once('data', (bytes) => {
      resolve(bytes.toString('latin1').startsWith('INFO '));
      socket.destroy();
    });
    socket.once('error', () => {
      resolve(false);
    });
    socket.once('close', () => {
      resolve(false);
    });
  });
