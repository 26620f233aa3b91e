/** What a lot is: facts name lots by their id alone. */
export interface LotEntry {
  readonly grant: string;
  readonly node: string;
  readonly currency: string;
  readonly layer: string;
  /** Null where it is that of the grant. */
  readonly expires_at: number | null;
}

/** Every lot that the ledger has told of, by account. A lot's entry never changes. */
export class LotDirectory {
  readonly #accounts = new Map<string, Map<string, LotEntry>>();

  find(account: string, lot: string): LotEntry | undefined {
    return this.#accounts.get(account)?.get(lot);
  }

  add(account: string, lot: string, entry: LotEntry): void {
    const lots = this.#accounts.get(account);
    if (lots === undefined) this.#accounts.set(account, new Map([[lot, entry]]));
    else lots.set(lot, entry);
  }
}
