import type { Grant, Transfer } from '../../commands.js';
import type { PlainAccount } from './plain-account.js';
import { faultOfNodes, undeclared } from './plain-authorize.js';
import { fact, told, type PlainDecision } from './plain-decision.js';
import { fromLots, movesOf } from './plain-lots.js';
import { tierAdvanced } from './plain-rule-changes.js';

const PRIORITY = { free: 0, promotional: 10, plan: 20, committed: 20, purchased: 30 } as const;

export function plainGrant(account: PlainAccount, command: Grant, at: number): PlainDecision {
  const { node, currency, layer, startsAt, expiresAt } = command;
  const fault = faultOfNodes(account, [node]);
  if (fault !== undefined) return fault;
  if (undeclared(account, [command]) || account.poolOf(node) !== node) return 'Malformed';
  if (expiresAt !== undefined && expiresAt <= at) return 'Malformed';
  if (startsAt !== undefined && startsAt >= (expiresAt ?? Infinity)) return 'Malformed';
  return [
    fact({
      type: 'CreditsGranted',
      grant: `g-${String(account.grants.length + 1)}`,
      lot: `l-${String(account.counted.lots.length + 1)}`,
      node,
      currency,
      amount: command.amount,
      layer,
      priority: command.priority ?? PRIORITY[layer],
      ...told({ startsAt, expiresAt, paid: command.paid, note: command.note }),
    }),
    ...(command.paid === undefined ? [] : tierAdvanced(account, at, command.paid)),
  ];
}

export function plainTransfer(account: PlainAccount, command: Transfer, at: number): PlainDecision {
  const { from, to, currency, amount, note } = command;
  const fault = faultOfNodes(account, [from, to]);
  if (fault !== undefined) return fault;
  if (from === to || undeclared(account, [command]) || account.poolOf(to) !== to) return 'Malformed';
  const { parts, missing } = fromLots(account, [from], currency, amount, at);
  if (missing > 0n)
    return { code: 'InsufficientCredits', binding: { node: from, currency, remaining: amount - missing } };
  const moves = movesOf(
    account,
    parts.map((part) => ({ ...part, toNode: to })),
  );
  return [fact({ type: 'CreditsTransferred', reason: 'transfer', moves, ...told({ note }) })];
}
