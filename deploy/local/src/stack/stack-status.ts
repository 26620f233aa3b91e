import type { Settings } from '@exchequer/platform/settings';
import { redact } from '@exchequer/platform/settings';
import { askHealthAt, type HealthByService } from './ask-health.js';
import { hostPort } from './service-plan.js';
import { NATS_PROCESS, type ProcessStatus, type StackAddresses, type StackStatus } from './stack.js';
import { currentRunner, readRecord, type StackRecord } from './stack-record.js';

/** Where a stack with these settings answers, without credentials. */
export const addressesOf = ({ nats, http, data }: Settings): StackAddresses => ({
  nats: redact(nats),
  http: `http://${hostPort(http)}`,
  data,
});

/** How the stack on this data is: what its runner knows of its processes, and what these say of their health. */
export async function stackStatus(settings: Settings): Promise<StackStatus> {
  const runner = currentRunner(settings.data);
  const record = readRecord(settings.data);
  if (runner === undefined) return { state: 'down', addresses: addressesOf(settings), processes: [] };
  if (record === undefined)
    return { state: 'starting', pid: runner.pid, addresses: addressesOf(settings), processes: [] };
  return statusOf(runner.pid, record, await askHealthAt(settings.nats));
}

/** @param health what the services said; undefined when NATS could not be reached. */
export const statusOf = (pid: number, record: StackRecord, health: HealthByService | undefined): StackStatus => ({
  state: record.state,
  pid,
  startedAtMs: record.startedAtMs,
  addresses: record.addresses,
  processes: record.processes.map((process) => processStatus(process, health)),
});

function processStatus(
  { name, state, pid, restarts }: StackRecord['processes'][number],
  health: HealthByService | undefined,
): ProcessStatus {
  const said = name === NATS_PROCESS ? undefined : health?.get(name);
  return {
    name,
    state,
    restarts,
    ready: name === NATS_PROCESS ? health !== undefined : said?.ready === true,
    ...(pid !== undefined && { pid }),
    ...(said !== undefined && { health: said }),
  };
}
