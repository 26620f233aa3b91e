import { SUBJECTS } from '@exchequer/contracts';
import type { Bus, BusSubscription } from './bus.js';

/** Notices of one account within this time travel as one. */
const COALESCE_MS = 5;

/** Something was appended for an account; what, the ledger says. */
export interface LedgerNotice {
  readonly account: string;
  /** The place of the newest entry in the order of the ledger. */
  readonly position: bigint;
}

/**
 * Tells followers of the ledger that there is something new. A notice is a hint that may get lost: followers look for
 * themselves now and then.
 */
export class LedgerNotices {
  readonly #newest = new Map<string, bigint>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly bus: Bus) {}

  /** Announces the newest position of an account, soon, together with others of the same account. */
  announce(account: string, position: bigint): void {
    const known = this.#newest.get(account);
    if (known === undefined || known < position) this.#newest.set(account, position);
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, COALESCE_MS);
  }

  /** Sends at once what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.bus.connected)
      for (const [account, position] of this.#newest)
        this.bus.publish(SUBJECTS.ledgerNotice(account), JSON.stringify({ position: String(position) }));
    this.#newest.clear();
  }
}

/** Hears of new entries of one account, or with `*` of all. What is no notice is passed over. */
export function followLedgerNotices(bus: Bus, account: string, heard: (notice: LedgerNotice) => void): BusSubscription {
  return bus.subscribe(SUBJECTS.ledgerNotice(account), {}, (message) => {
    const position = positionIn(message.data);
    if (position !== undefined)
      heard({ account: message.subject.slice(message.subject.lastIndexOf('.') + 1), position });
  });
}

const NOTICE = /^\{"position":"(\d{1,20})"\}$/;

function positionIn(bytes: Uint8Array): bigint | undefined {
  const digits = NOTICE.exec(Buffer.from(bytes).toString('latin1'))?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}
