import { amount, formatAmount, smaller, ZERO } from '@exchequer/kernel';
import type { Transfer } from '../commands.js';
import type { Move } from '../facts.js';
import { LotNamer, moveTo } from '../lots/follow-pool.js';
import { isRefusal, refuse } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { openNode, undeclaredCurrency } from '../tree/find-node.js';
import type { Decision, Moment } from './decision.js';
import { takesFromPool } from './grant.js';

/** Moves credits between nodes in draw-down order; grant, cost basis and expiry go with each part. */
export function transfer(state: AccountState, command: Transfer, { at }: Moment): Decision {
  const from = openNode(state, command.from);
  if (isRefusal(from)) return from;
  const to = openNode(state, command.to);
  if (isRefusal(to)) return to;
  if (from === to) return refuse('Malformed', `to: is the same node as from, ${from.id}.`);
  const fault = undeclaredCurrency(state, command.currency) ?? takesFromPool(to);
  if (fault !== undefined) return fault;
  const namer = new LotNamer(state);
  const moves: Move[] = [];
  let missing = command.amount;
  for (const lot of from.purses.get(command.currency)?.spendable ?? []) {
    if (missing === ZERO) break;
    if (lot.grant.startsAt > at) continue;
    const part = smaller(missing, lot.available);
    moves.push(moveTo(namer, lot, { lot: lot.id, amount: part }, to.id));
    missing = amount(missing - part);
  }
  if (missing > ZERO) {
    const available = amount(command.amount - missing);
    return {
      code: 'InsufficientCredits',
      message: `${from.id} has ${formatAmount(available)} ${command.currency} of its own to move and ${formatAmount(command.amount)} was asked.`,
      asked: [{ currency: command.currency, amount: command.amount }],
      binding: { node: from.id, currency: command.currency, remaining: available },
    };
  }
  return [
    {
      type: 'CreditsTransferred',
      reason: 'transfer',
      moves,
      ...(command.note !== undefined && { note: command.note }),
    },
  ];
}
