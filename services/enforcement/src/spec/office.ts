import { createCalendar } from '@exchequer/calendar';
import { isProblemReply, type Problem } from '@exchequer/contracts';
import type { Ledger, Position } from '@exchequer/ledger';
import { Catalogue, IdShelf, PartFiles } from '@exchequer/replica';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingMessage } from '../edge/incoming-message.js';
import { Intake, type Method } from '../edge/intake.js';
import { AccountHosts } from '../host/account-hosts.js';
import type { HostContext } from '../host/host-context.js';
import type { RefusalRow } from '../refusals/refusal-row.js';
import { PROCESS_TIMERS } from '../host/timers.js';

/** What one message was answered with. */
export interface Answer {
  readonly body: unknown;
  readonly problem: Problem | undefined;
}

/** Who asks, and until when an answer is of use. */
export interface Asking {
  readonly actor?: string;
  readonly deadlineMs?: number;
}

/** The inside of an enforcement process on a ledger of the test's choice, without a bus. */
export class Office {
  readonly hosts: AccountHosts;
  readonly intake: Intake;
  readonly announced: { readonly account: string; readonly position: Position }[] = [];
  readonly refusals: RefusalRow[] = [];
  readonly warnings: string[] = [];
  readonly catalogue: Catalogue;
  /** The clock: stands still unless a test moves it. */
  nowMs = Date.UTC(2026, 10, 21, 10);

  constructor(
    readonly ledger: Ledger,
    hostsMax?: number,
    ids = new IdShelf(ledger, new PartFiles(join(tmpdir(), 'exchequer-ids-unused'))),
  ) {
    const catalogue = new Catalogue(ledger);
    this.catalogue = catalogue;
    const context: HostContext = {
      ledger,
      ids,
      prices: catalogue.book,
      clock: { now: () => this.nowMs },
      monotonicMs: () => performance.now(),
      timers: PROCESS_TIMERS,
      calendar: createCalendar(),
      announce: (account, position) => this.announced.push({ account, position }),
      publishRefusals: (_account, rows) => this.refusals.push(...rows),
      log: { warn: (message) => this.warnings.push(message), error: () => undefined },
    };
    this.hosts = new AccountHosts(context, hostsMax);
    catalogue.whenGrown(() => {
      this.hosts.settleProvisional();
    });
    this.intake = new Intake(this.hosts, catalogue, context.clock);
  }

  /** Sends one message and waits for its answer. */
  ask(method: Method, account: string, body: unknown, { actor = 'tester', deadlineMs }: Asking = {}): Promise<Answer> {
    return new Promise((resolve) => {
      const message: IncomingMessage = {
        lastToken: account,
        deadlineMs: deadlineMs ?? this.nowMs + 60_000,
        header: (name) => (name === 'Exchequer-Actor' ? actor : undefined),
        body: () => body,
        respond: (text) => resolve({ body: JSON.parse(String(text)), problem: undefined }),
        respondProblem: (given) => resolve({ body: { error: given }, problem: given }),
      };
      this.intake.take(method, [message]);
    });
  }

  /** As {@link ask}, for requests that must pass. */
  async must<Reply>(method: Method, account: string, body: unknown): Promise<Reply> {
    const answer = await this.ask(method, account, body);
    if (isProblemReply(answer.body)) throw new Error(JSON.stringify(answer.body));
    return answer.body as Reply;
  }

  close(): Promise<void> {
    return this.hosts.close();
  }
}
