import type { CreditsGranted, CreditsTransferred, Grant } from '@exchequer/account';
import {
  grantSchema,
  parseInstant,
  transferSchema,
  type GrantBody,
  type GrantReply,
  type TransferBody,
  type TransferReply,
} from '@exchequer/contracts';
import { currencyId, formatAmount, nodeId, parseAmount } from '@exchequer/kernel';
import { formatPosition } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { instant } from '../edge/wire.js';
import type { Accepted } from '../host/decided.js';
import type { CommandMethod } from './method.js';

/** Issues credits to a node. */
export const grantMethod: CommandMethod<GrantBody, undefined> = {
  is: 'command',
  name: 'grant',
  schema: grantSchema,
  idOf: (body) => body.id,
  prepare: (body) => ({ command: grantOf(body), asked: undefined }),
  replier: { accepted: grantReply, refused: ({ refusal }) => refusalReply(refusal) },
};

/** Moves credits between nodes. */
export const transferMethod: CommandMethod<TransferBody, TransferBody> = {
  is: 'command',
  name: 'transfer',
  schema: transferSchema,
  idOf: (body) => body.id,
  prepare: (body) => ({
    command: {
      type: 'transfer',
      from: nodeId(body.from),
      to: nodeId(body.to),
      currency: currencyId(body.currency),
      amount: parseAmount(body.amount),
      ...(body.note !== undefined && { note: body.note }),
    },
    asked: body,
  }),
  replier: { accepted: transferReply, refused: ({ refusal }) => refusalReply(refusal) },
};

const grantOf = (body: GrantBody): Grant => ({
  type: 'grant',
  node: nodeId(body.node),
  currency: currencyId(body.currency),
  amount: parseAmount(body.amount),
  layer: body.layer ?? 'purchased',
  ...(body.priority !== undefined && { priority: body.priority }),
  ...(body.startsAt !== undefined && { startsAt: parseInstant(body.startsAt) }),
  ...(body.expiresAt !== undefined && { expiresAt: parseInstant(body.expiresAt) }),
  ...(body.paid !== undefined && {
    paid: { currency: currencyId(body.paid.currency), amount: parseAmount(body.paid.amount) },
  }),
  ...(body.note !== undefined && { note: body.note }),
});

function grantReply(decided: Accepted): GrantReply {
  const fact = decided.facts.find((one): one is CreditsGranted => one.type === 'CreditsGranted');
  if (fact === undefined) throw new Error('broken invariant: a grant granted nothing');
  const { grant, lot, node, currency, layer } = fact;
  return { grant, lot, node, amount: formatAmount(fact.amount), currency, layer, ...stampOf(decided) };
}

function transferReply(decided: Accepted, { from, to, amount, currency }: TransferBody): TransferReply {
  const fact = decided.facts.find((one): one is CreditsTransferred => one.type === 'CreditsTransferred');
  const lots = (fact?.moves ?? []).map((move) => ({
    from: move.lot,
    to: move.toLot,
    amount: formatAmount(move.amount),
  }));
  return { from, to, amount, currency, lots, ...stampOf(decided) };
}

const stampOf = (decided: Accepted) => ({
  decidedAt: instant(decided.decidedAt),
  position: formatPosition(decided.account, decided.first),
  ...(decided.repeated && { repeated: true as const }),
});
