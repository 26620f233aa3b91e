import type { Exchequer } from '@exchequer/client';
import { parsePosition, type FactAddress } from '@exchequer/replica';

/** Where an account's ledger ended at some moment: what was booked by then, and what after. */
export class LedgerEnd {
  private constructor(
    private readonly account: string,
    private readonly last: FactAddress,
  ) {}

  /** Of now. @throws ExchequerError when there is no such account, or it does not answer. */
  static async of(client: Exchequer): Promise<LedgerEnd> {
    const { position } = await client.describe();
    return LedgerEnd.at(client.account, position);
  }

  /** @param position as a reply has it; nothing was booked before where it is none of the account's. */
  static at(account: string, position: string): LedgerEnd {
    return new LedgerEnd(account, parsePosition(account, position) ?? { revision: -1, index: -1 });
  }

  /** Whether what a reply is about had been booked already. */
  had(position: string): boolean {
    const address = parsePosition(this.account, position);
    if (address === undefined) return false;
    const { revision, index } = this.last;
    return address.revision < revision || (address.revision === revision && address.index <= index);
  }
}
