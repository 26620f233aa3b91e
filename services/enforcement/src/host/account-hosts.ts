import type { AccountState } from '@exchequer/account';
import { AccountHost } from './account-host.js';
import type { HostContext } from './host-context.js';

const SWEEP_EVERY_MS = 50;
const CLOSE_POLL_MS = 5;
/** Accounts kept in memory. Beyond it the ones used longest ago leave, when nothing is under way for them. */
const HOSTS_MAX = 20_000;

/** The hosts of a process, by account, the one used longest ago first. */
export class AccountHosts {
  private readonly hosts = new Map<string, AccountHost>();
  private readonly endSweeps: () => void;

  constructor(
    private readonly context: HostContext,
    private readonly hostsMax = HOSTS_MAX,
  ) {
    this.endSweeps = context.timers.every(SWEEP_EVERY_MS, () => this.sweep());
  }

  get size(): number {
    return this.hosts.size;
  }

  /** The host of an account, which it loads when it is first asked. */
  host(account: string): AccountHost {
    const known = this.hosts.get(account);
    if (known !== undefined) {
      this.hosts.delete(account);
      this.hosts.set(account, known);
      return known;
    }
    if (this.hosts.size >= this.hostsMax) this.evict();
    const host = new AccountHost(account, this.context);
    this.hosts.set(account, host);
    return host;
  }

  /** There are new rate cards: charges at stated prices may have a price now. */
  settleProvisional(): void {
    for (const host of this.hosts.values()) host.settleProvisional();
  }

  /** Charges of the accounts in memory that wait for their price. */
  get waitingForPrice(): number {
    return this.sumOf(({ provisional }) => provisional.size);
  }

  /** Usage of the accounts in memory that was kept apart, because nothing says what it costs. */
  get keptApart(): number {
    return this.sumOf(({ unpriced }) => unpriced);
  }

  /** Takes no more; resolves when what was on its way has ended. */
  async close(): Promise<void> {
    this.endSweeps();
    for (const host of this.hosts.values()) host.close();
    while ([...this.hosts.values()].some((host) => !host.isIdle)) await this.context.timers.wait(CLOSE_POLL_MS);
  }

  private sumOf(count: (state: AccountState) => number): number {
    let sum = 0;
    for (const { decidedUpon } of this.hosts.values()) if (decidedUpon !== undefined) sum += count(decidedUpon.state);
    return sum;
  }

  private sweep(): void {
    const nowMs = this.context.clock.now();
    for (const [account, host] of this.hosts) {
      if (!host.isIdle) host.sweep(nowMs);
      else if (host.isEmpty) this.hosts.delete(account);
    }
  }

  private evict(): void {
    for (const [account, host] of this.hosts) {
      if (!host.isIdle) continue;
      this.hosts.delete(account);
      return;
    }
  }
}
