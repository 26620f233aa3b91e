import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { argumentsForTypeScript, createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { processIdentity } from './process-identity.js';
import {
  PROCESS_BOUNDS,
  StartFailed,
  SupervisedProcess,
  type ProcessEvent,
  type ProcessPlan,
} from './supervised-process.js';

const READY = "process.send({ type: 'ready' }); setInterval(() => {}, 1000);";
const PATIENCE_MS = 30_000;

describe('a process that is kept running', () => {
  let directory: ScratchDirectory;
  let events: ProcessEvent[];
  const made: SupervisedProcess[] = [];

  const supervised = (script: string, plan: Partial<ProcessPlan> = {}, bounds: object = {}): SupervisedProcess => {
    const one = new SupervisedProcess(
      {
        name: 'meter',
        command: process.execPath,
        args: ['-e', script],
        env: process.env,
        cwd: directory.path,
        logPath: directory.join('meter.log'),
        isReady: (said) => Promise.resolve(said !== undefined),
        ...plan,
      },
      (event) => events.push(event),
      { ...PROCESS_BOUNDS, ...bounds },
    );
    made.push(one);
    return one;
  };

  beforeEach(async () => {
    directory = await createScratchDirectory();
    events = [];
  });
  afterEach(async () => {
    await Promise.all(made.splice(0).map((one) => one.stop()));
    await directory.remove();
  });

  it('is ready when it says so, and ends when it is told to', async () => {
    const meter = supervised(READY);
    await meter.start();
    expect(meter.state).toBe('ready');
    const { pid } = meter;
    expect(isAlive(pid)).toBe(true);
    await meter.stop();
    expect(isAlive(pid)).toBe(false);
    expect(events.map(({ type }) => type)).toEqual(['ready', 'stopped']);
    expect(events[1]).toMatchObject({ killed: false });
  });

  it(
    'is started again when it is killed, and that is said',
    async () => {
      const meter = supervised(READY);
      await meter.start();
      const killed = meter.pid;
      process.kill(killed!, 'SIGKILL');
      await until(() => events.some((event) => event.type === 'ready' && event.isRestart));
      expect(events[1]).toEqual({ type: 'died', name: 'meter', how: 'was ended by SIGKILL', restartInMs: 250 });
      expect(meter.restarts).toBe(1);
      expect(meter.pid).not.toBe(killed);
    },
    PATIENCE_MS,
  );

  it(
    'that dies at every start has failed, and the reason is in the error',
    async () => {
      const meter = supervised("console.error('no such ledger'); process.exit(3)");
      const failure = await meter.start().catch((fault: unknown) => fault);
      expect(failure).toBeInstanceOf(StartFailed);
      expect((failure as StartFailed).message).toMatch(
        /^meter does not start: it ended with status 3\. The end of .*meter\.log:\nno such ledger\nno such ledger\nno such ledger$/,
      );
      expect(meter.restarts).toBe(2);
    },
    PATIENCE_MS,
  );

  it('whose settings are wrong is not tried again', async () => {
    const meter = supervised("console.error('EXCHEQUER_HTTP takes a host and a port'); process.exit(2)");
    await expect(meter.start()).rejects.toThrow(/^meter does not start: it ended with status 2/);
    expect(meter.restarts).toBe(0);
  });

  it('that never says it is ready has failed after the bound', async () => {
    const meter = supervised('setInterval(() => {}, 1000)', {}, { readyWithinMs: 300 });
    await expect(meter.start()).rejects.toThrow('meter was not ready within 0.3 s. It wrote no log.');
  });

  it('that cannot be found says so', async () => {
    const meter = supervised('', { command: directory.join('nowhere') }, { firstStartsMax: 1 });
    await expect(meter.start()).rejects.toThrow(
      /^meter does not start: it could not be started \(spawn .*nowhere ENOENT\)/,
    );
  });

  it('that does not stop is killed', async () => {
    const meter = supervised(`process.on('SIGTERM', () => {}); ${READY}`, {}, { stopWithinMs: 200 });
    await meter.start();
    await meter.stop();
    expect(events.at(-1)).toEqual({ type: 'stopped', name: 'meter', killed: true });
  });

  it('is not started again once it is stopped while it waits', async () => {
    const meter = supervised(READY);
    await meter.start();
    process.kill(meter.pid!, 'SIGKILL');
    await until(() => meter.state === 'down');
    await meter.stop();
    await wait(700);
    expect(meter.state).toBe('stopped');
    expect(meter.pid).toBeUndefined();
  });

  it('writes its output to its log', async () => {
    const meter = supervised(`console.log('hello'); ${READY}`);
    await meter.start();
    await until(() => readFileSync(directory.join('meter.log'), 'utf8').includes('hello\n'));
  });

  describe('on a leash', () => {
    const leashed = async (): Promise<SupervisedProcess> => {
      const program = "import { writeFileSync } from 'node:fs'; writeFileSync('keeper', String(process.ppid));";
      await writeFile(directory.join('program.mjs'), `${program} setInterval(() => {}, 1000)`);
      return supervised('', {
        args: argumentsForTypeScript(
          new URL('leash.ts', import.meta.url),
          process.execPath,
          directory.join('program.mjs'),
        ),
        programPid: pidIn,
      });
    };

    it(
      'is shown by its own id, and ends when it is told to',
      async () => {
        const program = await leashed();
        await program.start();
        const { pid } = program;
        expect(isAlive(pid)).toBe(true);
        await program.stop();
        expect(isAlive(pid)).toBe(false);
      },
      PATIENCE_MS,
    );

    it(
      'ends with its keeper, and is started again',
      async () => {
        const program = await leashed();
        await program.start();
        const { pid } = program;
        await until(() => existsSync(directory.join('keeper')) && keeperIn(directory) > 0);
        process.kill(keeperIn(directory), 'SIGKILL');
        await until(() => events.some((event) => event.type === 'ready' && event.isRestart));
        expect(isAlive(pid)).toBe(false);
        expect(events[1]).toMatchObject({ type: 'died', how: 'was ended by SIGKILL' });
      },
      PATIENCE_MS,
    );

    it(
      'is started again when it is killed',
      async () => {
        const program = await leashed();
        await program.start();
        process.kill(program.pid!, 'SIGKILL');
        await until(() => events.some((event) => event.type === 'ready' && event.isRestart));
        expect(events[1]).toMatchObject({ type: 'died', how: 'ended with status 137' });
      },
      PATIENCE_MS,
    );
  });
});

const pidIn = (said: unknown): number | undefined =>
  typeof said === 'object' && said !== null && 'pid' in said && typeof said.pid === 'number' ? said.pid : undefined;

const keeperIn = (directory: ScratchDirectory): number => Number(readFileSync(directory.join('keeper'), 'utf8'));

const isAlive = (pid: number | undefined): boolean => pid !== undefined && processIdentity(pid) !== undefined;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(20);
}
