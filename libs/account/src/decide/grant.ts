import { END_OF_TIME, grantId, lotId } from '@exchequer/kernel';
import type { Grant } from '../commands.js';
import { LAYER_PRIORITY } from '../lots/draw-order.js';
import { isRefusal, refuse, type Refusal } from '../refusal.js';
import { advanceTier } from '../rules/tier-changes.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import { poolOf } from '../tree/chain.js';
import { openNode, undeclaredCurrency } from '../tree/find-node.js';
import type { Decision, Moment } from './decision.js';

/** Issues credits to a node, as one new lot. What was paid for it may bring the account to a higher tier. */
export function grant(state: AccountState, command: Grant, { at }: Moment): Decision {
  const node = openNode(state, command.node);
  if (isRefusal(node)) return node;
  const fault = undeclaredCurrency(state, command.currency) ?? takesFromPool(node) ?? faultOfTerm(command, at);
  if (fault !== undefined) return fault;
  return [
    {
      type: 'CreditsGranted',
      grant: grantId(`g-${String(state.nextGrant)}`),
      lot: lotId(`l-${String(state.nextLot)}`),
      node: node.id,
      currency: command.currency,
      amount: command.amount,
      layer: command.layer,
      priority: command.priority ?? LAYER_PRIORITY[command.layer],
      ...(command.startsAt !== undefined && { startsAt: command.startsAt }),
      ...(command.expiresAt !== undefined && { expiresAt: command.expiresAt }),
      ...(command.paid !== undefined && { paid: command.paid }),
      ...(command.note !== undefined && { note: command.note }),
    },
    ...(command.paid === undefined ? [] : advanceTier(state, at, command.paid)),
  ];
}

function faultOfTerm({ startsAt, expiresAt = END_OF_TIME }: Grant, at: number): Refusal | undefined {
  if (expiresAt <= at) return refuse('Malformed', 'expiresAt: is in the past; the credits could never be spent.');
  if (startsAt !== undefined && startsAt >= expiresAt)
    return refuse('Malformed', 'startsAt: is not before expiresAt; the credits could never be spent.');
  return undefined;
}

/** Credits at a node that takes all from its pool could never be spent. */
export function takesFromPool(node: NodeState): Refusal | undefined {
  const pool = poolOf(node);
  if (pool === node) return undefined;
  return refuse(
    'Malformed',
    `${node.id} takes all its credits from its pool; grant or transfer to ${pool.id}, or set its pooling to own-then-parent.`,
  );
}
