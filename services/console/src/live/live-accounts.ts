import type { ServerResponse } from 'node:http';
import { followLedgerNotices, type Bus, type BusSubscription } from '@exchequer/bus';
import { problem, SUBJECTS } from '@exchequer/contracts';
import { HttpProblem } from '../http/http-problem.js';
import { LIVE_BOUNDS } from './bounds.js';
import type { Refusal } from './news.js';
import { Viewer } from './viewer.js';

interface LiveAccount {
  readonly viewers: Set<Viewer>;
  readonly subscriptions: readonly BusSubscription[];
}

/** Hands what NATS says of an account to everybody who looks at it. An account is listened to while somebody looks. */
export class LiveAccounts {
  readonly #accounts = new Map<string, LiveAccount>();
  #viewers = 0;
  #isClosed = false;

  constructor(private readonly bus: Bus) {}

  get viewers(): number {
    return this.#viewers;
  }

  /** Accounts that are listened to. */
  get accounts(): number {
    return this.#accounts.size;
  }

  /** @throws HttpProblem when there is no place left; before anything of the stream was written. */
  admit(): void {
    if (this.#isClosed) throw new HttpProblem(problem('Unavailable', 'The console is stopping.'));
    if (this.#viewers >= LIVE_BOUNDS.viewersMax)
      throw new HttpProblem(
        problem('Overloaded', `${String(LIVE_BOUNDS.viewersMax)} viewers are connected, the most; try again later.`, {
          retryAfterMs: 10_000,
        }),
      );
  }

  /** Tells of an account until the connection ends. */
  open(account: string, response: ServerResponse): void {
    const viewer = new Viewer(response, account);
    const live = this.#accounts.get(account) ?? this.#listen(account);
    live.viewers.add(viewer);
    this.#viewers += 1;
    response.once('close', () => {
      viewer.forget();
      this.#viewers -= 1;
      live.viewers.delete(viewer);
      if (live.viewers.size === 0) this.#stop(account, live);
    });
  }

  /** Ends every stream; browsers come back to whoever answers then. */
  close(): void {
    this.#isClosed = true;
    for (const { viewers } of this.#accounts.values()) for (const viewer of viewers) viewer.close();
  }

  #listen(account: string): LiveAccount {
    const viewers = new Set<Viewer>();
    const subscriptions = [
      followLedgerNotices(this.bus, account, ({ position }) => {
        for (const viewer of viewers) viewer.appended(position);
      }),
      this.bus.subscribe(SUBJECTS.decisions(account), {}, ({ data }) => {
        const rows = rowsIn(data);
        if (rows.length > 0) for (const viewer of viewers) viewer.refused(rows);
      }),
    ];
    const live = { viewers, subscriptions };
    this.#accounts.set(account, live);
    return live;
  }

  #stop(account: string, live: LiveAccount): void {
    this.#accounts.delete(account);
    for (const subscription of live.subscriptions) subscription.stop();
  }
}

/** What is no array of decisions is passed over: the stream is a hint, and the reports have them all. */
function rowsIn(data: Uint8Array): readonly Refusal[] {
  try {
    const rows: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return Array.isArray(rows) ? rows.filter((row): row is Refusal => typeof row === 'object' && row !== null) : [];
  } catch {
    return [];
  }
}
