import type { AccountState, Fact, LotExpiring } from '@exchequer/account';

/** Sees to it that each notice before a lot expires is given once, before the end, at its instant, and with what the lot has. */
export class NoticeWitness {
  private readonly given = new Set<string>();

  /** What is wrong with a fact that is about to be laid onto the state of its account, if anything is. */
  judges(account: string, fact: Fact, state: AccountState, at: number): string | undefined {
    if (fact.type !== 'LotExpiring') return undefined;
    const key = `${account} ${fact.lot} ${String(fact.at)}`;
    const isRepeated = this.given.has(key);
    this.given.add(key);
    if (isRepeated) return `the notice at ${String(fact.at)} before ${fact.lot} expires is given twice`;
    return isSo(fact, state, at) ? undefined : `the notice before ${fact.lot} expires is not as the lot is`;
  }

  /** How many were given. */
  get count(): number {
    return this.given.size;
  }
}

function isSo(fact: LotExpiring, { lots }: AccountState, at: number): boolean {
  const lot = lots.get(fact.lot);
  return (
    lot?.ended === false &&
    fact.amount > 0n &&
    fact.amount === lot.available + lot.held &&
    (fact.held ?? 0n) === lot.held &&
    fact.node === lot.node.id &&
    fact.expiresAt === lot.expiresAt &&
    fact.at === fact.expiresAt - fact.beforeMs &&
    fact.at < fact.expiresAt &&
    fact.at <= at
  );
}
