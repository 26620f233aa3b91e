import { spawn, type ChildProcess } from 'node:child_process';
import { BoundedLog } from './bounded-log.js';
import { RestartDelay } from './restart-delay.js';

export const PROCESS_BOUNDS = {
  /** From the first start until it is ready; beyond it the start has failed. */
  readyWithinMs: 60_000,
  /** A process that dies so often before it was ever ready does not start at all. */
  firstStartsMax: 3,
  /** From SIGTERM to SIGKILL. */
  stopWithinMs: 16_000,
  lookEveryMs: 40,
  lastLinesShown: 12,
} as const;

/** Exit status of a process whose settings are wrong: starting it again would change nothing. */
const WRONG_SETTINGS = 2;

/** How one process is run. */
export interface ProcessPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly logPath: string;
  /** Whether the process does its work. `said` is what it told us last over its IPC channel. */
  readonly isReady: (said: unknown) => Promise<boolean>;
  /** The program's own process, where the one that we start only keeps it: ended with it, and shown in its place. */
  readonly programPid?: (said: unknown) => number | undefined;
}

export type ProcessState = 'starting' | 'ready' | 'down' | 'stopping' | 'stopped';

export type ProcessEvent =
  | { readonly type: 'ready'; readonly name: string; readonly afterMs: number; readonly isRestart: boolean }
  | { readonly type: 'died'; readonly name: string; readonly how: string; readonly restartInMs: number }
  | { readonly type: 'stopped'; readonly name: string; readonly killed: boolean };

/** A process did not become ready. The message ends with the last lines of its log. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';

  constructor(
    readonly process: string,
    why: string,
    readonly lastLines: readonly string[],
    readonly logPath: string,
  ) {
    const said = lastLines.length === 0 ? 'It wrote no log.' : `The end of ${logPath}:\n${lastLines.join('\n')}`;
    super(`${process} ${why}. ${said}`);
  }
}

/** One process that is kept running: started again, with a growing delay, whenever it dies, until it is told to stop. */
export class SupervisedProcess {
  state: ProcessState = 'stopped';
  restarts = 0;
  /** Of the newest start, in epoch milliseconds. */
  startedAtMs = 0;
  #child: ChildProcess | undefined;
  #said: unknown;
  #readyAtMs: number | undefined;
  #wasReady = false;
  #delay = new RestartDelay();
  #restart: NodeJS.Timeout | undefined;
  #firstReady: { readonly resolve: () => void; readonly reject: (fault: StartFailed) => void } | undefined;
  readonly #log: BoundedLog;

  constructor(
    readonly plan: ProcessPlan,
    private readonly tell: (event: ProcessEvent) => void,
    private readonly bounds: { readonly [Bound in keyof typeof PROCESS_BOUNDS]: number } = PROCESS_BOUNDS,
  ) {
    this.#log = new BoundedLog(plan.logPath);
  }

  get name(): string {
    return this.plan.name;
  }

  /** What the process told last over its IPC channel since it was started. */
  get said(): unknown {
    return this.#said;
  }

  /** The process id while there is one. */
  get pid(): number | undefined {
    return this.plan.programPid?.(this.#said) ?? this.#child?.pid;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @throws StartFailed (as a rejection). It is left as it is then; {@link stop} ends what is left.
   */
  async start(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#firstReady = { resolve, reject };
        timer = setTimeout(() => {
          reject(this.#failed(`was not ready within ${String(this.bounds.readyWithinMs / 1_000)} s`));
        }, this.bounds.readyWithinMs);
        this.#launch();
      });
    } finally {
      clearTimeout(timer);
      this.#firstReady = undefined;
    }
  }

  /** Ends it: asks first, and kills it when it does not end within the bound. */
  async stop(): Promise<void> {
    clearTimeout(this.#restart);
    const child = this.#child;
    this.state = 'stopping';
    this.#firstReady?.reject(this.#failed('was stopped while it started'));
    const killed = child === undefined ? false : await this.#end(child);
    this.state = 'stopped';
    this.#log.close();
    if (child !== undefined) this.tell({ type: 'stopped', name: this.name, killed });
  }

  async #end(child: ChildProcess): Promise<boolean> {
    let killed = false;
    const exited = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => {
      killed = true;
      child.kill('SIGKILL');
    }, this.bounds.stopWithinMs);
    await exited;
    clearTimeout(timer);
    return killed;
  }

  #launch(): void {
    const { command, args, env, cwd } = this.plan;
    this.state = 'starting';
    this.startedAtMs = Date.now();
    this.#said = undefined;
    this.#readyAtMs = undefined;
    // A group of its own: Ctrl-C in a terminal goes to the runner alone, which stops everything in order.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
    this.#child = child;
    let notStarted: string | undefined;
    child.stdout?.on('data', (chunk: Buffer) => this.#log.write(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#log.write(chunk));
    child.on('message', (message) => (this.#said = message));
    child.on('error', (fault) => (notStarted = `could not be started (${fault.message})`));
    // A program whose keeper was killed would hold the keeper's output open: it must end before `close` can come.
    child.once('exit', (status) => {
      if (status === null) killIfThere(this.plan.programPid?.(this.#said));
    });
    child.once('close', (status, signal) => {
      this.#ended(
        notStarted ?? (signal === null ? `ended with status ${String(status)}` : `was ended by ${signal}`),
        status,
      );
    });
    void this.#watch(child);
  }

  /** Looks again and again until the process is ready or gone. */
  async #watch(child: ChildProcess): Promise<void> {
    const awaited = (): boolean => this.#child === child && this.state === 'starting';
    while (awaited()) {
      const ready = await this.plan.isReady(this.#said);
      if (!awaited()) return;
      if (ready) this.#becameReady();
      else await new Promise((resolve) => setTimeout(resolve, this.bounds.lookEveryMs));
    }
  }

  #becameReady(): void {
    this.state = 'ready';
    this.#readyAtMs = Date.now();
    this.tell({
      type: 'ready',
      name: this.name,
      afterMs: this.#readyAtMs - this.startedAtMs,
      isRestart: this.#wasReady,
    });
    this.#wasReady = true;
    this.#firstReady?.resolve();
  }

  #ended(how: string, status: number | null): void {
    this.#child = undefined;
    this.#said = undefined;
    if (this.state === 'stopping' || this.state === 'stopped') return;
    this.state = 'down';
    if (!this.#wasReady && (status === WRONG_SETTINGS || this.restarts + 1 >= this.bounds.firstStartsMax)) {
      this.#firstReady?.reject(this.#failed(`does not start: it ${how}`));
      return;
    }
    const restartInMs = this.#delay.next(this.#readyAtMs === undefined ? 0 : Date.now() - this.#readyAtMs);
    this.restarts += 1;
    this.#restart = setTimeout(() => {
      this.#launch();
    }, restartInMs);
    this.tell({ type: 'died', name: this.name, how, restartInMs });
  }

  #failed(why: string): StartFailed {
    const { logPath } = this.plan;
    return new StartFailed(this.name, why, this.#log.lastLines(this.bounds.lastLinesShown), logPath);
  }
}

/** Whoever kept the program was killed and could not end it. */
function killIfThere(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone, as it should be.
  }
}
