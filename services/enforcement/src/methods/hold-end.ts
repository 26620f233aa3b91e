import type { HoldExtended, HoldVoided } from '@exchequer/account';
import {
  extendSchema,
  parseDuration,
  voidSchema,
  type ExtendBody,
  type HoldReply,
  type VoidBody,
} from '@exchequer/contracts';
import { holdId } from '@exchequer/kernel';
import { formatPosition } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { amountsOf, instant, sumOf } from '../edge/wire.js';
import type { Accepted } from '../host/decided.js';
import type { CommandMethod } from './method.js';

/** Gives a hold back: the call did not happen. */
export const voidMethod: CommandMethod<VoidBody, undefined> = {
  is: 'command',
  name: 'void',
  schema: voidSchema,
  idOf: (body) => body.id,
  prepare: (body) => ({ command: { type: 'void', hold: holdId(body.hold) }, asked: undefined }),
  replier: { accepted: holdReply, refused: ({ refusal }) => refusalReply(refusal) },
};

/** Moves the expiry of a hold. */
export const extendMethod: CommandMethod<ExtendBody, undefined> = {
  is: 'command',
  name: 'extend',
  schema: extendSchema,
  idOf: (body) => body.id,
  prepare: (body) => ({
    command: { type: 'extend', hold: holdId(body.hold), holdForMs: parseDuration(body.holdFor) },
    asked: undefined,
  }),
  replier: { accepted: holdReply, refused: ({ refusal }) => refusalReply(refusal) },
};

function holdReply(decided: Accepted): HoldReply {
  const { facts, first, account, state } = decided;
  const fact = facts.find(
    (one): one is HoldVoided | HoldExtended => one.type === 'HoldVoided' || one.type === 'HoldExtended',
  );
  if (fact === undefined) throw new Error('broken invariant: a hold was neither voided nor extended');
  return {
    hold: fact.hold,
    ...(fact.type === 'HoldVoided'
      ? { outcome: 'voided', returned: amountsOf(sumOf(state, [...fact.returned, ...(fact.kept?.shares ?? [])])) }
      : { outcome: 'extended', expiresAt: instant(fact.expiresAt) }),
    decidedAt: instant(decided.decidedAt),
    position: formatPosition(account, first),
    ...(decided.repeated && { repeated: true }),
  };
}
