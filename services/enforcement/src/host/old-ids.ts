import type { Address, IdPart } from '@exchequer/account';
import type { IdShelf, Replica } from '@exchequer/replica';
import type { HostContext } from './host-context.js';
import type { CommandWork } from './work.js';

/** After a disk that took no more: how long until it is tried again. */
const RETRY_AFTER_MS = 10_000;

/** What the parts of the id memory that lie on disk say of one command. */
export interface OlderIds {
  /** The numbers of the parts that were looked into. */
  readonly parts: readonly number[];
  readonly addresses: readonly Address[];
}

/** The ids of one account that memory has no room for. */
export class OldIds {
  /** Tables are on their way to disk. */
  isStoring = false;
  private retryAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly account: string,
    private readonly stream: string,
    private readonly context: HostContext,
  ) {}

  /** The parts on disk that may have the id of a command and were not looked into yet. */
  unread({ memory }: Replica, work: CommandWork): readonly IdPart[] {
    const parts = memory.elsewhere(work.kind, work.id);
    return work.older === undefined ? parts : parts.filter(({ number }) => work.older?.parts.includes(number) !== true);
  }

  /** Looks into parts for a command, which then knows what they say. */
  async lookInto(parts: readonly IdPart[], work: CommandWork): Promise<void> {
    const { ids } = this.context;
    const addresses = await ids.find(this.stream, parts, work.id);
    work.older = {
      parts: [...(work.older?.parts ?? []), ...parts.map(({ number }) => number)],
      addresses: [...(work.older?.addresses ?? []), ...addresses],
    };
  }

  /** Moves full tables to disk, once what they speak of is durable. What the disk does not take stays in memory. */
  store(replica: Replica, storedUntil: number): void {
    const { ids, log, monotonicMs } = this.context;
    if (this.isStoring || monotonicMs() < this.retryAtMs || !replica.memory.hasFullTables) return;
    this.isStoring = true;
    ids
      .store(replica, storedUntil)
      .catch((error: unknown) => {
        this.retryAtMs = monotonicMs() + RETRY_AFTER_MS;
        log.warn('ids cannot be kept on disk and stay in memory', { account: this.account, error });
      })
      .finally(() => (this.isStoring = false));
  }
}

/** Where the record of an id may lie, in memory and on disk. */
export function addressesOf(
  { memory, stream }: Replica,
  ids: IdShelf,
  kind: CommandWork['kind'],
  id: string,
): readonly Address[] | Promise<readonly Address[]> {
  const here = memory.candidates(kind, id);
  const parts = memory.elsewhere(kind, id);
  return parts.length === 0 ? here : ids.find(stream, parts, id).then((there) => [...here, ...there]);
}
