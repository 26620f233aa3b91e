import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyMessage } from '@exchequer/platform';
import { SETTING_NAMES, type Settings } from '@exchequer/platform/settings';
import type { ProcessPlan } from '../processes/supervised-process.js';
import { StackFault, type ServiceName } from './stack.js';

/** The workspace: four above this file, in its source as in its build. */
export const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));

/** Room for what one batch leaves behind: without it short-lived objects of one group are copied as if they were to stay. */
const NODE_ARGUMENTS = ['--max-semi-space-size=16'];

/**
 * How a service of the local stack is run.
 *
 * @throws StackFault `not-built`
 */
export function servicePlan(name: ServiceName, settings: Settings): ProcessPlan {
  const program = join(WORKSPACE, 'services', name, 'dist', 'main.js');
  if (!existsSync(program))
    throw new StackFault('not-built', `${name} has no build at ${program}; run npm run build in the repository.`);
  return {
    name,
    command: process.execPath,
    args: [...NODE_ARGUMENTS, program],
    env: { ...process.env, ...environmentOf(settings) },
    // All settings are in the environment: no settings file of some directory is to change them.
    cwd: settings.data,
    logPath: join(settings.data, 'logs', `${name}.log`),
    isReady: (said) => Promise.resolve(isReadyMessage(said)),
  };
}

/** The settings as the environment of a process that is to have the same, secrets included. */
export function environmentOf({ data, nats, ledger, clickhouse, http, log }: Settings): Record<string, string> {
  return {
    [SETTING_NAMES.data]: data,
    [SETTING_NAMES.nats]: nats,
    [SETTING_NAMES.ledger]: ledger.kind === 'lmdb' ? `lmdb:${ledger.path}` : ledger.url,
    [SETTING_NAMES.clickhouse]: clickhouse.kind === 'chdb' ? `chdb:${clickhouse.path}` : clickhouse.url,
    [SETTING_NAMES.http]: hostPort(http),
    [SETTING_NAMES.log]: log,
  };
}

/** `127.0.0.1:7070`; an IPv6 address in brackets. */
export const hostPort = ({ host, port }: Settings['http']): string =>
  `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;

export const isReadyMessage = (said: unknown): said is ReadyMessage =>
  typeof said === 'object' && said !== null && 'type' in said && said.type === 'ready';
