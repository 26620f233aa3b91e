import { setImmediate } from 'node:timers/promises';
import { AccountState, evolve, hadWaited, readFact, type Bag, type CreditsDrawn, type Fact } from '@exchequer/account';
import { CommandJoiner, factAddress, openEntry, type Ledger } from '@exchequer/ledger';
import { FACT_SHAPES, streamOf } from '@exchequer/replica';
import { Groups } from './groups.js';
import { billionths, Sums } from './sums.js';

/** Other work gets its turn after so many entries. */
const ENTRIES_AT_ONCE = 16;

/** What the facts of an account come to: in all, and by group. */
export interface LedgerSums {
  readonly sums: Sums;
  readonly groups: Groups;
}

/**
 * Sums an account from its facts alone: what was charged fact by fact, and the balances that the state comes to when
 * they are all folded.
 *
 * @param until the last position that counts.
 * @throws LedgerCorrupt, UnknownVersion, LedgerUnavailable
 * @throws DOMException when `signal` aborts before the end.
 */
export async function ledgerSums(
  ledger: Ledger,
  account: string,
  until: bigint,
  signal: AbortSignal,
): Promise<LedgerSums> {
  const stream = streamOf(account);
  const joiner = new CommandJoiner(stream, FACT_SHAPES);
  const state = new AccountState();
  const sums = new Sums();
  const groups = new Groups();
  let entries = 0;
  for await (const { revision, position, bytes } of ledger.read(stream, 0)) {
    if (position > until) break;
    const entry = openEntry(stream, revision, bytes);
    for (const command of joiner.join(revision, entry))
      for (const [index, stored] of command.record.facts.entries()) {
        const fact = readFact(stored);
        evolve(state, fact, entry.at);
        addFact(sums, fact);
        if (
          fact.type === 'HoldCaptured' ||
          fact.type === 'CreditsDrawn' ||
          fact.type === 'OutcomeAwaited' ||
          fact.type === 'CostReturned' ||
          fact.type === 'ChargeCorrected' ||
          fact.type === 'UsageUnpriced'
        )
          groups.addTold({ fact, address: factAddress(stream, command, index), position, bookedAt: entry.at });
      }
    if (++entries % ENTRIES_AT_ONCE === 0) await setImmediate();
    signal.throwIfAborted();
  }
  addBalances(sums, state);
  return { sums, groups };
}

function addFact(sums: Sums, fact: Fact): void {
  switch (fact.type) {
    case 'HoldPlaced':
      sums.add('approvals', '', 1n);
      break;
    case 'OutcomeAwaited':
      addCall(sums, fact);
      break;
    case 'CostReturned':
      if (fact.provisional !== undefined) sums.add('unpriced', '', -1n);
      break;
    case 'HoldCaptured':
    case 'CreditsDrawn':
      addBag(sums, 'charged', fact.amounts);
      addBag(sums, 'uncollected', fact.uncollected ?? []);
      // What waited for an outcome was counted as a call when the wait began.
      if (!hadWaited(fact)) addCall(sums, fact);
      break;
    case 'ChargeCorrected':
      if (fact.settlesProvisional === true) sums.add('unpriced', '', -1n);
      addBag(sums, 'charged', fact.amounts);
      addBag(sums, 'charged', fact.amountsBefore, -1n);
      addBag(sums, 'uncollected', fact.uncollected ?? []);
      addBag(sums, 'uncollected', fact.uncollectedBefore ?? [], -1n);
      if (fact.metersBefore === undefined) break;
      addQuantities(sums, fact.particulars?.meters);
      addQuantities(sums, fact.metersBefore, -1n);
      break;
    case 'UsageUnpriced':
      sums.add('calls', '', 1n);
      sums.add('unpriced', '', 1n);
      addQuantities(sums, fact.particulars?.meters);
      break;
    default:
      break;
  }
}

function addCall(sums: Sums, { particulars, provisional }: Pick<CreditsDrawn, 'particulars' | 'provisional'>): void {
  sums.add('calls', '', 1n);
  addQuantities(sums, particulars?.meters);
  if (provisional !== undefined) sums.add('unpriced', '', 1n);
}

function addBag(sums: Sums, sum: 'charged' | 'uncollected', bag: Bag, sign = 1n): void {
  for (const { currency, amount } of bag) sums.add(sum, currency, sign * amount);
}

function addQuantities(sums: Sums, meters: Readonly<Record<string, number | string>> | undefined, sign = 1n): void {
  for (const [meter, quantity] of Object.entries(meters ?? {}))
    sums.add('quantity', meter, sign * billionths(quantity));
}

function addBalances(sums: Sums, state: AccountState): void {
  for (const { currency, amount } of state.grants.values()) sums.add('granted', currency, amount);
  for (const { grant, available, held, spent, forfeited } of state.lots.values()) {
    sums.add('available', grant.currency, available);
    sums.add('held', grant.currency, held);
    sums.add('spent', grant.currency, spent);
    sums.add('forfeited', grant.currency, forfeited);
  }
  for (const node of state.nodes.values())
    for (const { currency, owed } of node.purses.values()) sums.add('owed', currency, owed);
}
