import type { StackStatus } from '@exchequer/local';
import { readSettings, type Settings } from '@exchequer/platform/settings';
import { textTable } from '../output/text-table.js';
import { EXIT } from '../shell/exit-status.js';
import { Refused, Unavailable, UsageFault } from '../shell/faults.js';
import { example, type GlobalOptions, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';

/** `exchequer up`, `exchequer down` and `exchequer status`. */
export function addStack(program: Program, shell: Shell): void {
  program
    .command('up')
    .description('run the local stack: NATS and every service, until Ctrl-C')
    .option('--detach', 'run it in the background, and return when every service is ready')
    .option('--no-demo', 'without the demo policy, prices and usage')
    .addHelpText('after', example('exchequer up', 'exchequer up --detach --no-demo'))
    .action(async (_options, command) => {
      const options = command.optsWithGlobals();
      await sayingFaults(options.detach === true ? upDetached(shell, options) : up(shell, options));
    });
  program
    .command('down')
    .description('stop the local stack; its data stays')
    .addHelpText('after', example('exchequer down'))
    .action(async (_options, command) => {
      const { data } = settingsOf(command.optsWithGlobals());
      const { stopStack } = await import('@exchequer/local');
      const outcome = await sayingFaults(stopStack(data));
      shell.answer(outcome, () => DOWN_TEXTS[outcome.outcome](data));
    });
  program
    .command('status')
    .description('how the processes of the local stack are; ends with 3 when they are not all ready')
    .addHelpText('after', example('exchequer status --json'))
    .action(async (_options, command) => {
      const settings = settingsOf(command.optsWithGlobals());
      const { stackStatus } = await import('@exchequer/local');
      const status = await sayingFaults(stackStatus(settings));
      shell.answer(status, () => statusText(status));
      if (status.state !== 'up' || status.processes.some(({ ready }) => !ready)) shell.end(EXIT.unavailable);
    });
}

interface UpOptions extends GlobalOptions {
  readonly demo: boolean;
}

async function up(shell: Shell, options: UpOptions): Promise<void> {
  const { runStack } = await import('@exchequer/local');
  const settings = settingsOf(options);
  await runStack({
    settings,
    demo: options.demo,
    terminal: shell.out,
    ...(shell.json && { onProgress: (event) => shell.item(event, () => '') }),
  });
}

async function upDetached(shell: Shell, options: UpOptions): Promise<void> {
  const { startDetached, terminalProgress } = await import('@exchequer/local');
  const onProgress = terminalProgress(shell.json ? shell.err : shell.out);
  const stack = await startDetached({ settings: settingsOf(options), demo: options.demo, onProgress });
  shell.answer(stack, () => `Process ${String(stack.pid)} keeps it running; exchequer down stops it.`);
}

/** The settings, with `--server` in the place of their NATS. */
const settingsOf = ({ server }: GlobalOptions): Settings =>
  readSettings({ ...process.env, ...(server !== undefined && { EXCHEQUER_NATS: server }) });

async function sayingFaults<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (fault) {
    const { StackFault } = await import('@exchequer/local');
    if (!(fault instanceof StackFault)) throw fault;
    const options = { cause: fault };
    if (fault.code === 'already-running') throw new Refused('Forbidden', fault.message, options);
    throw fault.code === 'not-ours' ? new UsageFault(fault.message, options) : new Unavailable(fault.message, options);
  }
}

const DOWN_TEXTS = {
  'not-running': (data: string) => `No stack runs on ${data}.`,
  stopped: (data: string) => `Stopped. The data stays in ${data}.`,
  killed: (data: string) => `Stopped by force: it did not end by itself. The data stays in ${data}.`,
} as const;

function statusText({ state, pid, addresses, processes }: StackStatus): string {
  if (state === 'down') return `No stack runs on ${addresses.data}; exchequer up starts one.`;
  const rows = processes.map((process) => [
    process.name,
    process.ready ? 'ready' : process.state,
    process.pid === undefined ? '' : String(process.pid),
    String(process.restarts),
    (process.health?.checks ?? [])
      .flatMap(({ name, ok, detail }) => (ok ? [] : [`${name}: ${detail ?? 'not ok'}`]))
      .join('; '),
  ]);
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [{ title: 'process' }, { title: 'state' }, right('pid'), right('restarts'), { title: 'trouble' }];
  return [
    `The stack is ${state}, run by process ${String(pid ?? '')}: NATS ${addresses.nats}, HTTP ${addresses.http}, data ${addresses.data}.`,
    '',
    textTable(columns, rows),
  ].join('\n');
}
