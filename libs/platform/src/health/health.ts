import { redact } from '../settings/redact.js';

/** A check that takes longer counts as failed. */
const CHECK_WITHIN_MS = 1_000;

export interface CheckOutcome {
  readonly ok: boolean;
  /** What is wrong, or a figure that is worth seeing. */
  readonly detail?: string;
}

/** Looks whether one thing that the service needs is there. What it throws counts as failed. */
export type Check = () => CheckOutcome | Promise<CheckOutcome>;

export interface CheckReport extends CheckOutcome {
  readonly name: string;
}

export interface Readiness {
  /** Every check passed, and the service is neither starting nor stopping. */
  readonly ready: boolean;
  readonly checks: readonly CheckReport[];
}

/**
 * Whether a service lives and can do its work, by named checks: `nats`, `ledger`, `clickhouse`, `lag`.
 *
 * *Live* means that the process answers at all: that it does not is the answer. *Ready* means that work sent to it
 * would be done.
 */
export class Health {
  readonly #checks = new Map<string, Check>();
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';
  #running: Promise<Readiness> | undefined;

  constructor(private readonly checkWithinMs = CHECK_WITHIN_MS) {}

  /** Adds a check, or replaces the one of this name. */
  register(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  /** From now on the service does its work. */
  serving(): void {
    this.#phase = 'serving';
  }

  /** From now on no new work should be sent here. */
  stopping(): void {
    this.#phase = 'stopping';
  }

  /** Runs every check, or waits for the run that is under way. */
  readiness(): Promise<Readiness> {
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #run(): Promise<Readiness> {
    const checks = await Promise.all([...this.#checks].map(([name, check]) => this.#look(name, check)));
    return { ready: this.#phase === 'serving' && checks.every(({ ok }) => ok), checks };
  }

  async #look(name: string, check: Check): Promise<CheckReport> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CheckOutcome>((resolve) => {
      const detail = `no answer within ${String(this.checkWithinMs)} ms`;
      timer = setTimeout(() => {
        resolve({ ok: false, detail });
      }, this.checkWithinMs);
    });
    const outcome = await Promise.race([outcomeOf(check), late]);
    clearTimeout(timer);
    return { name, ...outcome };
  }
}

async function outcomeOf(check: Check): Promise<CheckOutcome> {
  try {
    return await check();
  } catch (thrown) {
    return { ok: false, detail: redact(thrown instanceof Error ? thrown.message : String(thrown)) };
  }
}
